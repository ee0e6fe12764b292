import { expect, it } from 'vitest';
import { agentsWithin, sessionNeedOf } from '../../src/remedies/session-need.js';
import { sharedAccountSessions } from '../../src/rules/shared-account-sessions.js';
import { fact, mailTarget } from '../support/build.js';
import { judge, pasted as pastedLines, ruleTable } from '../support/rule-table.js';

const stated = { statedOn: '2026-11-01' };
const pasted = { file: 'a.txt:3' };
const imap = (maxConnectionsPerUser: number | null, server: string | null = null) =>
  fact('imap-limits', { maxConnectionsPerUser, server }, stated);
const store = (serviceSessionsPerUser: number | null) => fact('store-limits', { serviceSessionsPerUser }, stated);
const met = (about: 'store-sessions' | 'imap-per-user', subject?: string) =>
  about === 'store-sessions'
    ? fact('exchange-event', subject ? { subject } : {})
    : fact('exchange-event', {
        about,
        provider: 'MSExchangeIMAP4',
        id: 1009,
        subject: 'contoso\\uccxemail',
        of: null,
      });
const target = mailTarget({ version: '2010-sp3', agents: 7 });
ruleTable(sharedAccountSessions, target, [
  {
    name: 'room for all',
    given: [imap(2400), store(64)],
    is: 'healthy',
    says: /64 sessions are allowed, 7 agents and the server need 18; 30 agents fit/,
  },
  {
    name: 'exactly enough',
    target: mailTarget({ agents: 6 }),
    given: [imap(16), store(16)],
    is: 'healthy',
    says: /6 agents fit/,
  },
  {
    name: 'one agent too many for what is shipped',
    given: [imap(16), store(16)],
    is: 'problem',
    severity: 'critical',
    certainty: 'likely',
    findings: 1,
    remedies: ['raise-imap-user-limit', 'raise-store-sessions'],
    says: /16 sessions in the IMAP service and the Information Store; 7 agents and the server need 18, so 6 agents fit/,
    because: /read on 2026-11-01: MaxConnectionsPerUser 16 on every server/,
  },
  {
    name: 'too few even without the server',
    target: mailTarget({ agents: 25 }),
    given: [imap(16), store(64)],
    is: 'problem',
    certainty: 'proven',
    remedies: ['raise-imap-user-limit'],
  },
  {
    name: 'the store is the smaller one',
    given: [imap(2400), store(16)],
    is: 'problem',
    remedies: ['raise-store-sessions'],
    says: /in the Information Store;/,
  },
  {
    name: 'short of one, the other not read',
    given: [imap(16)],
    is: 'problem',
    remedies: ['raise-imap-user-limit'],
    asks: [/Information Store.*only moves the failure/],
  },
  {
    name: 'room on a server that the output does not name, of two',
    target: mailTarget({ version: '2010-sp3', agents: 7, servers: ['EX01', 'EX02'] }),
    given: [fact('imap-limits', { maxConnectionsPerUser: 2400 }, pasted), store(64)],
    is: 'unknown',
    asks: [/IMAP service allow one account on EX01 and EX02\?/],
  },
  {
    name: 'room on the only server, which the output does not name',
    given: [fact('imap-limits', { maxConnectionsPerUser: 2400 }, pasted), store(64)],
    is: 'healthy',
  },
  {
    name: 'too few on a server that the output does not name, of two',
    target: mailTarget({ version: '2010-sp3', agents: 7, servers: ['EX01', 'EX02'] }),
    given: [fact('imap-limits', { maxConnectionsPerUser: 16 }, pasted), store(64)],
    is: 'problem',
    because: /from a\.txt:3: MaxConnectionsPerUser 16 on a server that is not named there/,
    asks: [/IMAP service allow one account on EX01 and EX02\?/],
    remedies: ['raise-imap-user-limit'],
  },
  {
    name: 'nothing read',
    given: [],
    is: 'unknown',
    says: /ships with 16 of each, and where that still stands 6 agents fit/,
    asks: [/IMAP service/, /Information Store/],
  },
  { name: 'the source does not say', given: [imap(null), store(null)], is: 'unknown' },
  {
    name: 'one of two servers is short',
    target: mailTarget({ servers: ['EX01', 'EX02'], agents: 7 }),
    given: [imap(100), imap(16, 'ex02'), store(100)],
    is: 'problem',
    commands: [
      "Get-ImapSettings -Server 'EX02' | Export-Clixml -Path 'imap-EX02-before.xml'",
      "Get-ImapSettings -Server 'EX02' | Format-List -Property 'Server','MaxConnectionsPerUser'",
      "Set-ImapSettings -Server 'EX02' -MaxConnectionsPerUser 23",
      "Invoke-Command -ComputerName 'EX02' -ScriptBlock { Restart-Service -Name 'MSExchangeIMAP4'; Restart-Service -Name 'MSExchangeIMAP4BE' }",
      "Get-ImapSettings -Server 'EX02' | Format-List -Property 'Server','MaxConnectionsPerUser'",
      "Invoke-Command -ComputerName 'EX02' -ScriptBlock { Get-Service -Name 'MSExchangeIMAP4','MSExchangeIMAP4BE' }",
      "Set-ImapSettings -Server 'EX02' -MaxConnectionsPerUser 16",
      "Invoke-Command -ComputerName 'EX02' -ScriptBlock { Restart-Service -Name 'MSExchangeIMAP4'; Restart-Service -Name 'MSExchangeIMAP4BE' }",
    ],
  },
  {
    name: 'the newer reading counts',
    given: [imap(16), fact('imap-limits', { maxConnectionsPerUser: 100 }, { statedOn: '2026-11-20' }), store(100)],
    is: 'healthy',
  },
  {
    name: 'event 9646 names the account',
    given: [met('store-sessions')],
    is: 'problem',
    severity: 'critical',
    certainty: 'proven',
    remedies: ['raise-store-sessions'],
    says: /turned sessions of contoso\\uccxemail away at its limit \(16 sessions in the Information Store\); 7 agents and the server need 18/,
    because: /event 9646 of MSExchangeIS on EX01, once/,
  },
  {
    name: 'event 9646, and the mailbox opens in a record, which may be of any time',
    given: [met('store-sessions'), fact('imap-select', {}, { file: 'telnet.txt', at: '2026-11-21T08:30:00.000Z' })],
    is: 'problem',
    severity: 'critical',
    certainty: 'proven',
  },
  {
    name: 'event 1009 of IMAP names the account',
    given: [met('imap-per-user'), store(64)],
    is: 'problem',
    certainty: 'proven',
    remedies: ['raise-imap-user-limit'],
    says: /limit \(16 connections in the IMAP service\)/,
  },
  {
    name: 'both events: raising one alone would only move it',
    given: [met('imap-per-user'), met('store-sessions')],
    is: 'problem',
    remedies: ['raise-imap-user-limit', 'raise-store-sessions'],
  },
  {
    name: 'an event of another account proves nothing',
    given: [met('store-sessions', '/o=First/cn=Recipients/cn=somebody'), imap(2400), store(64)],
    is: 'healthy',
  },
  {
    name: 'a name that may be another one',
    given: [met('store-sessions', '/o=First/cn=Recipients/cn=uccxemailQ68')],
    is: 'problem',
    certainty: 'likely',
    asks: [/Is it the mailbox of contoso\\uccxemail\? LegacyExchangeDN/],
  },
  {
    name: 'Get-Mailbox tells whose name it is',
    given: [
      met('store-sessions', '/o=First/cn=Recipients/cn=uccxemailQ68'),
      fact('exchange-mailbox', { legacyDn: '/o=First/cn=Recipients/cn=uccxemailQ68' }),
    ],
    is: 'problem',
    certainty: 'proven',
  },
  {
    name: 'Get-Mailbox tells that it is another one',
    given: [
      met('store-sessions', '/o=First/cn=Recipients/cn=uccxemail'),
      fact('exchange-mailbox', { legacyDn: '/o=First/cn=Recipients/cn=uccxemailQ68' }),
      imap(2400),
      store(64),
    ],
    is: 'healthy',
  },
  {
    name: 'raised since',
    given: [met('store-sessions'), imap(2400), store(64)],
    is: 'problem',
    severity: 'notice',
    certainty: 'possible',
    says: /What was read since is enough/,
    asks: [/before the value was raised/],
  },
  {
    name: 'more sessions than anybody should need',
    target: mailTarget({ agents: 2 }),
    given: [met('store-sessions')],
    is: 'problem',
    remedies: [],
    says: /no less than is needed, so somebody else holds sessions/,
    asks: [/Who else logs in/],
  },
  {
    name: 'Finesse, and the limit was met',
    target: mailTarget({ desktop: 'finesse' }),
    given: [met('imap-per-user')],
    is: 'problem',
    asks: [/Who else logs in/],
  },
  { name: 'Finesse', target: mailTarget({ desktop: 'finesse' }), given: [imap(16), store(16)], is: 'not-applicable' },
  { name: 'Online', target: mailTarget({ version: 'online' }), given: [], is: 'not-applicable' },
]);

/** Cisco's sizing, with four sessions of the server: need, what to set, and whether what is shipped carries it. */
it.each([
  { agents: 5, needed: 14, proposed: 18, shipped: 'healthy' },
  { agents: 6, needed: 16, proposed: 20, shipped: 'healthy' },
  { agents: 7, needed: 18, proposed: 23, shipped: 'problem' },
  { agents: 25, needed: 54, proposed: 68, shipped: 'problem' },
  { agents: 50, needed: 104, proposed: 130, shipped: 'problem' },
  { agents: 150, needed: 304, proposed: 380, shipped: 'problem' },
])('$agents agents need $needed sessions', ({ agents, needed, proposed, shipped }) => {
  const sized = mailTarget({ agents });
  expect(sessionNeedOf(sized)).toMatchObject({ needed, proposed });
  expect(judge(sharedAccountSessions, sized, [imap(16), store(16)]).is).toBe(shipped);
  expect(agentsWithin(16, sized)).toBe(6);
});

it('puts back on each server what it had, where nobody read which of two had it', () => {
  const two = mailTarget({ version: '2010-sp3', agents: 7, servers: ['EX01', 'EX02'] });
  const verdict = judge(sharedAccountSessions, two, [fact('imap-limits', {}, pasted), store(64)]);
  const [remedy] = verdict.is === 'problem' ? (verdict.findings[0]?.remedies ?? []) : [];
  expect(remedy?.settings.map(({ on, now, to }) => [on, now, to])).toEqual([
    ['EX01', null, '23'],
    ['EX02', null, '23'],
  ]);
  expect(remedy && pastedLines(remedy.undo).filter(line => line.startsWith('Set-'))).toEqual([
    "Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser (Import-Clixml -Path 'imap-EX01-before.xml' -ErrorAction 'Stop').MaxConnectionsPerUser",
    "Set-ImapSettings -Server 'EX02' -MaxConnectionsPerUser (Import-Clixml -Path 'imap-EX02-before.xml' -ErrorAction 'Stop').MaxConnectionsPerUser",
  ]);
});
