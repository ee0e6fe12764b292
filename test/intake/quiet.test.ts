import { describe, expect, it } from 'vitest';
import { Grant } from '../../src/domain/access.js';
import { StoreDownError } from '../../src/domain/errors.js';
import { RunId, TargetId } from '../../src/domain/ids.js';
import { Maintenance, Quiet } from '../../src/domain/quiet.js';
import { MOST_QUIETS } from '../../src/domain/quiet-limits.js';
import { silencesAt } from '../../src/domain/quiet-of.js';
import { Report } from '../../src/domain/report.js';
import { makeIntake } from '../../src/intake/intake.js';
import { type Messenger, MessengerRefusedError } from '../../src/intake/ports.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import type { View } from '../../src/view/view.js';
import { mailTarget } from '../support/build.js';
import { healthy, read, report } from '../view/build.js';

/** Who may silence what, for how long, and how they are told of it. */
const START = Date.parse('2026-11-21T09:00:00.000Z');
const GRANTS = [
  { role: 'operator', platform: 'slack', users: ['op', 'other'] },
  { role: 'operator', platform: 'slack', users: ['half'], targets: ['prod'] },
  { role: 'viewer', platform: 'slack', users: ['half', 'viewer'] },
  { role: 'viewer', platform: 'slack', users: ['narrow'], targets: ['branch'] },
].map(grant => Grant.parse(grant));
const configured = Maintenance.parse({
  is: 'maintenance',
  id: 'patches',
  because: 'monthly patches',
  at: new Date(0).toISOString(),
  by: null,
  targets: [],
  times: { is: 'again', pattern: '0 22 * * 6', forMs: 14_400_000 },
  zone: 'Europe/Paris',
  to: null,
});
const problem = (rule: string, ...says: string[]) => ({
  is: 'problem',
  rule,
  findings: says.map(each => ({
    rule,
    severity: 'warning',
    certainty: 'proven',
    says: each,
    because: [],
    asks: [],
    remedies: [],
  })),
});
const seen = Report.parse({
  ...report({
    target: 'prod',
    verdicts: [
      problem('tls-certificate', 'IMAP runs out in 12 days.', 'SMTP runs out in 9 days.'),
      problem('smtp-port', 'Closed.'),
      {
        ...problem('imap-balancer', 'Two answer.'),
        findings: [{ ...problem('imap-balancer', 'Two answer.').findings[0], severity: 'notice' }],
      },
      healthy('imap-port', 'open'),
    ],
  }),
  finishedAt: '2026-11-21T08:58:00.000Z',
});

const start = async ({ refuses = false, lasting = true, down = false } = {}) => {
  let now = START;
  const clock = { now: () => now };
  const store = memoryStore(clock);
  await store.history.put(seen);
  const posted: View[] = [];
  const told: View[] = [];
  let rescheduled = 0;
  const messenger: Messenger = {
    post: async (at, view) => {
      if (refuses) throw new MessengerRefusedError('not here');
      posted.push(view);
      return at;
    },
    edit: async at => at,
    tell: async (_, view) => void told.push(view),
    link: async () => null,
    zoneOf: async () => 'Europe/Paris',
    ...(lasting ? { lasting: to => ({ ...to, handle: 'lasting' }) } : {}),
  };
  const gone = async () => {
    throw new StoreDownError('gone');
  };
  const intake = makeIntake({
    ...store,
    clock,
    targets: ['prod', 'branch'].map(id => mailTarget({ id })),
    sites: [],
    grants: GRANTS,
    cards: [],
    rules: ['tls-certificate', 'smtp-port', 'imap-port', 'imap-balancer'].map(id => ({ id }) as never),
    deadlineMs: 25_000,
    messenger: () => messenger,
    quiet: {
      quiets: down ? { ...store.quiets, all: gone, put: gone } : store.quiets,
      configured: [configured],
      zone: 'UTC',
      reschedule: async () => void rescheduled++,
    },
    submit: async () => {},
    follow: () => {},
    onTrouble: () => {},
  });
  let asked = 0;
  const ask = async (text: string, user = 'op', { channel = 'C1', run = '' } = {}) => {
    const before = [posted.length, told.length];
    await intake.ask({
      run: RunId.parse(run || `sla-question-${++asked}`),
      by: { platform: 'slack', user, groups: [], channel },
      to: { platform: 'slack', handle: 'question' },
      text,
    });
    const [post, tell] = [posted.slice(before[0]), told.slice(before[1])];
    return { posted: post.map(view => read(view)).join('---\n'), told: tell.map(view => read(view)).join('---\n') };
  };
  return { ask, store, wait: (ms: number) => (now += ms), rescheduled: () => rescheduled };
};
const HOUR = 3_600_000;
const oneLine = (words: string) => words.replace(/\s+/g, ' ');

describe('a mute', () => {
  it('is told to everybody there, with who made it, why and until when, and ends by itself', async () => {
    const { ask, store, wait } = await start();
    expect((await ask('mute prod 2h because the vendor works on it.')).posted).toBe(
      `prod is muted until 2026-11-21 12:00 Europe/Paris by op: because the vendor works on it.

  Digests count it as muted, and watches say nothing of it. It is looked at all the same, and /uccx
  check shows everything.
  /uccx unmute prod ends it.
`,
    );
    expect(await store.quiets.all()).toMatchObject([
      { is: 'mute', target: 'prod', rule: null, until: '2026-11-21T11:00:00.000Z', by: { user: 'op', channel: 'C1' } },
    ]);
    expect((await ask('targets')).told).toMatch(
      /Muted until 2026-11-21 11:00 UTC by op: because the vendor works on it\./,
    );
    wait(2 * HOUR);
    expect((await ask('targets')).told).not.toContain('Muted');
    expect((await ask('unmute prod')).told).toMatch(/prod is not muted as a whole/);
  });

  it('of nothing is none: what a button asks that shows no form', async () => {
    const { ask, store } = await start();
    expect((await ask('/uccx mute branch 0m because nobody was asked')).told).toMatch(/from 1m to 30d/);
    expect((await ask('/uccx mute branch smtp-port, branch')).told).toMatch(/wants a reason/);
    expect(await store.quiets.all()).toEqual([]);
  });

  it('takes the place of one about the same, and says so; others stay', async () => {
    const { ask, store } = await start();
    await ask('mute prod 2h because first');
    await ask('mute prod tls-certificate 2h because certificate');
    expect(oneLine((await ask('mute prod 1h because second', 'other')).posted)).toContain(
      'In place of the mute by op until 2026-11-21 12:00 Europe/Paris: because first.',
    );
    expect((await store.quiets.all()).map(({ because }) => because).sort()).toEqual(['certificate', 'second']);
    expect((await ask('unmute prod')).posted).toMatch(/^prod is not muted any more/);
    expect(oneLine((await ask('unmute prod')).told)).toMatch(/What is: «\/uccx unmute prod tls-certificate»/);
    expect((await ask('unmute prod tls-certificate')).posted).toMatch(/^tls-certificate of prod is not muted any more/);
    expect(await store.quiets.all()).toEqual([]);
  });

  it.each([
    ['too long', 'mute prod 31d because x', /A mute lasts from 1m to 30d/],
    ['over', 'mute prod until 2026-11-20 because x', /That day is over/],
  ])('is not made where it would be %s', async (_, text, says) => {
    const { ask, store } = await start();
    expect((await ask(text)).told).toMatch(says);
    expect(await store.quiets.all()).toEqual([]);
  });

  it('is not made where there are too many, until some have ended', async () => {
    const { ask, store, wait } = await start();
    await ask('mute prod 2h because x');
    const [one] = await store.quiets.all();
    for (let n = 1; n < MOST_QUIETS; n++) await store.quiets.put(Quiet.parse({ ...one, id: `n-${n}`, rule: `r-${n}` }));
    expect((await ask('mute branch 2h because x')).told).toMatch(/There are 500 already/);
    expect((await ask('mute prod 3h because it may be made longer')).posted).toMatch(/^prod is muted/);
    wait(2 * HOUR);
    expect((await ask('mute branch 2h because x')).posted).toMatch(/^branch is muted/);
    expect(await store.quiets.all()).toHaveLength(2);
  });
});

describe('nobody else than an operator of the target', () => {
  it.each([
    ['mutes it', 'mute branch 2h because x'],
    ['unmutes it', 'unmute branch'],
    ['accepts anything of it', 'accept branch smtp-port 1d because x'],
    ['presses «Mute…» of it', '/uccx mute branch 0m because nobody was asked'],
    ['ends that', 'unaccept branch smtp-port'],
    ['makes a window of it', 'maintenance prod branch now for 1h because x'],
  ])('%s', async (_, text) => {
    const { ask, store } = await start();
    await ask('mute branch 1h because it stays');
    const kept = await store.quiets.all();
    expect((await ask(text, 'viewer')).told).toMatch(/needs the role operator/);
    expect((await ask(text, 'half')).told).toMatch(/no right to do this with branch/);
    expect((await ask(text, 'narrow')).told).toMatch(/no right|no target prod/);
    expect(await store.quiets.all()).toEqual(kept);
  });

  it('ends a window', async () => {
    const { ask, store } = await start();
    await ask('maintenance prod branch now for 1h because x');
    const [window] = await store.quiets.all();
    expect((await ask(`maintenance off ${window?.id}`, 'viewer')).told).toMatch(/needs the role operator/);
    expect((await ask(`maintenance off ${window?.id}`, 'half')).told).toMatch(/no right to do this with branch/);
    expect(await store.quiets.all()).toHaveLength(1);
  });
});

describe('something is accepted', () => {
  it('as the last report saw it, and nothing else', async () => {
    const { ask, store } = await start();
    expect(
      (await ask('accept prod smtp-port until 2026-12-31 because nobody mails')).posted,
    ).toBe(`Accepted until 2026-12-31 23:59 Europe/Paris by op: prod, smtp-port, because nobody mails.

  Warning: Closed. [smtp-port], as seen at 2026-11-21 09:58 Europe/Paris.
  Digests go on showing it, as accepted. Anything else of this rule, and this where it gets worse or
  surer, is told as before.
  /uccx unaccept prod smtp-port ends it.
`);
    expect(await store.quiets.all()).toMatchObject([
      { finding: { rule: 'smtp-port', severity: 'warning', certainty: 'proven', says: 'Closed.', about: 'Closed.' } },
    ]);
    expect((await ask('last prod')).posted).toMatch(
      /Accepted until 2026-12-31 22:59 UTC by op: because nobody mails\./,
    );
    expect((await ask('unaccept prod smtp-port')).posted).toMatch(/smtp-port of prod is not accepted any more/);
    expect(await store.quiets.all()).toEqual([]);
  });

  it('one by one, where a rule has several findings', async () => {
    const { ask, store } = await start();
    expect((await ask('accept prod tls-certificate 30d because x')).told).toMatch(
      /which one\?[\s\S]*tls-certificate#1: Warning: IMAP runs out[\s\S]*tls-certificate#2: Warning: SMTP/,
    );
    expect(await store.quiets.all()).toEqual([]);
    await ask('accept prod tls-certificate#2 30d because x');
    await ask('accept prod tls-certificate#2 60d because longer');
    expect(await store.quiets.all()).toMatchObject([
      { because: 'longer', finding: { says: 'SMTP runs out in 9 days.' } },
    ]);
    expect((await ask('accept prod tls-certificate#3 30d because x')).told).toMatch(/which one/);
    await ask('accept prod tls-certificate#1 30d because x');
    expect(await store.quiets.all()).toHaveLength(2);
    await ask('unaccept prod tls-certificate');
    expect(await store.quiets.all()).toEqual([]);
  });

  it.each([
    [
      'that was not seen',
      'accept prod imap-port 1d because x',
      /has no finding of imap-port\. It has tls-certificate, smtp-port\./,
    ],
    ['that calls nobody', 'accept prod imap-balancer 1d because x', /is only a notice/],
    ['where nobody looked', 'accept branch smtp-port 1d because x', /has not been checked yet/],
    ['for good', 'accept prod smtp-port 400d because x', /for a year at most/],
  ])('not %s', async (_, text, says) => {
    const { ask, store } = await start();
    expect(oneLine((await ask(text)).told)).toMatch(says);
    expect(await store.quiets.all()).toEqual([]);
  });
});

describe('maintenance', () => {
  it('is told where its beginning and end will be, and counts from the time on that was named', async () => {
    const { ask, store, rescheduled } = await start();
    const { posted } = await ask('maintenance prod sat 22:00 for 4h because patches');
    expect(
      posted.replace(/m-\w{6}/g, 'm-xxxxxx'),
    ).toBe(`Maintenance of prod from 2026-11-21 22:00 to 2026-11-22 02:00 Europe/Paris: m-xxxxxx

  It begins at 2026-11-21 22:00 Europe/Paris and ends at 2026-11-22 02:00 Europe/Paris.
  By op: because patches.
  Meanwhile digests count it as in maintenance, and watches say nothing of it. It is looked at all
  the same, and /uccx check shows everything.
  Its beginning and end are told here.
  /uccx maintenance off m-xxxxxx ends it.
`);
    const quiets = await store.quiets.all();
    expect(quiets).toMatchObject([
      {
        times: { is: 'once', from: '2026-11-21T21:00:00.000Z', until: '2026-11-22T01:00:00.000Z' },
        to: { is: 'address', address: { handle: 'lasting' } },
      },
    ]);
    expect(silencesAt(quiets, Date.parse('2026-11-21T21:00:00Z'))).toHaveLength(1);
    expect(await store.quiets.memory(quiets[0]?.id as never)).toMatchObject({ since: START, told: [] });
    expect(rescheduled()).toBe(1);
  });

  it('is made once, however often the question is delivered', async () => {
    const { ask, store } = await start();
    await ask('maintenance prod daily 22:00 for 4h because x', 'op', { run: 'sla-the-same' });
    await ask('maintenance prod daily 22:00 for 4h because x', 'op', { run: 'sla-the-same' });
    expect(await store.quiets.all()).toHaveLength(1);
  });

  it('that nobody can be told of is kept all the same, and says so', async () => {
    for (const given of [{ refuses: true }, { lasting: false }]) {
      const { ask, store } = await start(given);
      const said = await ask('maintenance prod now for 1h because x');
      expect(said.told + said.posted).toMatch(/Nobody is told of its beginning and end/);
      expect(await store.quiets.all()).toMatchObject([{ to: null }]);
    }
  });

  it.each([
    ['that would run into itself', 'maintenance prod daily 22:00 for 25h because x', /next one would begin before/],
    ['of a day that is over', 'maintenance prod 2026-11-20 22:00 for 1h because x', /That day is over/],
    ['of another year', 'maintenance prod 2028-11-20 22:00 for 1h because x', /That day is over|within a year/],
  ])('is not made %s', async (_, text, says) => {
    const { ask, store } = await start();
    expect((await ask(text)).told).toMatch(says);
    expect(await store.quiets.all()).toEqual([]);
  });

  it('is ended by name, and told where it was made; that of the configuration only there', async () => {
    const { ask, store } = await start();
    await ask('maintenance prod now for 1h because x');
    const [window] = await store.quiets.all();
    expect((await ask('maintenance off m-nobody')).told).toMatch(/There is no window m-nobody/);
    expect((await ask(`maintenance off ${window?.id}`, 'narrow')).told).toMatch(/There is no window/);
    expect((await ask('maintenance off patches')).told).toMatch(/stands in the configuration/);
    const { posted } = await ask(`maintenance off ${window?.id}`, 'other', { channel: 'C2' });
    expect(posted.match(/Maintenance of prod is over: m-\w{6} was ended\./g)).toHaveLength(2);
    expect([await store.quiets.all(), await store.quiets.remembered()]).toEqual([[], []]);
  });
});

it('all of it is listed with where it came from, to whoever sees what it is about', async () => {
  const { ask } = await start();
  await ask('mute branch 2h because first');
  await ask('accept prod smtp-port until 2026-12-31 because second');
  const { told } = await ask('mute list', 'viewer');
  expect(told).toBe(`1 window of maintenance, 1 mute, 1 accepted finding

patches: maintenance of every target every Saturday at 22:00 for 4 h Europe/Paris
  It begins at 2026-11-21 22:00 Europe/Paris and ends at 2026-11-22 02:00 Europe/Paris.
  From the configuration file: because monthly patches.

branch: muted until 2026-11-21 12:00 Europe/Paris
  From chat, by op, 2026-11-21 10:00 Europe/Paris: because first.

prod, smtp-port: accepted until 2026-12-31 23:59 Europe/Paris
  Warning: Closed.
  From chat, by op, 2026-11-21 10:00 Europe/Paris: because second.
`);
  const narrow = (await ask('accept list', 'narrow')).told;
  expect(narrow).toMatch(/^1 window of maintenance, 1 mute\n\npatches: maintenance of branch /);
  expect(narrow).not.toContain('prod');
});

it('without Redis nothing is muted, and that is said; what is configured is still named', async () => {
  const { ask, store } = await start({ down: true });
  expect((await ask('mute prod 2h because x')).told).toMatch(/queue \(Redis\) cannot be reached/);
  expect((await ask('targets')).told).toMatch(/prod[\s\S]*history cannot be reached/);
  expect(await store.claims.holder(TargetId.parse('prod'))).toBeNull();
});
