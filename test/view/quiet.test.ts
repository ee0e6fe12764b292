import { describe, expect, it } from 'vitest';
import { Maintenance, Quiet } from '../../src/domain/quiet.js';
import { aboutOf, silencesAt } from '../../src/domain/quiet-of.js';
import { targetsView } from '../../src/view/answers.js';
import { maintenanceEventView } from '../../src/view/maintenance.js';
import { lastReportView, reportView } from '../../src/view/report.js';
import { mailTarget } from '../support/build.js';
import { healthy, read, report } from './build.js';

/** Where a person asks, silence hides nothing: it is marked. */
const NOW = Date.parse('2026-11-21T08:00:05.000Z');
const by = { platform: 'slack', user: 'U0OP', groups: [], channel: 'C1' };
const made = { because: 'a new one is ordered', at: '2026-11-20T07:00:00.000Z', by };
const SAYS = 'The certificate of IMAP runs out on 2026-12-01, in 10 days.';
const finding = (rule: string, says: string, severity = 'warning') => ({
  is: 'problem',
  rule,
  findings: [{ rule, severity, certainty: 'proven', says, because: [], asks: [], remedies: [] }],
});
const seen = report({
  target: 'prod',
  verdicts: [
    finding('tls-certificate', SAYS),
    finding('smtp-port', 'SMTP is closed.', 'critical'),
    healthy('imap-port', 'it is open'),
  ],
});
const accepted = Quiet.parse({
  is: 'acceptance',
  id: 'a',
  ...made,
  target: 'prod',
  until: '2026-12-31T22:59:00.000Z',
  finding: { rule: 'tls-certificate', severity: 'warning', certainty: 'proven', says: SAYS, about: aboutOf(SAYS) },
});
const muted = Quiet.parse({
  is: 'mute',
  id: 'm',
  ...made,
  target: 'prod',
  rule: null,
  until: '2026-11-21T13:00:00.000Z',
});
const window = Maintenance.parse({
  is: 'maintenance',
  id: 'patches',
  ...made,
  because: 'monthly patches.',
  by: null,
  targets: [],
  times: { is: 'again', pattern: '0 22 * * 6', forMs: 14_400_000 },
  zone: 'Europe/Paris',
  to: null,
});
const withThese = (...quiets: Quiet[]) => read(reportView([seen], [], [], silencesAt(quiets, NOW)));

describe('a result', () => {
  it('shows an accepted finding whole, and marks it', () => {
    const words = withThese(accepted);
    expect(words).toMatch(/^\[X\] prod: 2 problems, the worst is critical\./);
    expect(words).toContain(`[!] Warning: ${SAYS} [tls-certificate]
  Accepted until 2026-12-31 22:59 UTC by U0OP: because a new one is ordered.
  The evidence proves this.
`);
    expect(words.match(/Accepted/g)).toHaveLength(1);
  });

  it('of a muted target says so before all, and shows everything', () => {
    const words = withThese(muted);
    expect(words).toMatch(
      /^\[X\] prod: 2 problems, the worst is critical\.\n\n\[i\] Muted until 2026-11-21 13:00 UTC by U0OP: because a new one is ordered\.\n {2}Nobody is told of prod unasked until then\. What is said here is how it is\.\n/,
    );
    expect(words).toContain('[smtp-port]');
  });

  it('with nothing silenced is what it was, and with what has ended too', () => {
    const ended = Quiet.parse({ ...muted, until: '2026-11-21T08:00:05.000Z' });
    const bare = read(reportView([seen]));
    expect([withThese(), withThese(ended), withThese(window)]).toEqual([bare, bare, bare]);
  });

  it('of before is marked by what is silenced now', () => {
    expect(read(lastReportView(seen, silencesAt([accepted], NOW)))).toContain('Accepted until 2026-12-31 22:59 UTC');
  });
});

it('targets are listed with what is silenced of each', () => {
  const words = read(
    targetsView(
      [mailTarget({ id: 'prod' }), mailTarget({ id: 'branch' })],
      new Map([['prod', seen]]),
      '2026-11-21T08:00:05.000Z',
      silencesAt([accepted, Quiet.parse({ ...muted, rule: 'smtp-port' })], NOW),
    ),
  );
  expect(words).toMatch(
    /prod\n.*\n {2}Last checked .*: problem\.\n {2}tls-certificate: Accepted until 2026-12-31 22:59 UTC by U0OP: because a new one is ordered\.\n {2}smtp-port: Muted until 2026-11-21 13:00 UTC/,
  );
  expect(words.split('branch')[1]).not.toMatch(/Muted|Accepted/);
});

describe('a window is announced', () => {
  const open = { fromMs: Date.parse('2026-11-21T21:00:00Z'), untilMs: Date.parse('2026-11-22T01:00:00Z') };
  it('at its beginning', () => {
    expect(
      read(maintenanceEventView(window, { is: 'start', ...open }, open.fromMs + 2_000)),
    ).toBe(`Maintenance of every target has begun, until 2026-11-22 02:00 Europe/Paris.

  patches, from the configuration: because monthly patches.
  Meanwhile digests count it as in maintenance, and watches say nothing of it. It is looked at all
  the same, and /uccx check shows everything.
`);
  });

  it('at its end, late', () => {
    expect(
      read(maintenanceEventView({ ...window, by }, { is: 'end', ...open }, open.untilMs + 40 * 60_000)),
    ).toBe(`Maintenance of every target is over, since 2026-11-22 02:00 Europe/Paris.

  Late: it ended at 2026-11-22 02:00 Europe/Paris, 40 min ago.
  It began at 2026-11-21 22:00 Europe/Paris (patches, by U0OP): because monthly patches.
  What is wrong from now on is told again.
`);
  });
});
