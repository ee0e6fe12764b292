import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { commands } from '../../src/bin/commands.js';
import { type Part, startPart } from '../../src/bin/part.js';
import { runCli } from '../../src/cli/run-cli.js';
import { METRICS } from '../../src/metrics/catalogue.js';
import { freePort } from '../support/free-port.js';
import { PROGRAM } from '../support/program.js';
import { startTestWhole, type TestWhole } from '../support/whole.js';

/** What somebody sees who runs it: sites, health, metrics, of real processes. */
let test: TestWhole;
let [bot, worker] = [0, 0];
let another: Part | undefined;
beforeAll(async () => {
  [bot, worker] = [await freePort(), await freePort()];
  test = await startTestWhole({ scenarios: ['branch'], config: { metrics: { port: bot, workerPort: worker } } });
});
afterAll(async () => {
  for (const part of [another, test.bot()]) if (part) process.kill(part.pid, 'SIGKILL'); // nothing is left to be lost
  await test.stop();
});

const get = async (port: number, path: string): Promise<[number, string]> => {
  const answer = await fetch(`http://127.0.0.1:${port}${path}`);
  return [answer.status, await answer.text()];
};
const metrics = async (port: number): Promise<string> => (await get(port, '/metrics'))[1];

/** The command line, in this process. */
const run = async (...words: string[]) => {
  const [out, err]: [string[], string[]] = [[], []];
  const io = {
    stdout: (text: string) => void out.push(text),
    stderr: (text: string) => void err.push(text),
    env: test.env,
    cwd: test.folder,
    isTty: false,
    columns: 100,
    signal: new AbortController().signal,
    version,
  };
  const code = await runCli([...words, '--config', test.file], io, commands);
  return { out: out.join(''), err: err.join(''), code };
};
const { version } = JSON.parse(readFileSync('package.json', 'utf8'));

describe('while all runs', () => {
  it('metrics show the check, what it was, and who looks from where', async () => {
    await test.ask('/uccx check branch');
    const shown = await metrics(bot);
    expect(shown).toMatch(/^uccx_doctor_checks_total\{target="branch",state="problem"\} 1$/m);
    expect(shown).toMatch(/^uccx_doctor_target_state\{target="branch",state="problem"\} 1$/m);
    expect(shown).toMatch(/^uccx_doctor_probe_duration_seconds_count\{probe="imap-login",site="\w+"\} 1$/m);
    expect(shown).toMatch(/^uccx_doctor_messages_total\{platform="console",did="post",outcome="sent"\} 1$/m);
    expect(shown).toMatch(/^uccx_doctor_questions_total\{platform="console"\} 1$/m);
    expect(shown).toMatch(/^uccx_doctor_site_workers\{site="hq"\} 1$/m);
    expect(shown).toMatch(/^uccx_doctor_redis_up 1$/m);
    expect(await metrics(worker)).toMatch(/^uccx_doctor_worker_orders_total\{site="\w+",outcome="seen"\} \d+$/m);
  });

  it('each process shows what is documented of it, and nothing of accounts and servers', async () => {
    const config = await test.configText();
    const names = [...config.matchAll(/(?:user|host|servers?|mailbox):\s*\[?"?([\w.@\\-]{5,})/g)].map(
      match => match[1],
    );
    expect(names.length).toBeGreaterThan(1);
    for (const [role, port] of [
      ['bot', bot],
      ['worker', worker],
    ] as const) {
      const shown = await metrics(port);
      const there = [...shown.matchAll(/^# TYPE (uccx_doctor_\w+)/gm)].map(match => match[1]);
      const documented = METRICS.filter(({ by }) => by === role || by === 'both').map(({ name }) => name);
      expect(there.sort()).toEqual([...documented].sort());
      for (const name of names) expect(shown).not.toContain(name);
    }
  });

  it('«sites» says the same in chat and on the command line', async () => {
    const { text: asked } = await test.ask('/uccx sites');
    expect(asked).toMatch(/^\[\+\] The site is served\.\n[\s\S]*heard [\d.]+ m?s ago[\s\S]*clock the same/);
    const { out, code } = await run('sites');
    expect([code, out.split('\n')[0]]).toEqual([0, '[+] The site is served.']);
    const { sites } = JSON.parse((await run('sites', '--json')).out);
    expect(sites).toMatchObject([{ id: 'hq', workers: [{ alive: true, left: false }], queue: { waiting: 0 } }]);
  });

  it('both processes are well and ready', async () => {
    for (const port of [bot, worker]) {
      expect(await get(port, '/healthz')).toEqual([200, 'ok\n']);
      expect(await get(port, '/readyz')).toEqual([200, 'ready\n']);
    }
  });
});

const soon = { timeout: 45_000, interval: 50 };

it('a worker that was ended is missed at once, with what to do, until there is another', async () => {
  await test.whole().worker.stop();
  const { out, code } = await run('sites');
  expect(code).toBe(1);
  expect(out).toMatch(/^\[X\] Nobody looks from hq\./);
  expect(out).toMatch(/was told to end [\d.]+ m?s ago\.[\s\S]*\n {4}uccx-doctor worker --config \S+ --site hq\n/);
  await expect.poll(() => metrics(bot), soon).toMatch(/^uccx_doctor_site_workers\{site="hq"\} 0$/m);
  another = startPart(PROGRAM, ['worker', '--config', test.file, '--site', 'hq'], test.env);
  await another.ready;
  expect((await run('sites')).code).toBe(0);
});

it('without Redis they live and are not ready; with it, they are', async () => {
  await test.stopRedis();
  for (const port of [bot, worker]) {
    await expect.poll(() => get(port, '/readyz'), soon).toEqual([503, 'Redis does not answer\n']);
    expect((await get(port, '/healthz'))[0]).toBe(200);
    await expect.poll(() => metrics(port), soon).toMatch(/^uccx_doctor_redis_up 0$/m);
  }
  expect(await metrics(bot)).not.toMatch(/^uccx_doctor_(?:site|queue|digests_overdue)/m);
  const { code, err } = await run('sites');
  expect({ code, err }).toEqual({ code: 2, err: expect.stringMatching(/^Redis .* does not answer/m) });
  await test.startRedis();
  for (const port of [bot, worker]) await expect.poll(() => get(port, '/readyz'), soon).toEqual([200, 'ready\n']);
});
