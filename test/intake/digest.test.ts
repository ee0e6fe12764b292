import { describe, expect, it } from 'vitest';
import { Grant } from '../../src/domain/access.js';
import type { Digest } from '../../src/domain/digest.js';
import { Digest as DigestSchema } from '../../src/domain/digest.js';
import { RunId, TargetId } from '../../src/domain/ids.js';
import { makeIntake } from '../../src/intake/intake.js';
import { type Messenger, MessengerRefusedError } from '../../src/intake/ports.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import type { View } from '../../src/view/view.js';
import { mailTarget } from '../support/build.js';
import { read } from '../view/build.js';
import { healthyReport } from './rig.js';

/** Who may have which digest, where it will come and in whose time. */
const NOW = Date.parse('2026-11-21T09:00:00.000Z');
const GRANTS = [
  { role: 'operator', platform: 'slack', users: ['op', 'other'] },
  { role: 'operator', platform: 'slack', users: ['half'], targets: ['prod'] },
  { role: 'viewer', platform: 'slack', users: ['half', 'viewer'] },
].map(grant => Grant.parse(grant));
const ONLY_PROD = Grant.parse({ role: 'viewer', platform: 'slack', users: ['some'], targets: ['prod'] });
const configured: Digest = DigestSchema.parse({
  id: 'morning',
  when: { is: 'cron', pattern: '0 8 * * *' },
  zone: 'UTC',
  targets: [],
  onlyChanges: false,
  to: { is: 'named', platform: 'slack', name: 'C9' },
  by: null,
});

const start = ({ zone = 'Asia/Tokyo' as string | null, lasting = true, refuses = false, grants = GRANTS } = {}) => {
  const clock = { now: () => NOW };
  const store = memoryStore(clock);
  const posted: View[] = [];
  const told: View[] = [];
  let rescheduled = 0;
  const messenger: Messenger = {
    post: async (at, view) => {
      if (refuses) throw new MessengerRefusedError('not here');
      expect(at.handle).toBe(view.attachment ? 'question' : 'lasting');
      posted.push(view);
      return at;
    },
    edit: async at => at,
    tell: async (_, view) => void told.push(view),
    link: async () => null,
    zoneOf: async () => zone,
    ...(lasting ? { lasting: to => ({ ...to, handle: 'lasting' }) } : {}),
  };
  const intake = makeIntake({
    ...store,
    clock,
    targets: ['prod', 'branch'].map(id => mailTarget({ id })),
    sites: [],
    grants,
    cards: [],
    rules: [],
    deadlineMs: 25_000,
    messenger: () => messenger,
    digest: {
      digests: store.digests,
      configured: [configured],
      zone: 'Europe/Paris',
      reschedule: async () => void rescheduled++,
    },
    submit: async () => {},
    follow: () => {},
    onTrouble: () => {},
  });
  let asked = 0;
  const ask = async (text: string, user = 'op', { channel = 'C1' as string | null, run = '' } = {}) => {
    await intake.ask({
      run: RunId.parse(run || `sla-question-${++asked}`),
      by: { platform: 'slack', user, groups: [], channel },
      to: { platform: 'slack', handle: 'question' },
      text,
    });
    return { posted: posted.at(-1)?.headline ?? '', told: told.at(-1) ? read(told.at(-1) as View) : '' };
  };
  const files = () => posted.flatMap(({ attachment }) => (attachment ? [attachment.content] : []));
  return { ask, store, posted, told, files, rescheduled: () => rescheduled };
};

describe('a digest is made', () => {
  it('where it is asked for, in the time of whoever asks, and begins with the next time', async () => {
    const { ask, store, rescheduled } = start();
    expect((await ask('digest daily 08:00 prod --only-changes')).posted).toMatch(
      /^A digest will come here every day at 08:00 Asia\/Tokyo: d-\w{6}$/,
    );
    const [made] = await store.digests.all();
    expect(made).toMatchObject({
      zone: 'Asia/Tokyo',
      targets: ['prod'],
      onlyChanges: true,
      to: { is: 'address', address: { platform: 'slack', handle: 'lasting' } },
      by: { user: 'op', channel: 'C1' },
    });
    expect(await store.digests.memory(made?.id as never)).toMatchObject({ since: NOW, laid: [] });
    expect(rescheduled()).toBe(1);
  });

  it.each([
    ['of the command before the profile', 'digest daily 08:00 America/Lima', 'Asia/Tokyo', 'America/Lima'],
    ['of the profile', 'digest daily 08:00', 'Asia/Tokyo', 'Asia/Tokyo'],
    ['of the configuration where the profile has none', 'digest daily 08:00', null, 'Europe/Paris'],
    ['of the configuration where the profile has nonsense', 'digest daily 08:00', 'Mars/Olympus', 'Europe/Paris'],
  ])('in the time zone %s', async (_, text, profile, zone) => {
    const { ask, store } = start({ zone: profile });
    await ask(text);
    expect((await store.digests.all())[0]?.zone).toBe(zone);
  });

  it('once, however often the question is delivered or asked', async () => {
    const { ask, store, posted } = start();
    await ask('digest daily 08:00', 'op', { run: 'sla-the-same' });
    await ask('digest daily 08:00', 'op', { run: 'sla-the-same' });
    const again = await ask('digest daily 08:00');
    expect(again.told).toMatch(/This digest is here already, as d-\w{6}/);
    expect([posted.length, (await store.digests.all()).length]).toEqual([1, 1]);
  });

  it.each([
    ['a viewer', 'viewer', 'digest daily 08:00', /needs the role operator/],
    ['an operator of something else', 'half', 'digest daily 08:00 branch', /no right to do this with branch/],
    ['nobody', 'nobody', 'digest daily 08:00', /no right to use this bot/],
  ])('not for %s', async (_, user, text, says) => {
    const { ask, store, rescheduled } = start();
    expect((await ask(text, user)).told).toMatch(says);
    expect([await store.digests.all(), rescheduled()]).toEqual([[], 0]);
  });

  it('not where nothing can be told later', async () => {
    const { ask, store } = start({ lasting: false });
    expect((await ask('digest daily 08:00')).told).toMatch(/forgets its conversations/);
    expect(await store.digests.all()).toEqual([]);
  });

  it('not where the bot may not write', async () => {
    const { ask, store } = start({ refuses: true });
    expect((await ask('digest daily 08:00')).told).toMatch(/I may not write here/);
    expect(await store.digests.all()).toEqual([]);
  });
});

describe('digests', () => {
  it('are listed with where they come from, to whoever sees what they are about', async () => {
    const { ask } = start();
    await ask('digest every 4h branch', 'op');
    const { told } = await ask('digest list', 'viewer');
    expect(told.replace(/d-\w{6}/, 'd-xxxxxx')).toBe(`There are 2 digests.

morning: every day at 08:00 UTC
  About every target. The next comes at 2026-11-22 08:00 UTC.
  Told in slack, C9. From the configuration file.

d-xxxxxx: every 4 h, counted from midnight UTC
  About branch. The next comes at 2026-11-21 21:00 Asia/Tokyo.
  Told in slack, C1. From chat, by op.
`);
  });

  it.each([
    ['whoever made it', 'half', 'half', /is off/],
    ['an operator of what it is about', 'half', 'op', /is off/],
    ['no operator of something else', 'op', 'half', /no right to do this with branch/],
    ['no viewer', 'op', 'viewer', /needs the role operator/],
  ])('are ended by %s', async (_, maker, ender, says) => {
    const { ask, store } = start();
    await ask('digest daily 09:00', maker);
    expect((await ask('digest off', ender)).told).toMatch(says);
    expect(await store.digests.all()).toHaveLength(says.source.includes('off') ? 0 : 1);
  });

  it('are ended by name, and those of the configuration only there', async () => {
    const { ask, store } = start();
    expect((await ask('digest off')).told).toMatch(/No digest comes here/);
    await ask('digest daily 09:00');
    await ask('digest daily 10:00');
    expect((await ask('digest off')).told).toMatch(/Which one\? Here come d-\w{6}, d-\w{6}\./);
    expect((await ask('digest off d-nobody')).told).toMatch(/There is no digest d-nobody/);
    expect((await ask('digest off morning')).told).toMatch(/stands in the configuration/);
    const [first] = await store.digests.all();
    expect((await ask(`digest off ${first?.id}`)).told).toMatch(/is off/);
    expect(await store.digests.all()).toHaveLength(1);
  });

  it('can be looked at beforehand: the asker alone is told, and nothing is looked at', async () => {
    const { ask, store, posted } = start();
    await store.history.put(healthyReport('prod'));
    const { told } = await ask('digest now', 'viewer');
    expect(told).toMatch(/Preview, from the latest reports: 0 of 2 need you · 1 healthy · 1 unknown/);
    expect(told).toContain('branch: it has not been checked yet.');
    expect(posted).toEqual([]);
    expect(await store.claims.holder(TargetId.parse('prod'))).toBeNull();
  });

  it('gives the whole table as a file, of what the asker may see', async () => {
    const { ask, store, files } = start({ grants: [...GRANTS, ONLY_PROD] });
    await store.history.put(healthyReport('prod'));
    await ask('digest table morning', 'some');
    expect(files().map(text => text.split('\r\n').map(line => line.split(',')[0]))).toEqual([['target', 'prod', '']]);
    await ask('digest table', 'viewer');
    expect(files()[1]?.split('\r\n')[2]).toBe('branch,unknown,,,,it has not been checked yet,,,,,,,,');
    const { told } = await ask('digest table evening', 'viewer');
    expect(told).toMatch(/There is no digest and no target evening/);
  });
});
