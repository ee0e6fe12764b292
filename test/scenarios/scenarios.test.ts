import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stateOf } from '../../src/domain/report.js';
import { scenarios } from '../../src/lab/scenarios/index.js';
import { startTestWhole, type TestWhole } from '../support/whole.js';

/** Every scenario of the lab through the whole bot: console, intake, queue, worker, rules, view, with a real Redis. */
let test: TestWhole;
const answers = new Map<string, Awaited<ReturnType<TestWhole['ask']>>>();

beforeAll(async () => {
  test = await startTestWhole();
  await Promise.all(scenarios.map(async ({ id, command }) => answers.set(id, await confirmed(command))));
}, 90_000);
afterAll(() => test?.stop());

/** A deep check first shows what it takes; a person reads that and confirms. */
const confirmed = async (command: string) => {
  const answer = await test.ask(command);
  const confirm = answer.view.actions?.find(({ label }) => label === 'Confirm');
  return confirm ? test.ask(confirm.command) : answer;
};

describe.each(scenarios.map(scenario => [scenario.id, scenario] as const))('%s', (id, { expects, logins = 1 }) => {
  it('comes to the right verdicts', async () => {
    const report = await test.report(id);
    const verdicts = Object.fromEntries((report?.verdicts ?? []).map(verdict => [verdict.rule, verdict.is]));
    expect(verdicts).toMatchObject(expects.verdicts);
    expect(report && stateOf(report)).toBe(expects.state);
  });

  it('says so first, names each finding and prints the commands whole', () => {
    const { view, text } = answers.get(id) as { view: { tone: string; headline: string }; text: string };
    expect({ healthy: ['healthy'], problem: ['critical', 'warning'], unknown: ['unknown'] }[expects.state]).toContain(
      view.tone,
    );
    expect(view.headline.startsWith(`${id}: `)).toBe(true);
    for (const [rule, is] of Object.entries(expects.verdicts))
      if (is === 'problem') expect(text).toContain(`[${rule}]`);
    const lines = text.split('\n').map(line => line.trim());
    for (const command of expects.commands) expect(lines).toContain(command);
  });

  it('harmed nobody', () => {
    const { imap, smtp, notify } = test.lab.counters(id);
    const agents = test.lab.agents(id)?.open() ?? 0;
    expect(imap?.openNow ?? agents).toBe(agents);
    expect(smtp?.openNow ?? 0).toBe(0);
    expect(smtp?.mailFrom ?? 0).toBe(0);
    expect(smtp?.authTried ?? 0).toBe(0);
    expect(notify?.posts ?? 0).toBe(0);
    const tried = Object.values(imap?.accounts ?? {}).reduce((sum, account) => sum + account.tried, 0);
    expect(tried - agents).toBeLessThanOrEqual(logins);
  });
});
