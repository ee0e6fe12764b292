import type { EvidenceOf } from '../domain/evidence/index.js';
import type { InboxTarget } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { grantImpersonation, grantImpersonationScoped } from '../remedies/grant-impersonation.js';
import { TO_EXCHANGE, times } from './asks-inbox.js';
import { raiseEwsLimits, throttled } from './ews-throttling.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { inOrder, lineIn, listed, placeOf, placesOf } from './seen.js';
import { syncWords } from './sync-words.js';

type Log = EvidenceOf<'sync-log'>;
type Failure = Log['failures'][number] & { log: Log };
type Code = Log['codes'][number] & { log: Log };
type Body = Omit<Finding, 'rule'>;

export const syncCalls = defineRule({
  id: 'sync-calls',
  for: 'cuc-single-inbox',
  leg: 'web',
  asks: 'Do the calls of Unity Connection to Exchange succeed?',
  explains:
    'The log of Mailbox Sync has every call that failed, with the words of the HTTP library, the status and the address; successes stand in it only ' +
    'with traces on. Failures are told apart by cause and by EWS or Autodiscover. A status alone names no cause; a response code of EWS such as ' +
    'ErrorImpersonateUserDenied or ErrorExceededSubscriptionCount does.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/116001-uc-singleinbox-00.html',
  needs: [],
  uses: ['sync-log'],
  behind: [],

  judge({ 'sync-log': seen }, target) {
    const logs = inOrder(seen);
    if (logs.length === 0) return notApplicable('no log of Mailbox Sync was read (diag_CuMbxSync)');
    const failures = logs.flatMap(log => log.failures.map(failure => ({ ...failure, log })));
    const codes = logs.flatMap(log => log.codes.map(code => ({ ...code, log })));
    const findings = [
      ...codesIn(codes, target),
      ...grouped(failures).map(group => failed(group, target)),
      ...logs.flatMap(outstanding),
    ];
    if (findings.length > 0) return problem(...findings);
    const empty = logs.filter(({ lines }) => lines === 0);
    if (empty.length > 0)
      return unknown(`no line of Mailbox Sync could be read ${placesOf(empty)}`, { missing: ['sync-log'] });
    const answered = logs.reduce((sum, log) => sum + log.answered, 0);
    return healthy(
      `no call of Unity Connection failed in ${times(
        logs.reduce((sum, log) => sum + log.lines, 0),
        'line',
      )} ${placesOf(logs)}` +
        (answered > 0 ? `, and ${times(answered, 'call')} succeeded` : '; successes are not written without traces'),
    );
  },
});

/** Failures of one cause and service are one finding, whatever the host. */
const grouped = (failures: readonly Failure[]): readonly [Failure, ...Failure[]][] => {
  const groups = new Map<string, [Failure, ...Failure[]]>();
  for (const failure of failures) {
    const key = `${failure.cause} ${failure.status} ${failure.url}`;
    const group = groups.get(key);
    if (group) group.push(failure);
    else groups.set(key, [failure]);
  }
  return [...groups.values()];
};

const failed = (all: readonly [Failure, ...Failure[]], target: InboxTarget): Body => {
  const [{ cause, status, url }] = all;
  const hosts = [...new Set(all.flatMap(({ host }) => host ?? []))].sort();
  const { says, certainty, asks } = syncWords({ cause, status, hosts }, target);
  return {
    severity: url === 'autodiscovery' || isRare(all) ? 'warning' : 'critical',
    certainty,
    says: `${TO_EXCHANGE}: ${SERVICE[url]}${hosts.length > 0 ? ` at ${listed(hosts)}` : ''} ${says}.${whom(all)}`,
    because: all.map(({ log, line, text, times: count, users }) =>
      quoted(log, line, `«${text}»`, { times: count, users }),
    ),
    asks,
    remedies: [],
  };
};

const SERVICE = {
  ews: 'EWS',
  autodiscovery: 'Autodiscover',
  webdav: 'WebDAV (Exchange 2003)',
  ldap: 'the directory',
  other: 'a service',
} as const;

/** One in a hundred or fewer, by what traces show. */
const isRare = (all: readonly Failure[]): boolean => {
  const answered = [...new Set(all.map(({ log }) => log))].reduce((sum, log) => sum + log.answered, 0);
  return answered >= 100 * all.reduce((sum, failure) => sum + failure.times, 0);
};

/** Everybody, the users of one server, or one user: each points elsewhere. Said only where the log shows others to compare with. */
const whom = (all: readonly Failure[]): string => {
  const [{ log }] = all as [Failure];
  if (all.some(failure => failure.log !== log)) return '';
  const hit = Math.max(...all.map(({ users }) => users));
  const ill = log.servers.filter(({ failures }) => failures > 0);
  const well = log.servers.filter(({ failures, answered }) => failures === 0 && answered > 0);
  if (log.users > 1 && hit === 1)
    return ' It hits one user of several: look at the address, and whether the mailbox was moved.';
  if (ill.length === 1 && well.length > 0 && ill[0])
    return ` It hits ${ill[0].server} and not ${listed(well.map(({ server }) => server))}: look at that server.`;
  return log.users > 2 && hit === log.users
    ? ' It hits every user that the log names: look at the service account and the service.'
    : '';
};

const codesIn = (codes: readonly Code[], target: InboxTarget): Body[] => {
  const limits = codes.filter(({ code }) => throttled(code));
  const denied = codes.filter(({ code }) => DENIED.includes(code));
  const strangers = codes.filter(({ code }) => code === 'ErrorNonExistentMailbox');
  const others = codes.filter(code => ![...limits, ...denied, ...strangers].includes(code));
  const online = target.exchange.version === 'online';
  return [
    ...found(denied, {
      severity: 'critical',
      certainty: 'proven',
      says: `${TO_EXCHANGE}: Exchange does not let the account of Unity Connection act for a user (impersonation).`,
      asks: online
        ? [{ says: 'Which rights has the application of Unity Connection in Entra ID?', steps: [] }]
        : [
            {
              says: 'Should the right reach the members of one group only?',
              steps: [],
              ifSo: grantImpersonationScoped(target),
            },
          ],
      remedies: online ? [] : [grantImpersonation(target)],
    }),
    ...found(limits, {
      severity: limits.every(({ log, times: count }) => log.answered >= 100 * count) ? 'warning' : 'critical',
      certainty: 'proven',
      says: `${TO_EXCHANGE}: Exchange turns calls away by a limit of EWS (${listed([...new Set(limits.map(({ code }) => code))].sort())}).`,
      ...raiseEwsLimits(target),
    }),
    ...found(strangers, {
      severity: 'warning',
      certainty: 'proven',
      says: `${TO_EXCHANGE}: Exchange knows no mailbox by an address that Unity Connection asks for.`,
      asks: [
        { says: 'Is the address of that user in Unity Connection the primary SMTP address of the mailbox?', steps: [] },
      ],
      remedies: [],
    }),
    ...found(others, {
      severity: 'notice',
      certainty: 'possible',
      says: `${TO_EXCHANGE}: the log holds other response codes of EWS (${listed([...new Set(others.map(({ code }) => code))].sort())}).`,
      asks: [
        { says: 'Do they come with what users see? Each is explained with the response codes of EWS.', steps: [] },
      ],
      remedies: [],
    }),
  ];
};

const DENIED: readonly string[] = [
  'ErrorImpersonateUserDenied',
  'ErrorImpersonationDenied',
  'ErrorImpersonationFailed',
];

const found = (codes: readonly Code[], finding: Omit<Body, 'because'>): Body[] =>
  codes.length === 0
    ? []
    : [
        {
          ...finding,
          because: codes.map(({ log, line, code, times: count, users }) =>
            quoted(log, line, code, { times: count, users }),
          ),
        },
      ];

const quoted = (
  log: Log,
  line: number,
  words: string,
  { times: count, users }: { times: number; users: number },
): string =>
  `${lineIn(log.source, line)}: ${words}, ${times(count, 'time')}${users > 0 ? `, ${times(users, 'user')} of ${log.users}` : ''}`;

/** Cisco: steadily above 999 there are too few threads, or Exchange is too far away. */
const outstanding = (log: Log): Body[] =>
  (log.mostOutstanding ?? 0) <= 999
    ? []
    : [
        {
          severity: 'warning',
          certainty: 'possible',
          says: `${TO_EXCHANGE}: up to ${log.mostOutstanding} calls of Unity Connection waited at once: too few threads, or answers that take too long.`,
          because: [`${placeOf(log.source)}: ${log.mostOutstanding} outstanding requests`],
          asks: [
            {
              says: 'Does it stay above 999? Cisco counts threads as users × (latency in ms + 15) / 50000, at least 4 and at most 64.',
              steps: [],
            },
          ],
          remedies: [],
        },
      ];
