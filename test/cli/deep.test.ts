import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/bin/commands.js';
import { RunId, TargetId } from '../../src/domain/ids.js';
import { labConfig } from '../../src/lab/config.js';
import { type Lab, startLab } from '../../src/lab/lab.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { run } from './run.js';

/** A deep check at the terminal: who does not confirm opens nothing. */
let folder: string;
let lab: Lab;
let env: Record<string, string>;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'cli-deep-'));
  lab = await startLab({ folder: join(folder, 'lab'), scenarios: ['ladder-test-mailbox', 'inbox'] });
  await writeFile(join(folder, 'config.yaml'), labConfig(lab));
  env = { XDG_STATE_HOME: folder };
});
afterAll(async () => {
  await lab?.stop();
  await rm(folder, { recursive: true, force: true });
});

const check = (words: string, prompt?: (question: string) => Promise<string | null>) =>
  run(['check', '--config', join(folder, 'config.yaml'), ...words.split(' ')], { env, ...(prompt ? { prompt } : {}) });
const connections = () => lab.counters('ladder-test-mailbox').imap?.connections;

describe('check --deep', () => {
  it.each([
    ['--deep', /--deep wants exactly one target/],
    ['ladder-test-mailbox inbox --deep', /--deep wants exactly one target/],
    ['ladder-test-mailbox --confirm ladder-test-mailbox', /--confirm goes with --deep/],
    ['ladder-test-mailbox --deep --confirm inbox', /--confirm wants the target that is checked, ladder-test-mailbox/],
    ['inbox --deep', /has no mailbox that anybody logs in to/],
    ['ladder-test-mailbox --deep --only smtp', /leaves IMAP out/],
    ['ladder-test-mailbox --loop', /gives it no loopAddress/],
  ])('%s is wrong use', async (words, says) => {
    const before = connections();
    const { code, err } = await check(words);
    expect(code).toBe(64);
    expect(err).toMatch(says);
    expect(connections()).toBe(before);
  });

  it('shows what it would take and opens nothing, where nobody sits at a terminal', async () => {
    const before = connections();
    const { code, out, err } = await check('ladder-test-mailbox --deep');
    expect(code).toBe(2);
    expect(out).toMatch(/up to 20 IMAP sessions\. Nothing has been opened\s+yet/);
    expect(out).toMatch(/the test mailbox CONTOSO\\uccx-test-ladder-test-mailbox/);
    expect(out).not.toMatch(/\/uccx confirm/);
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(
      /No Redis is configured, so a bot or a command line on another machine is not seen/,
    );
    expect(err).toMatch(/To confirm, add to the same line: --confirm ladder-test-mailbox\n/);
    expect(connections()).toBe(before);
  });

  it.each([['yes'], [''], [null]])('opens nothing where %j is typed', async answer => {
    const before = connections();
    expect((await check('ladder-test-mailbox --deep', async () => answer)).code).toBe(2);
    expect(connections()).toBe(before);
  });

  it('climbs where the name of the target is typed', async () => {
    const asked: string[] = [];
    const { code, out } = await check('ladder-test-mailbox --deep --details', async question => {
      asked.push(question);
      return 'ladder-test-mailbox\n';
    });
    expect(asked).toEqual(['Type ladder-test-mailbox to confirm, anything else to leave it: ']);
    expect(code).toBe(1);
    expect(out.replaceAll(/\s+/g, ' ')).toMatch(/lets one account hold 8 IMAP sessions in the IMAP service/);
    const { imap } = lab.counters('ladder-test-mailbox');
    expect(imap?.accounts['CONTOSO\\uccx-test-ladder-test-mailbox']).toMatchObject({
      tried: 9,
      accepted: 8,
      loggedOut: 8,
      openNow: 0,
    });
  });
});

describe('two deep checks of one account at the same moment', () => {
  const NAMED = 'ladder-test-mailbox --deep --confirm ladder-test-mailbox';
  const account = 'CONTOSO\\uccx-test-ladder-test-mailbox';
  const most = async (asked: Promise<{ code: number; err: string }>[]) => {
    const before = lab.counters('ladder-test-mailbox').imap?.accounts[account]?.tried ?? 0;
    const ran = await Promise.all(asked);
    return { ran, tried: (lab.counters('ladder-test-mailbox').imap?.accounts[account]?.tried ?? 0) - before };
  };

  it('are one, on one machine, also of two users', async () => {
    const other = { XDG_STATE_HOME: join(folder, 'other') };
    const words = ['check', '--config', join(folder, 'config.yaml'), ...NAMED.split(' ')];
    const { ran, tried } = await most([run(words, { env }), run(words, { env: other })]);
    expect(ran.map(({ code }) => code).sort()).toEqual([1, 2]);
    expect(ran.find(({ code }) => code === 2)?.err).toMatch(
      /Somebody on this machine climbs on the account of ladder-test-mailbox now\. Nothing was opened/,
    );
    expect(tried).toBe(9);
  });

  describe('where a Redis is configured', () => {
    let redis: TestRedis;
    let config: string;
    beforeAll(async () => {
      redis = await redisForTests();
      config = join(folder, 'with-redis.yaml');
      await writeFile(config, labConfig(lab, { redis: { url: redis.url } }));
    });
    afterAll(() => redis?.stop());
    const checkBeside = () =>
      run(['check', '--config', config, ...NAMED.split(' ')], { env: { ...env, UCCX_LOG: 'fatal' }, more: commands });

    it('nobody climbs beside a bot, and a bot is told that somebody does', async () => {
      const { claims } = redisStore({ redis: await redis.connect(), say: () => {} });
      const id = TargetId.parse('ladder-test-mailbox');
      const holder = { run: RunId.parse('sla-somebody'), since: '2026-11-22T08:00:00.000Z', link: null };
      await claims.take(id, holder, 60_000);
      const beside = await most([checkBeside()]);
      expect(beside.ran[0]?.err).toMatch(/ladder-test-mailbox is being checked already, since .*Nothing was opened/s);
      expect(beside).toMatchObject({ ran: [{ code: 2 }], tried: 0 });

      await claims.release(id, holder.run);
      const asked = checkBeside();
      await expect.poll(async () => (await claims.holder(id))?.run).toMatch(/^cli-/);
      expect(await claims.take(id, holder, 1)).toMatchObject({ is: 'held' });
      expect((await most([asked])).ran[0]?.code).toBe(1);
      expect(await claims.holder(id)).toBeNull();
    });

    it('nothing is opened while that does not answer', async () => {
      await redis.crash();
      const { ran, tried } = await most([checkBeside()]);
      expect(ran[0]?.err).toMatch(
        /Whether a bot climbs on the account of ladder-test-mailbox now cannot be told: .*Nothing was opened/s,
      );
      expect([ran[0]?.code, tried]).toEqual([2, 0]);
    });
  });
});
