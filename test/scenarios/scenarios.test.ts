import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { renderSlack } from '../../src/chat/slack/render.js';
import { renderTeams } from '../../src/chat/teams/render.js';
import { stateOf } from '../../src/domain/report.js';
import { scenarios } from '../../src/lab/scenarios/index.js';
import type { View } from '../../src/view/view.js';
import { lacking, toldInSlack, toldInTeams, toldOf } from '../support/told.js';
import { triedIn } from '../support/tried-in.js';
import { startTestWhole, type TestWhole } from '../support/whole.js';

/** Every scenario of the lab through the whole bot: console, intake, queue, worker, rules, view, with a real Redis. */
let test: TestWhole;
const CUSTOMERS = ['Order 1001', 'Order 1002', 'Order 1003'];
const answers = new Map<string, Awaited<ReturnType<TestWhole['ask']>>>();

beforeAll(async () => {
  test = await startTestWhole();
  // So many at once that those that wait for a silent server wait together, and so few that none is late for want of a processor.
  const waiting = [...scenarios];
  const ask = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) answers.set(next.id, await confirmed(next.command));
  };
  await Promise.all(Array.from({ length: 6 }, ask));
});
afterAll(() => test?.stop());

/** A deep check first shows what it takes; a person reads that and confirms. */
const confirmed = async (command: string) => {
  const answer = await test.ask(command);
  const confirm = answer.view.actions?.find(({ label }) => label === 'Confirm');
  return confirm ? test.ask(confirm.command) : answer;
};

describe.each(scenarios.map(scenario => [scenario.id, scenario] as const))(
  '%s',
  (id, { expects, logins = 1, mail = { logins: 0, messages: 0 } }) => {
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

    it('has the same findings, commands byte for byte, and buttons in Slack and in Teams', () => {
      const { view } = answers.get(id) as { view: View };
      const whole = toldOf(view);
      const inSlack = renderSlack(view, 'thread');
      const inTeams = renderTeams(view, { file: 'here' });
      const messages = [
        { told: toldInSlack(inSlack.blocks), file: inSlack.file },
        { told: toldInTeams(inTeams.activity.attachments?.[0]?.content), file: inTeams.file },
      ];
      for (const { told, file } of messages) {
        expect(lacking(whole, told, file?.content)).toEqual([]);
        expect(lacking(told, whole)).toEqual([]);
        expect(told.buttons).toEqual(whole.buttons);
      }
    });

    it('harmed nobody', () => {
      const { imap, smtp, notify } = test.lab.counters(id);
      const agents = test.lab.agents(id)?.open() ?? 0;
      expect(imap?.openNow ?? agents).toBe(agents);
      expect(smtp?.openNow ?? 0).toBe(0);
      expect(smtp?.mailFrom ?? 0).toBeLessThanOrEqual(mail.logins);
      expect(smtp?.taken ?? 0).toBe(mail.messages);
      expect(smtp?.authTried ?? 0).toBe(mail.logins);
      expect(new Set(smtp?.recipients).size).toBeLessThanOrEqual(mail.logins);
      expect(test.lab.inbox(id)?.map(({ header }) => header('subject')) ?? CUSTOMERS).toEqual(CUSTOMERS);
      expect(notify?.posts ?? 0).toBe(0);
      const tried = triedIn(imap?.accounts);
      expect(tried - agents).toBeLessThanOrEqual(logins);
    });
  },
);
