import { Queue } from 'bullmq';
import { describe, expect, it, vi } from 'vitest';
import { PREFIX, WATCH } from '../../jobs/queues.js';
import { watchSchedule, watchStrategy } from '../../jobs/watch/schedule.js';
import { RunId, TargetId } from '../../src/domain/ids.js';
import { Quiet } from '../../src/domain/quiet.js';
import type { Silence } from '../../src/domain/quiet-of.js';
import { nextLook } from '../../src/domain/watch-slots.js';
import { type Messenger, MessengerBusyError, MessengerRefusedError } from '../../src/intake/ports.js';
import type { View } from '../../src/view/view.js';
import { MINUTE, startWatches, usesRedis, watchOf } from './watch-rig.js';

usesRedis();

/** How often it is told, by whomever, whatever breaks off in between. Breaks at the second bad look, is mended at the first good one. */
vi.setConfig({ testTimeout: 180_000 });
const soon = { patience: { breaksAfter: 2, recoversAfter: 1 } };
const place = { platform: 'test', handle: 'C1' };
const prod = watchOf({ is: 'address', address: place }, { ...soon, targets: ['paris'] });

const muteOf = (target: string, rule: string | null = null): Silence => {
  const by = { platform: 'test', user: 'U1', groups: [], channel: 'C1' };
  const until = '2026-11-22T08:00:00.000Z';
  const quiet = { is: 'mute', id: 'm', because: 'known.', at: '2026-11-21T07:00:00.000Z', by, target, rule, until };
  return { quiet: Quiet.parse(quiet), untilMs: Date.parse(until) };
};

type Said = { how: 'post' | 'edit' | 'thread'; headline: string };

/** Notes what is said; `failing` are thrown by the next calls, one each, before anything is said, `lost` after it was. */
const talker = () => {
  const said: Said[] = [];
  const failing: Error[] = [];
  const lost: Error[] = [];
  const say = async (how: Said['how'], at: typeof place, view: View) => {
    const error = failing.shift();
    if (error) throw error;
    said.push({ how, headline: view.headline });
    const late = lost.shift();
    if (late) throw late;
    return { ...at, handle: `${how} ${said.length}` };
  };
  const messenger: Messenger = {
    post: (to, view) => say(String(to.handle).startsWith('under') ? 'thread' : 'post', to as typeof place, view),
    edit: (at, view) => say('edit', at as typeof place, view),
    tell: async () => {},
    link: async () => null,
    under: at => ({ ...at, handle: `under ${at.handle}` }),
  };
  return { said, failing, lost, messenger };
};
const words = (said: readonly Said[]) => said.map(({ how, headline }) => `${how}: ${headline.split(':')[0]}`);

describe('an incident', () => {
  it('is told once by two bots, also when a look comes again', async () => {
    const { said, messenger } = talker();
    const watches = await startWatches({ messenger: () => messenger, watches: [prod] });
    await watches.startHub();
    for (const letter of ['.', 'X', 'X', 'X', '.'] as const) await watches.look({ paris: letter });
    expect(words(said)).toEqual([
      'post: paris is broken',
      'edit: paris is fixed after 15 min',
      'thread: paris is fixed',
    ]);
    expect(watches.faults).toEqual([]);
  });

  it('is told in the end, and as it is by then, however long the platform is ill', async () => {
    const { said, failing, messenger } = talker();
    const watches = await startWatches({ messenger: () => messenger, watches: [prod] });
    failing.push(...Array.from({ length: 4 }, () => new MessengerBusyError('ill', 300)));
    await watches.look({ paris: 'X' });
    await watches.look({ paris: 'X' }, { told: false });
    await watches.look({ paris: '.' });
    expect(words(said).filter(each => each.startsWith('post'))).toHaveLength(1);
    expect(words(said).at(-1)).toMatch(/paris is fixed/);
  });

  it('keeps its message when the telling breaks off in the middle', async () => {
    const { said, failing, messenger } = talker();
    const watches = await startWatches({ messenger: () => messenger, watches: [prod] });
    for (const letter of ['X', 'X'] as const) await watches.look({ paris: letter });
    failing.push(new TypeError('broke off'));
    await watches.look({ paris: '.' });
    expect(words(said)).toEqual([
      'post: paris is broken',
      'edit: paris is fixed after 10 min',
      'thread: paris is fixed',
    ]);
  });

  it('does not edit again for a thread that was refused', async () => {
    const { said, messenger } = talker();
    let refusals = 1;
    const post = messenger.post;
    messenger.post = async (to, view) => {
      if (String(to.handle).startsWith('under') && refusals-- > 0) throw new MessengerBusyError('ill', 1);
      return post(to, view);
    };
    const watches = await startWatches({ messenger: () => messenger, watches: [prod] });
    for (const letter of ['X', 'X', '.'] as const) await watches.look({ paris: letter });
    expect(words(said)).toEqual([
      'post: paris is broken',
      'edit: paris is fixed after 10 min',
      'thread: paris is fixed',
    ]);
  });

  it('that the platform refuses for good is tried again when there is more to say', async () => {
    const { said, failing, messenger } = talker();
    const watches = await startWatches({ messenger: () => messenger, watches: [prod] });
    failing.push(new MessengerRefusedError('archived'));
    await watches.look({ paris: 'X' });
    await watches.look({ paris: 'X' }, { told: false });
    await expect.poll(() => watches.faults.length).toBe(1);
    await watches.look({ paris: '.' });
    expect(words(said)).toEqual(['post: paris is fixed after 10 min']);
  });

  it('is laid again by the next look where the queue has lost the telling', async () => {
    const { said, failing, messenger } = talker();
    const watches = await startWatches({ messenger: () => messenger, watches: [prod] });
    failing.push(new MessengerBusyError('ill', 600_000));
    await watches.look({ paris: 'X' });
    await watches.look({ paris: 'X' }, { told: false });
    const client = await watches.redis.connect();
    await expect.poll(() => client.zcard(`${PREFIX}:watch-tell:delayed`)).toBe(1);
    for (const key of await client.keys(`${PREFIX}:watch-tell:*`)) await client.del(key);
    await watches.look({ paris: 'X' });
    expect(words(said)).toEqual(['post: paris is broken']);
  });

  it('of two watches in one place is one message where the server is down', async () => {
    const { said, messenger } = talker();
    const lyon = watchOf({ is: 'address', address: place }, { ...soon, id: 'w-lyon', targets: ['lyon'] });
    const watches = await startWatches({ messenger: () => messenger, watches: [prod, lyon] });
    for (const seen of ['X', 'X', 'X'] as const) await watches.look({ paris: seen, lyon: seen });
    expect(words(said).filter(each => each.startsWith('post'))).toEqual(['post: paris is broken']);
    expect(words(said).filter(each => each.startsWith('edit'))).toEqual(['edit: paris and lyon are broken']);
    // Another fault on the same server is another incident.
    const [board] = await watches.store.watches.boards();
    expect(board?.incidents).toHaveLength(1);
  });

  it('of another cause is another message', async () => {
    const { said, messenger } = talker();
    const both = watchOf({ is: 'address', address: place }, { ...soon });
    const watches = await startWatches({ messenger: () => messenger, watches: [both] });
    await watches.look({ paris: 'L' });
    for (const seen of ['P', 'P'] as const) await watches.look({ paris: 'L', lyon: seen });
    expect(words(said)).toEqual(['post: paris is broken', 'post: lyon is broken']);
  });
});

describe('a watch', () => {
  it('logs in when it is time for it, to be sure of a failure, and never with what was refused', async () => {
    const { said, messenger } = talker();
    const watches = await startWatches({ messenger: () => messenger, watches: [prod] });
    for (const letter of [...'.......'] as '.'[]) await watches.look({ paris: letter });
    expect(watches.logins).toEqual(['paris', 'paris']); // at once, and half an hour later
    for (const letter of [...'LLLLLLLL'] as 'L'[]) await watches.look({ paris: letter });
    expect(watches.logins).toHaveLength(3); // refused once, and left alone since
    expect(words(said)).toEqual(['post: paris is broken']);
  });

  it('keeps nobody from a check with its quick looks, and leaves alone who is being checked', async () => {
    const { said, messenger } = talker();
    const watches = await startWatches({ messenger: () => messenger, watches: [prod] });
    const taken: unknown[] = [];
    const { claims } = watches.store;
    const holder = { run: RunId.parse('sla-somebody'), since: '2026-11-21T08:00:00.000Z', link: null };
    await watches.look({ paris: '.' });
    watches.during.push(async () => taken.push(await claims.take(TargetId.parse('paris'), holder, 60_000)));
    await watches.look({ paris: 'X' });
    expect(taken[0]).toEqual({ is: 'taken' });
    for (const letter of ['X', 'X'] as const) await watches.look({ paris: letter });
    expect(said).toEqual([]); // one bad look, and two that were left to somebody else
    await claims.release(TargetId.parse('paris'), holder.run);
    await watches.look({ paris: 'X' });
    expect(words(said)).toEqual(['post: paris is broken']);
  });

  it('says nothing of what is muted, and says it when that is over', async () => {
    const { said, messenger } = talker();
    let silences = [muteOf('paris')];
    const watches = await startWatches({
      messenger: () => messenger,
      watches: [prod],
      silences: async () => silences,
    });
    for (const letter of ['X', 'X', 'X'] as const) await watches.look({ paris: letter });
    expect(said).toEqual([]);
    silences = [];
    await watches.look({ paris: 'X' });
    expect(words(said)).toEqual(['post: paris is broken']);
  });

  it('is not broken by a finding that is muted alone', async () => {
    const { said, messenger } = talker();
    const watches = await startWatches({
      messenger: () => messenger,
      watches: [prod],
      silences: async () => [muteOf('paris', 'imap-port')],
    });
    for (const letter of ['P', 'P', 'P', 'X', 'X'] as const) await watches.look({ paris: letter });
    expect(words(said)).toEqual(['post: paris is broken']);
    const [board] = await watches.store.watches.boards();
    expect(board?.incidents[0]?.cases[0]?.since).toBe('2026-11-21T08:15:00.000Z');
  });

  it('calls nothing fixed because it was muted, and tells when it is fixed', async () => {
    const { said, messenger } = talker();
    let silences: Silence[] = [];
    const watches = await startWatches({ messenger: () => messenger, watches: [prod], silences: async () => silences });
    for (const letter of ['P', 'P'] as const) await watches.look({ paris: letter });
    expect(words(said)).toEqual(['post: paris is broken']);
    said.length = 0;
    silences = [muteOf('paris', 'imap-port')];
    for (const letter of ['P', 'P', 'P'] as const) await watches.look({ paris: letter });
    expect(said).toEqual([]);
    for (const letter of ['.', '.'] as const) await watches.look({ paris: letter });
    expect(words(said).join()).toMatch(/paris is fixed|recovered|well/);
  });

  it('keeps the report of what it says, and no other of its quick looks', async () => {
    const { messenger } = talker();
    const never = watchOf({ is: 'address', address: place }, { ...soon, targets: ['paris'], logsInEveryMs: null });
    const watches = await startWatches({ messenger: () => messenger, watches: [never] });
    await watches.look({ paris: '.' });
    const last = async () => (await watches.store.history.last('paris' as never))?.finishedAt.slice(11, 16);
    expect(await last()).toBeUndefined();
    for (const letter of ['P', 'P', 'P'] as const) await watches.look({ paris: letter });
    expect(await last()).toBe('08:10');
    expect(watches.logins).toEqual([]);
  });
});

describe('the schedule of watches', () => {
  const start = async (given: Awaited<ReturnType<typeof startWatches>>, configured = [prod]) =>
    watchSchedule({
      connection: await given.redis.connect(),
      clock: given.clock,
      watches: given.store.watches,
      configured,
      lay: given.lay,
      onError: error => void given.faults.push(error),
    });
  const named = (id: string, everyMs = 5 * MINUTE) => ({ ...prod, id: id as typeof prod.id, everyMs });

  it('becomes what is configured and stored, each at its own place within its interval', async () => {
    const { messenger } = talker();
    const watches = await startWatches({ messenger: () => messenger, watches: [named('w-chat', MINUTE)] });
    const queue = new Queue(WATCH, {
      connection: await watches.redis.connect(),
      prefix: PREFIX,
      settings: { repeatStrategy: watchStrategy },
    });
    const keys = async () => (await queue.getJobSchedulers()).map(({ key, pattern }) => `${key} ${pattern}`).sort();
    const schedule = await start(watches, [named('file-a'), named('file-b')]);
    await Promise.all([schedule.reconcile(), (await start(watches, [named('file-a'), named('file-b')])).reconcile()]);
    expect(await keys()).toEqual(['file-a 300000ms', 'file-b 300000ms', 'w-chat 60000ms']);
    expect(nextLook(named('file-a'), 0)).not.toBe(nextLook(named('file-b'), 0));
    await watches.store.watches.drop('w-chat' as never);
    await (await start(watches, [named('file-a', MINUTE)])).reconcile();
    expect(await keys()).toEqual(['file-a 60000ms']);
    await schedule.close();
    await queue.close();
  });

  it('tells what was open that it is not watched any more', async () => {
    const { said, messenger } = talker();
    const watches = await startWatches({ messenger: () => messenger, watches: [prod] });
    for (const letter of ['X', 'X'] as const) await watches.look({ paris: letter });
    await watches.store.watches.drop(prod.id);
    const schedule = await start(watches, []);
    await schedule.reconcile();
    await watches.settled();
    expect(words(said).slice(1)).toEqual([
      'edit: paris is not watched here any more',
      'thread: paris is not watched here any more.',
    ]);
    await schedule.close();
  });
});
