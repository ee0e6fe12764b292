import { describe, expect, it } from 'vitest';
import { TargetId } from '../../src/domain/ids.js';
import { dueEvents, isForgettable, overlapsItself, withTold } from '../../src/domain/maintenance.js';
import { Acceptance, Maintenance, Mute, type Quiet } from '../../src/domain/quiet.js';
import { aboutOf, quietOf, silencesAt, toldAs } from '../../src/domain/quiet-of.js';
import { problemsOf, Report, stateOf } from '../../src/domain/report.js';
import { Finding } from '../../src/domain/verdict.js';
import { healthy, report } from '../view/build.js';

/** What is silent when, and what never is. */
const prod = TargetId.parse('prod');
const by = { platform: 'slack', user: 'U0OP', groups: [], channel: 'C1' };
const made = { because: 'the vendor works on it', at: '2026-11-21T08:00:00.000Z', by };
const until = '2026-11-21T14:00:00.000Z';
const at = (time: string) => Date.parse(time);
const NOON = at('2026-11-21T12:00:00Z');

const mute = (more: object = {}): Mute =>
  Mute.parse({ is: 'mute', id: 'mute', ...made, target: 'prod', rule: null, until, ...more });
const again = (pattern: string, hours: number, zone = 'Europe/Paris', more: object = {}): Maintenance =>
  Maintenance.parse({
    is: 'maintenance',
    id: 'patches',
    ...made,
    targets: ['prod'],
    times: { is: 'again', pattern, forMs: hours * 3_600_000 },
    zone,
    to: null,
    ...more,
  });
const once = (from: string, to: string, more: object = {}): Maintenance =>
  again('0 0 * * *', 1, 'UTC', { times: { is: 'once', from, until: to }, ...more });

const finding = (rule: string, says: string, more: object = {}): Finding =>
  Finding.parse({
    rule,
    severity: 'warning',
    certainty: 'likely',
    says,
    because: [],
    asks: [],
    remedies: [],
    ...more,
  });
const accept = ({ rule, severity, certainty, says }: Finding, more: object = {}): Acceptance =>
  Acceptance.parse({
    is: 'acceptance',
    id: 'accept',
    ...made,
    target: 'prod',
    until: '2026-12-31T22:59:00.000Z',
    finding: { rule, severity, certainty, says, about: aboutOf(says) },
    ...more,
  });
const closed = finding('smtp-port', 'ex01 port 587, seen from site hq, is closed.');
const runsOut = (days: number, day = '2026-12-10', severity = 'warning') =>
  finding('tls-certificate', `The certificate of IMAP, seen from site hq, runs out on ${day}, in ${days} days.`, {
    severity,
  });

describe('a moment is silent', () => {
  it.each<[string, Quiet, string, boolean]>([
    ['in a mute', mute(), '2026-11-21T13:59:59.999Z', true],
    ['no more when a mute has ended', mute(), until, false],
    ['from the beginning of a window', once('2026-11-21T12:00:00Z', until), '2026-11-21T12:00:00Z', true],
    ['not before', once('2026-11-21T12:00:00Z', until), '2026-11-21T11:59:59.999Z', false],
    ['not at its end', once('2026-11-21T12:00:00Z', until), until, false],
    ['on the Saturday of a week', again('0 22 * * 6', 4), '2026-11-21T21:00:00Z', true],
    ['over midnight', again('0 22 * * 6', 4), '2026-11-22T00:59:59Z', true],
    ['and no longer', again('0 22 * * 6', 4), '2026-11-22T01:00:00Z', false],
    ['on the clock of its own zone', again('0 22 * * 6', 4, 'America/Lima'), '2026-11-21T21:00:00Z', false],
    // Paris turns its clocks back on 2026-10-25 at 03:00, and forward on 2026-03-29 at 02:00.
    ['four hours, where the clocks go back in between', again('0 1 * * 0', 4), '2026-10-25T02:59:59Z', true],
    ['and not five', again('0 1 * * 0', 4), '2026-10-25T03:00:00Z', false],
    ['once, where its beginning comes twice', again('30 2 * * *', 1), '2026-10-25T00:30:00Z', true],
    ['not the second time', again('30 2 * * *', 1), '2026-10-25T01:30:00Z', false],
    ['later, where its beginning does not come', again('30 2 * * *', 1), '2026-03-29T01:30:00Z', true],
    ['not before it', again('30 2 * * *', 1), '2026-03-29T01:29:59Z', false],
    ['nor longer for it', again('30 2 * * *', 1), '2026-03-29T02:30:00Z', false],
    ['two days long', again('0 22 * * 5', 48), '2026-11-22T20:59:00Z', true],
  ])('%s', (_, quiet, moment, isSilent) => {
    expect(silencesAt([quiet], at(moment)).length > 0).toBe(isSilent);
  });

  it('as long as the last of several windows that overlap', () => {
    const all = [
      once('2026-11-21T10:00:00Z', '2026-11-21T12:30:00Z'),
      mute({ until: '2026-11-21T12:10:00.000Z' }),
      once('2026-11-21T12:20:00Z', '2026-11-21T16:00:00Z', { id: 'second' }),
      once('2026-11-21T11:00:00Z', '2026-11-21T15:00:00Z', { id: 'other', targets: ['branch'] }),
    ];
    const wholeAt = (moment: string) => quietOf(prod, [closed], silencesAt(all, at(moment))).whole?.untilMs ?? null;
    expect(wholeAt('2026-11-21T12:00:00Z')).toBe(at('2026-11-21T12:30:00Z'));
    expect(wholeAt('2026-11-21T12:25:00Z')).toBe(at('2026-11-21T16:00:00Z'));
    expect(wholeAt('2026-11-21T16:00:00Z')).toBeNull();
  });
});

describe('a finding is silenced', () => {
  const gone = runsOut(12);
  it.each<[string, Quiet, Finding, boolean]>([
    ['by a mute of its rule', mute({ rule: 'smtp-port' }), closed, true],
    ['not by a mute of another rule', mute({ rule: 'imap-port' }), closed, false],
    ['not by a mute of another target', mute({ target: 'branch' }), closed, false],
    ['by a mute of its target', mute(), closed, true],
    ['by a window of every target', once('2026-11-21T10:00:00Z', until, { targets: [] }), closed, true],
    ['not by a window of another target', once('2026-11-21T10:00:00Z', until, { targets: ['branch'] }), closed, false],
    ['where it was accepted', accept(gone), runsOut(12), true],
    ['where it was accepted, also a day later', accept(gone), runsOut(11), true],
    ['on its last day', accept(gone), runsOut(1), true],
    ['not with another certificate', accept(gone), runsOut(12, '2026-12-11'), false],
    ['not where it is graver', accept(gone), runsOut(12, '2026-12-10', 'critical'), false],
    ['where it is lighter', accept(runsOut(12, '2026-12-10', 'critical')), gone, true],
    ['not where it is surer', accept(closed), { ...closed, certainty: 'proven' }, false],
    ['where it is less sure', accept(closed), { ...closed, certainty: 'possible' }, true],
    ['not on another port', accept(closed), { ...closed, says: closed.says.replace('587', '25') }, false],
    ['not seen from another site', accept(closed), { ...closed, says: closed.says.replace('hq', 'branch') }, false],
    ['not in another rule', accept(closed), { ...closed, rule: 'imap-port' }, false],
    ['not on another target', accept(closed, { target: 'branch' }), closed, false],
    ['not when the time is over', accept(closed, { until: '2026-11-21T12:00:00.000Z' }), closed, false],
  ])('%s', (_, quiet, what, isSilent) => {
    const { loud } = quietOf(prod, [what], silencesAt([quiet], NOON));
    expect(loud).toEqual(isSilent ? [] : [what]);
  });

  it('and no other of the same rule beside it', () => {
    const other = { ...closed, says: closed.says.replace('ex01', 'ex02') };
    const { loud, whole, findings } = quietOf(prod, [closed, other], silencesAt([accept(closed)], NOON));
    expect([whole, loud]).toEqual([null, [other]]);
    expect(findings.map(({ silence }) => silence?.quiet.is ?? null)).toEqual(['acceptance', null]);
  });
});

describe('a target is told as', () => {
  const problem = (what: Finding) => ({ is: 'problem', rule: what.rule, findings: [what] });
  const unknown = (rule: string, behind: string | null = null) => ({
    is: 'unknown',
    rule,
    says: 'not seen',
    missing: [],
    behind,
    asks: [],
  });
  const told = (verdicts: object[], ...quiets: Quiet[]) => {
    const seen = Report.parse(report({ target: 'prod', verdicts }));
    return toldAs(stateOf(seen), seen, quietOf(prod, problemsOf(seen), silencesAt(quiets, NOON)));
  };
  const fine = healthy('imap-port', 'open');
  it.each<[string, object[], Quiet[], string]>([
    ['healthy where nothing is wrong, muted or not', [fine], [mute()], 'healthy'],
    ['a problem', [fine, problem(closed)], [], 'problem'],
    ['accepted, and never healthy', [fine, problem(closed)], [accept(closed)], 'accepted'],
    ['accepted, where there is nothing else', [problem(closed)], [accept(closed)], 'accepted'],
    ['a problem for what else is wrong', [problem(closed), problem(runsOut(3))], [accept(closed)], 'problem'],
    ['unknown for what else is unknown', [fine, problem(closed), unknown('imap-login')], [accept(closed)], 'unknown'],
    [
      'accepted with what hangs on it',
      [fine, problem(closed), unknown('smtp-login', 'smtp-port')],
      [accept(closed)],
      'accepted',
    ],
    [
      'unknown for what hangs on something else',
      [fine, problem(closed), unknown('imap-login', 'imap-port')],
      [accept(closed)],
      'unknown',
    ],
    ['muted', [fine, problem(closed)], [mute()], 'muted'],
    ['muted by its rule', [fine, problem(closed)], [mute({ rule: 'smtp-port' })], 'muted'],
    ['muted, unknown or not', [fine, unknown('imap-login')], [mute()], 'muted'],
    ['unknown where a rule is muted', [fine, unknown('imap-login')], [mute({ rule: 'imap-login' })], 'unknown'],
    ['in maintenance', [problem(closed)], [once('2026-11-21T10:00:00Z', until)], 'maintenance'],
    [
      'in maintenance, accepted or not',
      [problem(closed)],
      [accept(closed), once('2026-11-21T10:00:00Z', until)],
      'maintenance',
    ],
  ])('%s', (_, verdicts, quiets, is) => expect(told(verdicts, ...quiets)).toBe(is));

  it('unknown, where not everything was looked at beside what is accepted', () => {
    const seen = Report.parse({
      ...report({ target: 'prod', verdicts: [fine, problem(closed)] }),
      plan: {
        target: 'prod',
        orders: [],
        uncovered: [{ probe: 'imap-login', vantage: 'agent-side' }],
        leftOut: [],
        legs: [],
      },
    });
    expect(toldAs('problem', seen, quietOf(prod, [closed], silencesAt([accept(closed)], NOON)))).toBe('unknown');
  });
});

describe('beginning and end of a window', () => {
  const window = once('2026-11-21T12:00:00Z', '2026-11-21T13:00:00Z');
  const fresh = { schedule: '', since: at('2026-11-21T08:00:00Z'), told: [] };
  const due = (now: string, memory = fresh, what = window) =>
    dueEvents(what, memory, at(now), 30_000).map(({ is }) => is);

  it.each([
    ['nothing before it', '2026-11-21T11:59:00Z', []],
    ['the beginning, a little ahead', '2026-11-21T11:59:40Z', ['start']],
    ['the beginning, late', '2026-11-21T12:40:00Z', ['start']],
    ['the end', '2026-11-21T12:59:45Z', ['start', 'end']],
    ['the end alone, where both were missed', '2026-11-21T13:00:00Z', ['end']],
    ['the end, late', '2026-11-21T15:00:00Z', ['end']],
    ['nothing long after it', '2026-11-21T15:00:01Z', []],
  ])('are due: %s', (_, now, events) => expect(due(now)).toEqual(events));

  it('are told once', () => {
    let memory = fresh;
    for (const [now, is] of [
      ['2026-11-21T12:00:00Z', 'start'],
      ['2026-11-21T13:00:00Z', 'end'],
    ] as const) {
      const [event] = dueEvents(window, memory, at(now), 0);
      expect(event?.is).toBe(is);
      if (event) memory = withTold(memory, event) as typeof memory;
      expect(due(now, memory)).toEqual([]);
    }
  });

  it('are not told of what began before the window was known', () => {
    expect(due('2026-11-21T12:30:00Z', { ...fresh, since: at('2026-11-21T12:00:00Z') })).toEqual([]);
  });

  it('of one that meets its next one are both told', () => {
    expect(due('2026-11-21T13:00:00Z', fresh, again('0 * * * *', 1, 'UTC')).sort()).toEqual([
      'end',
      'end',
      'end',
      'start',
    ]);
  });

  it.each([
    ['daily for a day', again('0 22 * * *', 24), false],
    ['daily for more than a day', again('0 22 * * *', 25), true],
    ['twice a week', again('0 22 * * 1,2', 26), true],
    ['once', window, false],
  ])('of one that runs into itself could not be told apart: %s', (_, what, overlaps) => {
    expect(overlapsItself(what, NOON)).toBe(overlaps);
  });

  it.each<[string, Quiet, string, boolean]>([
    ['a mute at its end', mute(), until, true],
    ['a mute before its end', mute(), '2026-11-21T13:59:00Z', false],
    ['a window whose end may still be told', window, '2026-11-21T14:59:00Z', false],
    ['a window after that', window, '2026-11-21T15:00:00Z', true],
    ['one that comes again, never', again('0 22 * * 6', 4), '2036-11-21T15:00:00Z', false],
  ])('%s can be forgotten: %s', (_, quiet, now, isGone) => expect(isForgettable(quiet, at(now))).toBe(isGone));
});
