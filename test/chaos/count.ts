import { readdirSync, readFileSync } from 'node:fs';
import { setTimeout as wait } from 'node:timers/promises';
import { connectRedis, untilReady } from '../../src/store/connect.js';
import type { Asked } from './ask.js';
import { WATCHED } from './targets.js';
import type { ChaosWorld } from './world.js';

/** Something that was promised and does not hold, in words. */
export type Broken = { promise: Promise; says: string };
type Promise = 'answered' | 'once' | 'login' | 'session' | 'free' | 'descriptors' | 'memory' | 'unasked' | 'alive';

/** Of every question that the bot has heard: one answer, nothing that waits beside it but what a kill made nobody's. */
export const judgeAnswer = ({ id, target, round, isTaken, unnoted, look }: Asked): Broken | null => {
  const { answers, waits } = look();
  const about = (says: string) => `question ${id} about ${target}, round ${round}: ${says}`;
  if (isTaken && answers.length === 0)
    return {
      promise: 'answered',
      says: about(waits > 0 ? 'still «checking»' : 'never answered'),
    };
  if (answers.length + waits > 1 + unnoted)
    return { promise: 'once', says: about(`${answers.length} answers and ${waits} waiting: ${answers.join(' | ')}`) };
  return null;
};

/** A password that was refused once is never sent again, from wherever. */
export const judgeLogins = ({ lab, asked }: Pick<ChaosWorld, 'lab' | 'asked'>): Broken[] =>
  asked.flatMap(id => {
    const accounts = Object.values(lab.counters(id).imap?.accounts ?? {});
    const wrong = accounts.reduce((sum, { wrongPassword }) => sum + wrongPassword, 0);
    return wrong > 1 ? [{ promise: 'login', says: `${id}: a refused password was sent ${wrong} times` }] : [];
  });

/** Nobody logs in more often than somebody asked. */
export const judgeLooks = ({ lab, asked }: Pick<ChaosWorld, 'lab' | 'asked'>, all: readonly Asked[]): Broken[] =>
  asked.flatMap(id => {
    const accounts = Object.values(lab.counters(id).imap?.accounts ?? {});
    const tried = accounts.reduce((sum, account) => sum + account.tried, 0);
    const times = all.filter(({ target }) => target === id).length;
    return tried > times ? [{ promise: 'login', says: `${id}: ${tried} logins for ${times} questions` }] : [];
  });

export const judgeSessions = ({ lab }: ChaosWorld): Broken[] =>
  lab.targets.flatMap(({ id }) => {
    const { imap, smtp } = lab.counters(id);
    const open = (imap?.openNow ?? 0) + (smtp?.openNow ?? 0);
    return open > 0 ? [{ promise: 'session', says: `${id}: ${open} sessions are still open` }] : [];
  });

/** Nothing is held, and nothing lies in a queue, once everything was answered. */
export const judgeLeftovers = async ({ redis }: ChaosWorld): globalThis.Promise<Broken[]> => {
  const connection = connectRedis(redis.url(), { role: 'worker', say: () => {} }); // patient: the machine may be busy
  await untilReady(connection, 10_000);
  try {
    const keys = await connection.keys('*');
    const held = keys.filter(key => /:claim:|:slots:.*:holders$|:pen:/.test(key) && !isOfWatch(key));
    const lists = keys.filter(key => /^\{uccx\}:[a-z-]+:(?:wait|active)$/.test(key));
    const inLists = await Promise.all(
      lists.map(async key =>
        (await connection.lrange(key, 0, -1)).filter(id => !isOfWatch(id)).map(id => `${id} in ${key}`),
      ),
    );
    return [...held, ...inLists.flat()].map(key => ({ promise: 'free', says: `left over: ${key}` }));
  } finally {
    connection.disconnect();
  }
};

/** The watch goes on looking, so something of it is always under way. */
const isOfWatch = (name: string): boolean => WATCHED.some(id => name.includes(id)) || /^(?:wat-|repeat:)/.test(name);

/** One message of the one incident; one of each digest that was due. */
export const judgeUnasked = ({ slack, digests }: ChaosWorld, now = Date.now()): Broken[] => {
  const words = (channel: string) => slack.messages(channel).filter(({ file, thread }) => file === null && !thread);
  const expected = [
    ...digests.filter(({ dueAt }) => dueAt < now - 45_000).map(({ channel }) => ({ channel, many: [1] })),
    ...digests.filter(({ dueAt }) => dueAt >= now - 45_000).map(({ channel }) => ({ channel, many: [0, 1] })),
    { channel: 'CWATCH', many: [0, 1] },
  ];
  return expected.flatMap(({ channel, many }) => {
    const found = words(channel).length;
    return many.includes(found) ? [] : [{ promise: 'unasked', says: `${channel}: ${found} messages, not ${many}` }];
  });
};

export type Sample = { who: string; pid: number; fds: number; mb: number };

export const sampleOf = (who: string, pid: number): Sample => ({
  who,
  pid,
  fds: readdirSync(`/proc/${pid}/fd`).length,
  mb: Number(/^VmRSS:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1] ?? 0) / 1024,
});

/** Connections that a library keeps for later come and go. */
const FDS_MORE = 12;
const MB_MORE = 64;

/** A process takes what it likes until it is warm. */
const SAMPLES = 8;

/** Of each process that lived long enough to tell: no more descriptors and memory at the end than in the first half of its life. */
export const judgeGrowth = (samples: readonly Sample[]): Broken[] =>
  [...new Set(samples.map(({ pid }) => pid))].flatMap(pid => {
    const life = samples.filter(sample => sample.pid === pid);
    const last = life.at(-1);
    if (!last || life.length < SAMPLES) return [];
    const half = life.slice(0, Math.floor(life.length / 2));
    const [fds, mb] = [Math.max(...half.map(each => each.fds)), Math.max(...half.map(each => each.mb))];
    const broken: Broken[] = [];
    if (last.fds > fds + FDS_MORE)
      broken.push({ promise: 'descriptors', says: `${last.who}: ${fds} descriptors became ${last.fds}` });
    if (last.mb > mb + MB_MORE)
      broken.push({ promise: 'memory', says: `${last.who}: ${mb.toFixed(0)} MB became ${last.mb.toFixed(0)}` });
    return broken;
  });

/** Sessions end and holds are given back in a moment, not in none. */
export const settled = async (
  judge: () => Broken[] | globalThis.Promise<Broken[]>,
  forMs: number,
): globalThis.Promise<Broken[]> => {
  const tired = performance.now() + forMs;
  for (;;) {
    const broken = await judge();
    if (broken.length === 0 || performance.now() > tired) return broken;
    await wait(200);
  }
};
