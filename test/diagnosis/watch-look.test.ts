import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.js';
import { makePlan } from '../../src/diagnosis/plan.js';
import { watchLook } from '../../src/diagnosis/watch-look.js';
import { RunId } from '../../src/domain/ids.js';
import { type Observation, silence, sourceOf } from '../../src/domain/observation.js';
import { Site } from '../../src/domain/target.js';
import type { LoginSeen } from '../../src/domain/watching.js';
import { probes } from '../../src/probes/index.js';
import { rules } from '../../src/rules/index.js';
import { fact, mailTarget } from '../support/build.js';

/** What a watch makes of a look at two ports from up to three sites; `up`, `down` (IMAP alone) or `mute` (its worker did not answer). */
const target = mailTarget({ id: 'paris-mail', desktop: 'finesse' });
const AT = '2026-11-21T08:00:00.000Z';
type Sees = 'up' | 'down' | 'mute';
type Login = 'accepted' | 'refused' | 'withheld';

const look = (
  seen: readonly Sees[],
  { agree = null, before = null, login }: { agree?: number | null; before?: LoginSeen | null; login?: Login } = {},
) => {
  const sites = seen.map((_, n) => Site.parse({ id: `site-${n}`, vantages: ['uccx-side'] }));
  const cards = login ? probes : probes.filter(({ impact }) => impact === 'touch');
  const plan = makePlan({
    run: RunId.parse('wat-look'),
    at: AT,
    targets: [target],
    sites,
    cards,
    only: [],
    loginAnyway: false,
    deadlineMs: 20_000,
  }).targets[0] as never as Parameters<typeof diagnose>[1]['plan'];
  const observations = plan.orders.map((order): Observation => {
    const sees = seen[Number(order.site.slice('site-'.length))];
    if (sees === 'mute') return silence(order, 'late', 'no answer in time');
    const leg = order.probe.startsWith('imap') ? 'imap' : 'smtp';
    const port = leg === 'imap' ? 143 : 587;
    const isDown = sees === 'down' && leg === 'imap';
    const connect = fact('tcp-connect', { leg, port, outcome: isDown ? 'refused' : 'connected' });
    const more =
      leg === 'imap'
        ? [fact('imap-greeting'), fact('imap-capability'), fact('tls-session', { leg })]
        : [fact('smtp-banner'), fact('smtp-ehlo'), fact('tls-session', { leg })];
    const isLogin = order.probe === 'imap-login';
    const tried = [
      fact(
        'imap-login',
        login === 'accepted' ? {} : { outcome: login ?? 'accepted', status: login === 'refused' ? 'NO' : null },
      ),
      ...(login === 'accepted' ? [fact('imap-select')] : []),
    ];
    const evidence = isDown ? [connect] : [connect, ...more, ...(isLogin ? tried : [])];
    return { is: 'seen', source: sourceOf(order), tookMs: 5, cut: false, transcript: [], evidence };
  });
  const report = diagnose(
    { rules, onCrash: () => {} },
    { run: RunId.parse('wat-look'), target, plan, observations, startedAt: AT, finishedAt: AT },
  );
  return watchLook({ rules, cards: probes }, report, target, { agree, login: before });
};
const short = ({ look: { state, rules: broken }, why }: ReturnType<typeof look>) =>
  [state, ...broken, ...(why ? [`(${why})`] : [])].join(' ');

describe('a look without a login', () => {
  it.each<[string, Sees[], number | null, string]>([
    ['is well where all that it asked about is', ['up'], null, 'healthy'],
    ['is bad where a port is closed', ['down'], null, 'problem imap-port'],
    ['is as the rules judge the whole: one of two sites is a warning', ['up', 'down'], null, 'healthy'],
    ['is bad from everywhere', ['down', 'down'], null, 'problem imap-port'],
    ['is unknown where nobody answers', ['mute'], null, 'unknown (site site-0 brought nothing: no answer in time)'],
    [
      'is not well where one did not answer',
      ['up', 'mute'],
      null,
      'unknown (imap-service at site site-1 brought nothing: no answer in time)',
    ],
    ['one of three suffices if told so', ['up', 'up', 'down'], 1, 'problem imap-port'],
    ['one of three does not where two must agree', ['up', 'up', 'down'], 2, 'healthy'],
    ['two of three do', ['down', 'up', 'down'], 2, 'problem imap-port'],
    [
      'a silent one might have agreed',
      ['down', 'up', 'mute'],
      2,
      'unknown (1 of 3 sites saw a fault, and 1 did not answer)',
    ],
    ['a silent one cannot make up for two', ['down', 'mute', 'down'], 2, 'problem imap-port'],
  ])('%s', (_, seen, agree, says) => expect(short(look(seen, { agree }))).toBe(says));
});

describe('what only a login shows', () => {
  const refused = look(['up'], { login: 'refused' });

  it('is bad where it is refused', () => {
    expect(short(refused)).toBe('problem imap-login');
    expect(refused.login?.findings.map(({ rule }) => rule)).toEqual(['imap-login']);
  });
  it('stays so while nobody logs in, and where the password is kept back', () => {
    expect(short(look(['up'], { before: refused.login }))).toBe('problem imap-login');
    expect(short(look(['up'], { before: refused.login, login: 'withheld' }))).toBe('problem imap-login');
  });
  it('is over with the next login that is accepted', () => {
    const accepted = look(['up'], { before: refused.login, login: 'accepted' });
    expect([short(accepted), accepted.login?.findings]).toEqual(['healthy', []]);
  });
  it('counts alone, for one site logs in', () =>
    expect(short(look(['up', 'up'], { agree: 2, login: 'refused' }))).toBe('problem imap-login'));
});
