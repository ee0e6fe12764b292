import { describe, expect, it } from 'vitest';
import { DigestEntry, type DigestTold } from '../../src/domain/digest.js';
import { type DigestFacts, newsOf } from '../../src/domain/digest-news.js';
import { DigestId, readWhenText, type When } from '../../src/domain/digest-when.js';
import { HistoryRow } from '../../src/domain/history-row.js';
import { TargetId } from '../../src/domain/ids.js';
import { Quiet } from '../../src/domain/quiet.js';
import { aboutOf, silencesAt } from '../../src/domain/quiet-of.js';
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
const compose = (all: DigestFacts[], before: DigestTold | null, more: object = {}, quiets: Quiet[] = []) => {
  const silences = silencesAt(quiets, NOW);
  return digestView({
    digest,
    slot: SLOT,
    now: NOW,
    before,
    news: all.map(each => newsOf(each, entriesOf(before).get(each.target) ?? null, silences)),
    ...more,
  });
};
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

[X] old: seen broken since 2026-11-18 11:00 (2 days 21 h)
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

describe('what is silenced', () => {
  const made = { because: 'the vendor works on it.', at: '2026-11-20T07:00:00.000Z' };
  const by = { platform: 'slack', user: 'U0OP', groups: [], channel: 'C1' };
  const mute = (target: string, rule: string | null = null): Quiet =>
    Quiet.parse({ is: 'mute', id: 'm', ...made, by, target, rule, until: '2026-11-21T13:00:00.000Z' });
  const window = (target: string): Quiet =>
    Quiet.parse({
      is: 'maintenance',
      id: 'patches',
      ...made,
      by: null,
      targets: [target],
      times: { is: 'again', pattern: '0 6 * * 6', forMs: 14_400_000 },
      zone: 'Europe/Paris',
      to: null,
    });
  const accept = (target: string, rule: string, says: string, severity = 'critical'): Quiet =>
    Quiet.parse({
      is: 'acceptance',
      id: 'a',
      ...made,
      by,
      target,
      until: '2026-12-31T22:59:00.000Z',
      finding: { rule, severity, certainty: 'proven', says, about: aboutOf(says) },
    });
  const CLOSED = 'SMTP is closed.';
  const runsOut = (days: number) => `IMAP runs out on 2026-12-01, in ${days} days.`;
  const warned = (target: string, days: number) =>
    facts(target, {
      report: reportOf(target, [
        finding('tls-certificate', runsOut(days), { severity: 'warning' }),
        healthy('imap-port', 'open'),
      ]),
      rows: [row('2026-11-21T07:00:05.000Z', 'problem', { rules: ['tls-certificate'], severity: 'warning' })],
    });
  const broken = (target: string, ...also: object[]) =>
    facts(target, {
      report: reportOf(target, [finding('smtp-port', CLOSED), ...also]),
      rows: [row('2026-11-21T07:00:05.000Z', 'problem', { rules: ['smtp-port'] })],
    });

  it('is counted and shown, with who silenced it, why, and until when', () => {
    const view = compose(
      [
        broken('muted'),
        broken('worked-on'),
        warned('lived-with', 10),
        broken('prod', healthy('imap-port', 'open')),
        facts('fine'),
      ],
      told(
        entry('muted'),
        entry('worked-on'),
        entry('lived-with', {
          state: 'problem',
          findings: [
            { rule: 'tls-certificate', severity: 'warning', says: runsOut(11), since: '2026-11-10T07:00:00.000Z' },
          ],
        }),
        entry('prod'),
        entry('fine'),
      ),
      {},
      [
        mute('muted'),
        window('worked-on'),
        accept('lived-with', 'tls-certificate', runsOut(30), 'warning'),
        mute('fine'),
      ],
    );
    expect(words(view)).toBe(`[X] 1 of 5 needs you · 1 healthy · 1 accepted · 1 muted · 1 in maintenance

[X] prod: seen broken since 2026-11-21 08:00 (3 s)
  New, critical: SMTP is closed. [smtp-port]

[i] Since the digest of 2026-11-20 08:00
  prod broke at 2026-11-21 08:00.

[i] Accepted
  lived-with: Accepted until 2026-12-31 23:59 by U0OP: because the vendor works on it. Warning: IMAP
  runs out on 2026-12-01, in 10 days. [tls-certificate]

[i] Muted
  muted: Muted until 2026-11-21 14:00 by U0OP: because the vendor works on it. Critical: SMTP is
  closed. [smtp-port]

[i] In maintenance
  worked-on: In maintenance until 2026-11-21 10:00 (patches, from the configuration): because the
  vendor works on it. Critical: SMTP is closed. [smtp-port]

[+] Healthy: fine

${FOOT}`);
  });

  it('is nowhere called clear or healthy', () => {
    const accepted = [accept('prod', 'smtp-port', CLOSED)];
    const view = compose([broken('prod'), facts('branch')], told(entry('prod'), entry('branch')), {}, accepted);
    expect([view?.tone, view?.headline]).toEqual(['notice', '0 of 2 need you · 1 healthy · 1 accepted']);
    const alone = compose([broken('prod')], null, {}, accepted);
    expect(words(alone)).toMatch(/^\[i\] 0 of 1 need you · 1 accepted\n/);
    expect(words(alone)).not.toMatch(/clear|healthy/i);
    expect(alone?.actions?.map(({ id }) => id)).toEqual(['table-d-3k9x2a']); // and no script
  });

  it('stays in sight where the rest is unknown, and is remembered so', () => {
    const open = { is: 'unknown', rule: 'imap-login', says: 'no login was tried', missing: [], behind: null, asks: [] };
    const quiets = [accept('prod', 'smtp-port', CLOSED)];
    const view = compose([broken('prod', open)], told(entry('prod')), {}, quiets);
    expect(words(view)).toMatch(/^\[\?\] 0 of 1 need you · 1 unknown\n/);
    expect(words(view)).toContain('prod: no login was tried [imap-login].');
    expect(words(view)).toContain('prod: Accepted until 2026-12-31 23:59 by U0OP');
    const { entry: kept } = newsOf(broken('prod', open), entry('prod'), silencesAt(quiets, NOW));
    expect(DigestEntry.parse(kept)).toMatchObject({ state: 'problem', told: 'unknown', findings: [{ silent: true }] });
  });

  it('is not what somebody is called for since then', () => {
    const other = finding('imap-port', 'IMAP is closed.');
    const since = facts('prod', {
      report: reportOf('prod', [finding('smtp-port', CLOSED), other]),
      rows: [
        row('2026-11-19T07:00:00.000Z', 'problem', { rules: ['smtp-port'] }),
        row('2026-11-21T06:30:00.000Z', 'problem', { rules: ['imap-port', 'smtp-port'] }),
      ],
    });
    expect(words(compose([since], null, {}, [accept('prod', 'smtp-port', CLOSED)]))).toContain(
      '[X] prod: seen broken since 2026-11-21 07:30 (30 min)',
    );
  });

  it('silences nothing beside it', () => {
    const other = finding('imap-port', 'IMAP is closed.');
    const view = compose([broken('prod', other)], told(entry('prod')), {}, [accept('prod', 'smtp-port', CLOSED)]);
    expect(words(view)).toMatch(/^\[X\] 1 of 1 needs you\n/);
    expect(words(view)).toMatch(
      /New, critical: IMAP is closed\. \[imap-port\]\n {2}Accepted until 2026-12-31 23:59 by U0OP: because the vendor works on it\. Critical: SMTP is closed\.\n {2}\[smtp-port\]\n[\s\S]*: nothing else has changed\./,
    );
  });

  it('is told again when the silence ends, as what it is', () => {
    const silent = {
      rule: 'smtp-port',
      severity: 'critical',
      says: CLOSED,
      since: '2026-11-19T07:00:00.000Z',
      silent: true,
    } as const;
    const before = told(entry('prod', { state: 'problem', told: 'accepted', since: silent.since, findings: [silent] }));
    expect(words(compose([broken('prod')], before))).toMatch(
      /\[X\] prod: seen broken since 2026-11-19 08:00 \(2 days\)\n {2}No longer silenced, critical: SMTP is closed\. \[smtp-port\]\n/,
    );
  });

  it('that went is gone, and what is left but silence is no recovery', () => {
    const smtp = { rule: 'smtp-port', severity: 'critical', says: CLOSED, since: '2026-11-19T07:00:00.000Z' } as const;
    const before = told(entry('prod', { state: 'problem', since: smtp.since, findings: [smtp] }));
    const view = compose(
      [
        facts('prod', {
          report: reportOf('prod', [
            finding('tls-certificate', runsOut(10), { severity: 'warning' }),
            healthy('smtp-port', 'open'),
          ]),
          rows: [row('2026-11-21T07:00:05.000Z', 'problem', { rules: ['tls-certificate'], severity: 'warning' })],
        }),
      ],
      before,
      {},
      [accept('prod', 'tls-certificate', runsOut(12), 'warning')],
    );
    expect(words(view)).toContain('prod was back to what is silenced at 2026-11-21 08:00.');
    expect(words(view)).toContain('prod: gone, it had been so since 2026-11-19 08:00: SMTP is closed. [smtp-port]');
    expect(words(view)).not.toMatch(/recovered/);
  });

  it.each<[string, DigestFacts[], DigestTold, Quiet[], RegExp]>([
    ['what breaks in a mute is no change', [broken('prod')], told(entry('prod')), [mute('prod')], /^silence$/],
    ['what breaks in a window is no change', [broken('prod')], told(entry('prod')), [window('prod')], /^silence$/],
    [
      'what is unknown in a window is no change',
      [facts('prod', { stale: 'this look came to nothing', rows: [] })],
      told(entry('prod')),
      [window('prod')],
      /^silence$/,
    ],
    [
      'what is accepted as before is no change',
      [warned('prod', 9)],
      told(
        entry('prod', {
          state: 'problem',
          told: 'accepted',
          findings: [
            {
              rule: 'tls-certificate',
              severity: 'warning',
              says: runsOut(10),
              since: '2026-11-10T07:00:00.000Z',
              silent: true,
            },
          ],
        }),
      ),
      [accept('prod', 'tls-certificate', runsOut(12), 'warning')],
      /^silence$/,
    ],
    [
      'another finding beside what is accepted is one',
      [broken('prod', finding('imap-port', 'IMAP is closed.'))],
      told(
        entry('prod', {
          state: 'problem',
          told: 'accepted',
          findings: [
            { rule: 'smtp-port', severity: 'critical', says: CLOSED, since: '2026-11-10T07:00:00.000Z', silent: true },
          ],
        }),
      ),
      [accept('prod', 'smtp-port', CLOSED)],
      /1 of 1 needs you/,
    ],
    [
      'a mute that ended while it is broken is one',
      [broken('prod')],
      told(
        entry('prod', {
          state: 'problem',
          told: 'muted',
          findings: [
            { rule: 'smtp-port', severity: 'critical', says: CLOSED, since: '2026-11-10T07:00:00.000Z', silent: true },
          ],
        }),
      ),
      [],
      /1 of 1 needs you/,
    ],
  ])('of a digest of changes alone: %s', (_, all, before, quiets, says) =>
    expect(words(compose(all, before, { digest: { ...digest, onlyChanges: true } }, quiets))).toMatch(says),
  );
});

it('a thousand targets stay a message that can be read', () => {
  const all = Array.from({ length: 1_000 }, (_, n) =>
    n % 3 === 0
      ? facts(`t-${n}`, {
          report: reportOf(`t-${n}`, [finding('imap-port', 'It is closed.', { remedies: [raiseLimit] })]),
          rows: [row('2026-11-21T07:00:05.000Z', 'problem', { certificateDays: n })],
        })
      : facts(`t-${n}`),
  );
  const before = told(...all.map(({ target }) => entry(target)));
  const quiets = Array.from({ length: 500 }, (_, n) =>
    Quiet.parse({
      is: 'mute',
      id: `m-${n}`,
      because: 'x',
      at: '2026-11-20T07:00:00.000Z',
      by: digest.by,
      target: `t-${n}`,
      rule: 'smtp-port',
      until: '2026-11-22T07:00:00.000Z',
    }),
  );
  const view = compose(all, before, {}, quiets);
  expect(view?.headline).toBe('334 of 1000 need you · 666 healthy');
  expect(view?.sections.length).toBeLessThan(35);
  expect(words(view)).toMatch(/Also broken: [\s\S]*\sand\s+284 more/);
});
