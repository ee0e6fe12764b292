import { describe, expect, it } from 'vitest';
import { RunId } from '../../src/domain/ids.js';
import type { Remedy } from '../../src/domain/remedy.js';
import type { Report } from '../../src/domain/report.js';
import { parseCommand } from '../../src/intake/command.js';
import { raiseImapUserLimit } from '../../src/remedies/raise-imap-user-limit.js';
import { sessionNeedOf } from '../../src/remedies/session-need.js';
import { mailTarget } from '../support/build.js';
import { rig } from './rig.js';

const prod = mailTarget({ id: 'prod' });
const remedy = raiseImapUserLimit(prod, sessionNeedOf(prod), () => 16) as Remedy;
const report: Report = {
  schema: 1,
  run: RunId.parse('sla-before'),
  target: prod.id,
  startedAt: '2026-11-21T07:00:00.000Z',
  finishedAt: '2026-11-21T07:00:01.000Z',
  plan: { target: prod.id, orders: [], uncovered: [], leftOut: [], legs: [] },
  verdicts: [
    {
      is: 'problem',
      rule: 'shared-account-sessions',
      findings: [
        {
          rule: 'shared-account-sessions',
          severity: 'critical',
          certainty: 'proven',
          says: 'too few',
          because: [],
          asks: [],
          remedies: [remedy],
        },
      ],
    },
  ],
  observations: [],
};

describe('a button under a result', () => {
  const click = { user: 'runner', fromButton: true } as const;

  it('lets the result of the check take the place of that message', async () => {
    const intake = rig({ reports: [report] });
    await intake.ask('/uccx check prod', click);
    expect(intake.sentTo).toEqual([{ platform: 'slack', handle: 'question' }]);
    expect(intake.said.filter(({ by }) => by !== 'tell')).toEqual([]);
    expect(intake.followed).toHaveLength(1);
  });

  it('clicked by two people is one check; the second is told privately', async () => {
    const intake = rig({ reports: [report] });
    await intake.ask('/uccx check prod', click);
    await intake.ask('/uccx check prod', { ...click, user: 'operator' });
    expect(intake.submitted).toHaveLength(1);
    expect(intake.said).toMatchObject([
      { by: 'tell', view: { headline: expect.stringMatching(/^prod is being checked already/) } },
    ]);
  });

  it.each(['viewer', 'stranger'])('is nothing that a %s may click', async user => {
    const intake = rig({ reports: [report] });
    await intake.ask('/uccx check prod', { ...click, user });
    expect(intake.submitted).toEqual([]);
    expect(intake.said.map(({ by }) => by)).toEqual(['tell']);
  });

  it('keeps its message where the queue is down, so that it can be clicked again', async () => {
    const intake = rig({ reports: [report], down: 'submit' });
    await intake.ask('/uccx check prod', click);
    expect(intake.said).toMatchObject([{ by: 'tell', view: { headline: expect.stringMatching(/queue/) } }]);
    expect(await intake.held('prod')).toBe(false);
  });
});

describe('/uccx fix of a target without a version', () => {
  const { exchange, ...rest } = mailTarget({ id: 'fresh', user: 'contoso\\fresh' });
  const fresh = { ...rest, exchange: { servers: exchange.servers } };
  const seen: Report = { ...report, target: fresh.id, plan: { ...report.plan, target: fresh.id } };

  it('makes no script where the last report did not show it either', async () => {
    const intake = rig({ also: [fresh], reports: [seen] });
    await intake.ask('fix fresh', { user: 'runner' });
    expect(intake.said).toMatchObject([
      { by: 'tell', view: { headline: expect.stringMatching(/No script for fresh: its version of Exchange/) } },
    ]);
    expect(intake.said[0]?.view.attachment).toBeUndefined();
  });

  it('makes it for the version that the server said', async () => {
    const revealed = {
      version: '2016',
      says: 'Commands are for Exchange 2016, as the server says of itself.',
    } as const;
    const intake = rig({ also: [fresh], reports: [{ ...seen, revealed }] });
    await intake.ask('fix fresh', { user: 'runner' });
    const [said] = intake.said;
    expect(said?.view.attachment?.content).toContain("Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 68");
    expect(said?.view.attachment?.content).toContain('Exchange 2016');
  });
});

describe('/uccx fix', () => {
  it('posts the script of the last report with how to run it', async () => {
    const intake = rig({ reports: [report] });
    await intake.ask('fix prod', { user: 'runner' });
    const [said] = intake.said;
    expect(said?.by).toBe('post');
    expect(said?.view.attachment?.name).toBe('uccx-prod-2026-11-21.ps1');
    expect(said?.view.attachment?.content).toContain("Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 68");
    expect(intake.submitted).toEqual([]);
  });

  it.each<[string, string, string, RegExp]>([
    ['a viewer may not', 'viewer', 'fix prod', /right/],
    ['without a report there is nothing', 'runner', 'fix branch', /has not been checked yet/],
    ['a finding that is not there', 'runner', 'fix prod imap-port', /nothing under `imap-port`/],
    ['without a target', 'runner', 'fix', /wants a target/],
  ])('%s', async (_, user, text, says) => {
    const intake = rig({ reports: [report] });
    await intake.ask(text, { user });
    expect(intake.said).toMatchObject([{ by: 'tell', view: { headline: expect.stringMatching(says) } }]);
    expect(intake.said[0]?.view.attachment).toBeUndefined();
  });

  it.each([
    ['fix prod', { do: 'fix', target: 'prod', chosen: [] }],
    ['/uccx FIX prod Imap-Port', { do: 'fix', target: 'prod', chosen: ['imap-port'] }],
  ])('understands %s', (text, wants) =>
    expect(parseCommand(text, { targets: [prod], rules: [] })).toEqual({ is: 'wants', wants }),
  );
  it.each(['fix prod --force', "fix prod 'x'", 'fix nowhere', 'fix prod $(x)'])('takes no %s', text =>
    expect(parseCommand(text, { targets: [prod], rules: [] }).is).toBe('mistake'),
  );
});
