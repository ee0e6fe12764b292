import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { historyCommand } from '../../src/cli/history.js';
import { StoreDownError } from '../../src/domain/errors.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import { healthyReport } from '../intake/rig.js';
import { run } from './run.js';

const CONFIG = `
sites: [{ id: hq, vantages: [exchange-side] }]
targets:
  - id: prod
    kind: cuc-single-inbox
    exchange: { servers: [EX01], version: '2016' }
    cuc: { host: 127.0.0.1, notifyPort: 9 }
`;
const never = historyCommand(() => Promise.reject(new Error('nobody asked for Redis')));
let folder: string;
let file: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-history-'));
  file = join(folder, 'config.yaml');
  await writeFile(file, CONFIG);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** As versions have kept it that did not note whose it is. */
const withoutOrigin = async (kept: string) => {
  for (const name of await readdir(kept)) {
    if (!name.startsWith('history-')) continue;
    const { of: _, ...rest } = JSON.parse(await readFile(join(kept, name), 'utf8'));
    await writeFile(join(kept, name), JSON.stringify(rest));
  }
};

describe('without Redis', () => {
  const env = () => ({ XDG_STATE_HOME: folder });
  const history = (...words: string[]) =>
    run(['history', '--config', file, ...words], { env: env(), cwd: folder, more: [never] });

  it('tells what check has seen on this machine', async () => {
    expect(await history('prod')).toMatchObject({
      code: 2,
      out: expect.stringContaining('nobody looked within 7 days'),
      err: 'This is what check has kept on this machine. A bot keeps its own: /uccx history prod in chat, or uccx-doctor ask.\n',
    });
    await run(['check', '--config', file], { env: env() });
    const { code, out } = await history('prod', '24h');
    expect([code, out]).toEqual([0, expect.stringMatching(/^\[.\] prod over 24 hours: .*Looks {2,}1\b.*state \|/s)]);
  });

  it('keeps a target of another configuration apart that has the same name, and what an older version kept', async () => {
    const state = { XDG_STATE_HOME: join(folder, 'two') };
    const other = join(folder, 'other.yaml');
    await writeFile(other, CONFIG.replace('127.0.0.1', '127.0.0.2'));
    const looks = async (config: string) => {
      const { out } = await run(['history', '--config', config, 'prod', '--json'], { env: state, more: [never] });
      return JSON.parse(out).rows.length;
    };
    const check = (config: string) => run(['check', '--config', config], { env: state });
    await check(file);
    await withoutOrigin(join(folder, 'two', 'uccx-doctor'));
    await check(file);
    expect([await looks(file), await looks(other)]).toEqual([2, 0]);
    await check(other);
    expect([await looks(file), await looks(other)]).toEqual([2, 1]);
  });

  it('prints rows for programs', async () => {
    const { summary, rows, target } = JSON.parse((await history('prod', '24h', '--json')).out);
    expect([target, rows.length, Object.values(summary.looks)]).toEqual([
      'prod',
      1,
      expect.arrayContaining([1, 0, 0, 0]),
    ]);
    const lines = (await history('prod', '24h', '--csv')).out.split('\r\n');
    expect(lines[0]).toMatch(/^at,until,looks,state,severity,rules,/);
    expect(lines[1]).toMatch(/^\d{4}-.*Z,\d{4}-.*Z,1,\w+,.*,cli-/);
    expect(lines).toHaveLength(3);
  });

  it('writes the picture', async () => {
    expect((await history('prod', '--picture', 'prod.png')).code).toBe(0);
    expect((await readFile(join(folder, 'prod.png'))).subarray(1, 4).toString()).toBe('PNG');
  });

  it.each([
    [['prod', '7x'], /takes hours, days or weeks/],
    [[], /wants one target/],
    [['prodd'], /Did you mean prod/],
    [['prod', '--json', '--csv'], /do not go together/],
  ])('%j is wrong use', async (words, says) =>
    expect(await history(...words)).toMatchObject({ code: 64, err: expect.stringMatching(says) }),
  );
});

describe('with a Redis', () => {
  it('tells what the bot has seen, unless told otherwise, and says so where it cannot be reached', async () => {
    const { history: kept } = memoryStore({ now: Date.now });
    const at = new Date(Date.now() - 60_000).toISOString();
    await kept.put({ ...healthyReport('prod'), startedAt: at, finishedAt: at });
    let closed = 0;
    const shared = historyCommand(async () => ({ history: kept, close: () => void closed++ }));
    const env = { XDG_STATE_HOME: join(folder, 'other'), UCCX_REDIS_URL: 'redis://127.0.0.1:1' };
    const told = await run(['history', '--config', file, 'prod'], { env, more: [shared] });
    expect([told.code, told.out, closed]).toEqual([0, expect.stringContaining('100 % available'), 1]);
    const local = await run(['history', '--config', file, 'prod', '--local'], { env, more: [shared] });
    expect(local.out).toContain('nobody looked');
    const down = historyCommand(async () => ({
      history: { rows: () => Promise.reject(new StoreDownError('Redis does not answer')) },
      close: () => void closed++,
    }));
    const gone = await run(['history', '--config', file, 'prod'], { env, more: [down] });
    expect([gone.code, gone.out, gone.err, closed]).toEqual([2, '', 'Redis does not answer.\n', 2]);
    const never = historyCommand(() => Promise.reject(new StoreDownError('Redis at 127.0.0.1:1 does not answer')));
    const unreached = await run(['history', '--config', file, 'prod'], { env, more: [never] });
    expect([unreached.code, unreached.out, unreached.err]).toEqual([2, '', 'Redis at 127.0.0.1:1 does not answer.\n']);
  });
});
