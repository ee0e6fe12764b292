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

describe('/uccx fix with pasted output', () => {
  const { exchange, ...rest } = mailTarget({ id: 'fresh', user: 'contoso\\fresh', servers: ['EX01', 'EX02'] });
  const fresh = { ...rest, exchange: { servers: exchange.servers } };
  const ask = async (text: string, also = [fresh]) => {
    const intake = rig({ also, reports: [report] });
    await intake.ask(text, { user: 'runner' });
    return intake.said[0];
  };
  const version = (server: string, shown: string) => `Name : ${server}\nAdminDisplayVersion : Version ${shown}\n\n`;
  const limit = (server: string, most: number) => `Server : ${server}\nMaxConnectionsPerUser : ${most}\n\n`;

  it('proposes the difference alone, with its own report or without one', async () => {
    const said = await ask(
      `fix fresh --from\n${version('EX01', '15.2 (Build 1748.10)')}${version('EX02', '15.2 (Build 1544.11)')}${limit('EX01', 16)}${limit('EX02', 500)}`,
    );
    expect(said?.by).toBe('post');
    expect(said?.view.attachment?.content).toContain("Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 68");
    expect(said?.view.attachment?.content).not.toContain("Set-ImapSettings -Server 'EX02' -MaxConnectionsPerUser");
    expect(said?.view.attachment?.content).toContain('Exchange 2019');
  });

  it.each<[string, string, RegExp]>([
    [
      'servers of two versions',
      `fix fresh --from ${version('EX01', '15.0 (Build 1497.2)')}${version('EX02', '15.1 (Build 2507.6)')}${limit('EX01', 16)}`,
      /^No script for fresh: no version of Exchange is configured, and the servers differ: Get-ExchangeServer shows 2013 \(EX01, build 15\.0\.1497\.2\) and 2016 \(EX02/,
    ],
    [
      'nothing about the version',
      `fix fresh --from ${limit('EX01', 16)}`,
      /its version of Exchange is neither configured/,
    ],
    ['another server', 'fix fresh --from Server : EX99\nMaxConnectionsPerUser : 16', /^What was pasted is about EX99/],
    ['nothing that can be read', 'fix fresh --from hello', /^What was pasted holds no output of/],
    [
      'another version than the configured one',
      `fix prod --from ${version('EX01', '15.2 (Build 1748.10)')}`,
      /Exchange 2016 is configured, but Get-ExchangeServer shows Exchange 2019 \(EX01, build 15\.2\.1748\.10\)/,
    ],
    ['enough already', `fix prod --from ${limit('EX01', 500)}`, /no remedy that a script could carry out/],
  ])('makes no script of %s', async (_, text, says) => {
    const said = await ask(text);
    expect(said).toMatchObject({ by: 'tell', view: { headline: expect.stringMatching(says) } });
    expect(said?.view.attachment).toBeUndefined();
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
    ['fix prod', { do: 'fix', target: 'prod', chosen: [], from: null }],
    ['/uccx FIX prod Imap-Port', { do: 'fix', target: 'prod', chosen: ['imap-port'], from: null }],
  ])('understands %s', (text, wants) =>
    expect(parseCommand(text, { targets: [prod], rules: [] })).toEqual({ is: 'wants', wants }),
  );
  it.each<[string, string, string[], string]>([
    [
      'a slash command',
      '/uccx fix prod --from Server : EX01\r\nMaxConnectionsPerUser : 16\n',
      [],
      'Server : EX01\r\nMaxConnectionsPerUser : 16',
    ],
    ['lines below, with their blanks', 'fix prod imap-port --from\n  A : b\n     c', ['imap-port'], '  A : b\n     c'],
    ['a dash of a phone', 'fix prod \u2014from A : b --only x', [], 'A : b --only x'],
    ['more than a command may have', `fix prod --from ${'x'.repeat(20_000)}`, [], 'x'.repeat(20_000)],
  ])('takes what stands behind --from as it is: %s', (_, text, chosen, from) =>
    expect(parseCommand(text, { targets: [prod], rules: [] })).toEqual({
      is: 'wants',
      wants: { do: 'fix', target: 'prod', chosen, from },
    }),
  );
  it.each<[string, RegExp]>([
    ['fix prod --from', /wants the pasted output/],
    ['fix prod --from  \n ', /wants the pasted output/],
    [`fix prod --from ${'x'.repeat(20_001)}`, /at most 20000 characters/],
    ['check prod --from x', /goes with `fix` alone/],
    [`fix ${'x'.repeat(600)} --from x`, /at most 500 characters/],
  ])('says what is wrong with %#', (text, says) =>
    expect(parseCommand(text, { targets: [prod], rules: [] })).toEqual({
      is: 'mistake',
      says: expect.stringMatching(says),
    }),
  );
  it.each(['fix prod --force', "fix prod 'x'", 'fix nowhere', 'fix prod $(x)'])('takes no %s', text =>
    expect(parseCommand(text, { targets: [prod], rules: [] }).is).toBe('mistake'),
  );
});
