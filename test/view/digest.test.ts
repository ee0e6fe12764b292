import { describe, expect, it } from 'vitest';
import type { DigestEntry, DigestTold } from '../../src/domain/digest.js';
import { type DigestFacts, newsOf } from '../../src/domain/digest-news.js';
import { DigestId, readWhenText, type When } from '../../src/domain/digest-when.js';
import { HistoryRow } from '../../src/domain/history-row.js';
import { TargetId } from '../../src/domain/ids.js';
import { Report } from '../../src/domain/report.js';
import { digestView } from '../../src/view/digest.js';
import { healthy, raiseLimit, read, report } from './build.js';

/** Digests as people read them, written out by hand. */
const NOW = Date.parse('2026-11-21T07:00:08.000Z');
const SLOT = Date.parse('2026-11-21T07:00:00.000Z');
const digest = {
  id: DigestId.parse('d-3k9x2a'),
  when: readWhenText('daily 08:00') as When,
  zone: 'Europe/Paris',
  onlyChanges: false,
  by: { platform: 'slack', user: 'U0OP', groups: [], channel: 'C1' },
};

const row = (at: string, state: 'healthy' | 'problem' | 'unknown', more: object = {}): HistoryRow =>
  HistoryRow.parse({
    at,
    until: at,
    looks: 1,
    run: null,
    state,
    severity: state === 'problem' ? 'critical' : null,
    rules: state === 'problem' ? ['imap-port'] : [],
    logins: [],
    needed: null,
    possible: null,
    certificateDays: null,
    gapMs: null,
    ...more,
  });

const finding = (rule: string, says: string, more: object = {}) => ({
  is: 'problem',
  rule,
  findings: [{ rule, severity: 'critical', certainty: 'proven', says, because: [], asks: [], remedies: [], ...more }],
});
const reportOf = (target: string, verdicts: object[], at = '2026-11-21T07:00:05.000Z'): Report =>
  Report.parse({ ...report({ target, verdicts }), finishedAt: at });
const well = (target: string) => reportOf(target, [healthy('imap-port', 'it is open')]);

const facts = (target: string, given: Partial<DigestFacts> = {}): DigestFacts => ({
  target: TargetId.parse(target),
  report: well(target),
  stale: null,
  rows: [row('2026-11-21T07:00:05.000Z', 'healthy')],
  ...given,
});
const entry = (target: string, given: Partial<DigestEntry> = {}): DigestEntry => ({
  target: TargetId.parse(target),
  state: 'healthy',
  since: '2026-11-01T07:00:00.000Z',
  findings: [],
  ...given,
});
const told = (...entries: DigestEntry[]): DigestTold => ({
  slot: '2026-11-20T07:00:00.000Z',
  at: '2026-11-20T07:00:08.000Z',
  entries,
});

const known = new WeakMap<DigestTold, Map<string, DigestEntry>>();
const entriesOf = (before: DigestTold | null): Map<string, DigestEntry> => {
  if (!before) return new Map();
  const entries = known.get(before) ?? new Map(before.entries.map(each => [each.target, each]));
  known.set(before, entries);
  return entries;
};
const compose = (all: DigestFacts[], before: DigestTold | null, more: object = {}) =>
  digestView({
    digest,
    slot: SLOT,
    now: NOW,
    before,
    news: all.map(each => newsOf(each, entriesOf(before).get(each.target) ?? null)),
    ...more,
  });
const words = (view: ReturnType<typeof compose>): string => (view ? read(view) : 'silence');

const FOOT =
  'Every day at 08:00 · next 2026-11-22 08:00 · times of Europe/Paris · /uccx digest off d-3k9x2a ends\nit\n';

describe('a digest', () => {
  it('says «all clear» when so', () => {
    expect(
      words(compose([facts('prod'), facts('branch')], told(entry('prod'), entry('branch')))),
    ).toBe(`[+] All clear · 2 of 2 healthy

Since the digest of 2026-11-20 08:00: nothing has changed.

[+] Healthy: prod, branch

${FOOT}`);
  });

  it('says who needs you since when, what is new with its command, what came and went, what is unknown, and what room is left', () => {
    const broken = [
      row('2026-11-20T09:12:00.000Z', 'healthy'),
      row('2026-11-21T06:58:00.000Z', 'problem', { rules: ['imap-sessions-per-user'] }),
      row('2026-11-21T07:00:05.000Z', 'problem', {
        rules: ['imap-sessions-per-user'],
        needed: 28,
        possible: 16,
        certificateDays: 90,
      }),
    ];
    const between = [
      row('2026-11-21T01:10:00.000Z', 'problem'),
      row('2026-11-21T01:40:00.000Z', 'unknown'),
      row('2026-11-21T02:05:00.000Z', 'healthy', { certificateDays: 12 }),
    ];
    const before = told(
      entry('prod'),
      entry('old', {
        state: 'problem',
        since: '2026-11-18T10:00:00.000Z',
        findings: [
          { rule: 'smtp-port', severity: 'critical', says: 'SMTP is closed.', since: '2026-11-18T10:00:00.000Z' },
          { rule: 'imap-login', severity: 'warning', says: 'A login is slow.', since: '2026-11-19T10:00:00.000Z' },
        ],
      }),
      entry('branch'),
      entry('inbox'),
    );
    const view = compose(
      [
        facts('branch', { rows: between }),
        facts('old', {
          report: reportOf('old', [finding('smtp-port', 'SMTP is closed.'), healthy('imap-login', 'fine')]),
          rows: [row('2026-11-21T07:00:05.000Z', 'problem', { rules: ['smtp-port'] })],
        }),
        facts('prod', {
          report: reportOf('prod', [
            finding('imap-sessions-per-user', 'One account gets 16 sessions and needs 28.', { remedies: [raiseLimit] }),
          ]),
          rows: broken,
        }),
        facts('inbox', { stale: 'this look came to nothing; last seen healthy, 3 h ago', rows: [] }),
      ],
      before,
    );
    expect(words(view)).toBe(`[X] 2 of 4 need you · 1 healthy · 1 unknown

[X] old: seen broken since 2026-11-18 11:00 (3 days)
  Critical: SMTP is closed. [smtp-port]

[X] prod: seen broken since 2026-11-21 07:58 (2 min)
  New, critical: One account gets 16 sessions and needs 28. [imap-sessions-per-user]

Remedy: Let one account hold 35 IMAP connections on EX01 [raise-imap-user-limit]
  Proposed: 2 × 12 agents + 4 sessions = 28, + 25 % = 35.
  Touches every account of the server. Do it in a maintenance window.
  Leave out a server that already shows as much or more.
  Source: https://learn.microsoft.com/powershell/module/exchangepowershell/set-imapsettings
  Undo, by hand: Set the value that was read first.
  Read first:
    Get-ImapSettings -Server 'EX01'
  Apply:
    Set-ImapSettings -Server 'EX01'
  Drops: every IMAP connection to EX01 for some seconds
  Verify:
    Get-ImapSettings -Server 'EX01'

[i] Since the digest of 2026-11-20 08:00
  branch broke at 2026-11-21 02:10 and recovered at 2026-11-21 03:05 after 55 min.
  old: gone, it had been so since 2026-11-19 11:00: A login is slow. [imap-login]
  prod broke at 2026-11-21 07:58.

[?] Unknown
  inbox: this look came to nothing; last seen healthy, 3 h ago.

Headroom
  Needed and possible:
    Target  Sessions needed  Possible     Certificate ends in
    ------  ---------------  -----------  -------------------
    prod    28               16, too few  90 days
    branch  –                not known    12 days

[+] Healthy: branch

${FOOT}`);
    expect(view?.actions).toEqual([
      { id: `fix-prod-${SLOT}`, label: 'Script for prod', command: '/uccx fix prod' },
      { id: 'table-d-3k9x2a', label: 'Full table as a file', command: '/uccx digest table d-3k9x2a' },
    ]);
  });

  it('that is the first one compares with nothing', () => {
    expect(words(compose([facts('prod')], null))).toBe(`[+] All clear: prod is healthy

This is the first digest here, so there is nothing to compare it with.

[+] Healthy: prod

${FOOT}`);
  });

  it('says that it is late', () => {
    const late = compose([facts('prod')], told(entry('prod')), { now: SLOT + 35 * 60_000 });
    expect(words(late)).toContain('[i] Late: this digest was due at 2026-11-21 08:00 and comes 35 min after it.');
  });

  it('never takes what was seen yesterday for what is so', () => {
    const stale = facts('prod', { stale: 'this look came to nothing; last seen healthy, 26 h ago', rows: [] });
    expect(words(compose([stale], told(entry('prod'))))).toMatch(/^\[\?\] 0 of 1 need you · 1 unknown\n/);
  });

  it('keeps a problem that could not be looked at again, and tells when it is really gone', () => {
    const known = {
      rule: 'imap-login',
      severity: 'critical',
      says: 'Refused.',
      since: '2026-11-18T10:00:00.000Z',
    } as const;
    const before = entry('prod', { state: 'problem', since: known.since, findings: [known] });
    const unseen = newsOf(facts('prod', { stale: 'this look came to nothing', rows: [] }), before);
    expect(unseen.entry).toEqual({ target: 'prod', state: 'unknown', since: null, findings: [known] });
    expect(unseen.gone).toEqual([]);
    const seen = newsOf(facts('prod', { report: reportOf('prod', [healthy('imap-login', 'fine')]) }), unseen.entry);
    expect(seen.gone).toEqual([known]);
    expect(seen.events).toEqual([{ is: 'recovered', at: '2026-11-21T07:00:05.000Z' }]);
  });

  it('in a preview says that nothing was looked at', () => {
    const preview = compose([facts('prod')], null, { slot: null });
    expect(words(preview)).toBe(`[+] Preview, from the latest reports: All clear: prod is healthy

[+] Healthy: prod

times of Europe/Paris · nothing was looked at for this
`);
  });
});

describe('--only-changes', () => {
  const only = (all: DigestFacts[], before: DigestTold | null) =>
    words(compose(all, before, { digest: { ...digest, onlyChanges: true } }));
  const ill = (severity: string) =>
    facts('prod', {
      report: reportOf('prod', [finding('imap-port', 'It is closed.', { severity })]),
      rows: [row('2026-11-21T07:00:05.000Z', 'problem')],
    });
  const known = {
    rule: 'imap-port',
    severity: 'critical',
    says: 'It is closed.',
    since: '2026-11-18T10:00:00.000Z',
  } as const;
  const stillIll = told(entry('prod', { state: 'problem', findings: [known] }));

  it.each([
    ['all is as well as it was', [facts('prod')], told(entry('prod'))],
    ['all is as broken as it was', [ill('critical')], stillIll],
  ])('is silent where %s', (_, all, before) => expect(only(all, before)).toBe('silence'));

  it.each<[string, DigestFacts[], DigestTold | null, RegExp]>([
    ['it is the first one', [facts('prod')], null, /All clear/],
    ['a target broke', [ill('critical')], told(entry('prod')), /1 of 1 needs you/],
    ['a target recovered', [facts('prod')], stillIll, /All clear/],
    ['a problem weighs less', [ill('warning')], stillIll, /a warning seen since/],
    ['a target is new', [facts('prod'), facts('rome')], told(entry('prod')), /New in this digest: rome/],
    [
      'it broke and recovered in between',
      [
        facts('prod', {
          rows: [row('2026-11-21T01:00:00.000Z', 'problem'), row('2026-11-21T02:00:00.000Z', 'healthy')],
        }),
      ],
      told(entry('prod')),
      /broke at 2026-11-21 02:00 and recovered at 2026-11-21 03:00/,
    ],
    [
      'a target is unknown',
      [facts('prod', { stale: 'this look came to nothing', rows: [] })],
      told(entry('prod')),
      /1 unknown/,
    ],
  ])('speaks where %s', (_, all, before, says) => expect(only(all, before)).toMatch(says));
});

it('headroom has pauses and connectors where they are known, and no empty columns where not', () => {
  const connector = {
    is: 'seen',
    source: { by: 'artifact', artifact: 'pasted', reader: 'shell', line: 1 },
    tookMs: 0,
    cut: false,
    transcript: [],
    evidence: [
      {
        kind: 'connector-limits',
        target: 'prod',
        source: { by: 'artifact', artifact: 'pasted', reader: 'shell', line: 1 },
        at: '2026-11-21T07:00:05.000Z',
        connector: 'Client',
        connections: null,
        connectionsPerSource: 20,
        connectionsPercentPerSource: null,
        messagesPerMinute: 5,
      },
    ],
  };
  const read = Report.parse({ ...well('prod'), observations: [connector] });
  const paused = [
    row('2026-11-21T06:00:00.000Z', 'healthy', { gapMs: 420_000 }),
    row('2026-11-21T07:00:05.000Z', 'healthy', { gapMs: 310_000 }),
  ];
  const all = [facts('prod', { report: read }), facts('inbox', { rows: paused })];
  const table = compose(all, null)?.sections.find(({ title }) => title === 'Headroom')?.table;
  expect(table?.columns.slice(-2)).toEqual(['Connector', 'Longest pause']);
  expect(table?.rows.map(cells => [cells[0], ...cells.slice(-2)])).toEqual([
    ['prod', '20 a source, 5 mails a minute', '–'],
    ['inbox', '–', '7 min'],
  ]);
});

it('a thousand targets are composed within 200 ms, and stay a message that can be read', () => {
  const all = Array.from({ length: 1_000 }, (_, n) =>
    n % 3 === 0
      ? facts(`t-${n}`, {
          report: reportOf(`t-${n}`, [finding('imap-port', 'It is closed.', { remedies: [raiseLimit] })]),
          rows: [row('2026-11-21T07:00:05.000Z', 'problem', { certificateDays: n })],
        })
      : facts(`t-${n}`),
  );
  const before = told(...all.map(({ target }) => entry(target)));
  /** Of the processor: how busy the machine is says nothing about us. */
  const tookMs: number[] = [];
  let view = compose(all, before);
  for (let run = 0; run < 3; run++) {
    const from = process.cpuUsage();
    view = compose(all, before);
    const { user, system } = process.cpuUsage(from);
    tookMs.push((user + system) / 1_000);
  }
  expect(Math.min(...tookMs)).toBeLessThan(200);
  expect(view?.headline).toBe('334 of 1000 need you · 666 healthy');
  expect(view?.sections.length).toBeLessThan(35);
  expect(words(view)).toMatch(/Also broken: [\s\S]*\sand\s+284 more/);
});
