import { Queue, Worker } from 'bullmq';
import { afterAll, afterEach, beforeAll, expect, it, vi } from 'vitest';
import { signedTree } from '../../jobs/define.js';
import { digestTellJob } from '../../jobs/digest/job.js';
import { digestBackoff, processDigestTell } from '../../jobs/digest/tell.js';
import { DIGEST_TELL, PREFIX } from '../../jobs/queues.js';
import { slackMessenger } from '../../src/chat/slack/messenger.js';
import { Digest } from '../../src/domain/digest.js';
import { JITTER_MS, nextTick } from '../../src/domain/digest-due.js';
import { runIdOf } from '../../src/domain/ids.js';
import type { Messenger } from '../../src/intake/ports.js';
import { type LabSlack, startSlack } from '../../src/lab/slack/start-slack.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import { addressIn, configOf, keptLog, secretsOf } from '../chat/slack/rig.js';
import { startBot } from '../chat/teams/rig.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { signingOf } from '../support/signing.js';

/*
 * Many digests at eight (as many as `UCCX_DIGESTS` says; a thousand take half a minute), and Slack and Teams both ill for the ten minutes after it. The real queue on a real Redis, the real job, the
 * real messengers before the lab's platforms over HTTP; only the clock is the test's.
 */
vi.setConfig({ testTimeout: 300_000 });
const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const EIGHT = Date.parse('2026-11-23T08:00:00Z');
/** BullMQ keeps what is delayed by milliseconds, and counts within each. */
const SCORES_A_MS = 0x1000;
const ALL = Number(process.env.UCCX_DIGESTS ?? 100);
const IN_SLACK = Math.round(ALL * 0.6);
const IN_TEAMS = ALL - IN_SLACK;
/** So many of Slack's come to one and the same channel. */
const IN_ONE_CHANNEL = 30;

let redis: TestRedis;
let slack: LabSlack;
let teams: Awaited<ReturnType<typeof startBot>>;
beforeAll(async () => {
  redis = await redisForTests();
  vi.useFakeTimers({ toFake: ['Date'], now: EIGHT - MINUTE });
  slack = await startSlack();
  teams = await startBot({ now: Date.now });
});
afterEach(() => vi.useRealTimers());
afterAll(async () => {
  await Promise.allSettled([teams?.stop(), slack?.stop()]);
  await redis?.stop();
});

const clock = { now: () => Date.now() };
const digestOf = (index: number): Digest => {
  const inSlack = index < IN_SLACK;
  const channel = inSlack ? (index < IN_ONE_CHANNEL ? 'C1' : `C${index}`) : `conversation-${index}`;
  return Digest.parse({
    id: `d-${index}`,
    when: { is: 'cron', pattern: '0 8 * * *' },
    zone: 'UTC',
    targets: [],
    onlyChanges: false,
    to: { is: 'address', address: inSlack ? addressIn(channel) : personalOf(index) },
    by: { platform: inSlack ? 'slack' : 'teams', user: 'U1', groups: [], channel },
  });
};
const personalOf = (index: number) => {
  const { world } = teams.teams;
  const place = world.personalOf(world.addPerson(`Person ${index}`));
  world.setInstalled(place, true);
  return teams.addressIn(place);
};

it('are spread within the limits of the platforms, and none is lost or told twice', async () => {
  for (const channel of ['C1', ...Array.from({ length: IN_SLACK }, (_, index) => `C${index}`)])
    slack.addChannel(channel);
  const digests = Array.from({ length: IN_SLACK + IN_TEAMS }, (_, index) => digestOf(index));
  const { posts, messenger } = watched();
  const process = processDigestTell(
    { clock, ...memoryStore(clock), configured: digests, messenger },
    { signing: signingOf('bot'), onRefused: () => {} },
  );
  const queue = new Queue(DIGEST_TELL, { connection: await redis.connect('worker'), prefix: PREFIX });
  const settings = { backoffStrategy: digestBackoff };
  const connection = await redis.connect('worker');
  const worker = new Worker(DIGEST_TELL, null, { connection, prefix: PREFIX, autorun: false, settings });
  await queue.addBulk(
    digests.map(digest => {
      const tick = Number(nextTick(digest, EIGHT - MINUTE));
      expect(tick - EIGHT).toBeLessThan(JITTER_MS);
      const order = {
        run: runIdOf('digest', digest.id),
        digest,
        slot: EIGHT,
        at: new Date(tick).toISOString(),
        targets: [],
        freshFrom: new Date(EIGHT).toISOString(),
        waitUntil: new Date(EIGHT).toISOString(),
      };
      const { name, data, opts } = signedTree(
        signingOf('bot'),
        digestTellJob.node(order, { delay: tick - Date.now() }),
      );
      return { name, data, opts: opts ?? {} };
    }),
  );

  const store = await redis.connect();
  becomesIll({ is: 'rate-limited', retryAfterSec: 30 });
  let state: 'ill' | 'worse' | 'well' = 'ill';
  for (;;) {
    const job = await worker.getNextJob('many', { block: false });
    if (job) {
      await process(job, 'many').then(
        result => job.moveToCompleted(result, 'many', false),
        error => job.moveToFailed(error, 'many'),
      );
      continue;
    }
    const [, score] = await store.zrange(`${PREFIX}:${DIGEST_TELL}:delayed`, '0', '0', 'WITHSCORES');
    if (score === undefined) break;
    vi.setSystemTime(Math.max(Math.floor(Number(score) / SCORES_A_MS), Date.now()) + 1);
    if (state === 'ill' && Date.now() > EIGHT + 5 * MINUTE) {
      state = 'worse';
      becomesIll({ is: 'status', status: 503 });
    }
    if (state === 'worse' && Date.now() > EIGHT + 10 * MINUTE) {
      state = 'well';
      slack.faults.clear();
      teams.teams.connector.faults.clear();
    }
  }

  const arrived = posts.filter(({ ok }) => ok);
  expect(await queue.getFailedCount()).toBe(0);
  expect(new Set(arrived.map(({ handle }) => handle)).size).toBe(IN_SLACK - IN_ONE_CHANNEL + 1 + IN_TEAMS);
  expect(arrived).toHaveLength(IN_SLACK + IN_TEAMS);
  expect(told()).toBe(IN_SLACK + IN_TEAMS);
  expect(most(posts.filter(({ platform }) => platform === 'teams'))).toBeLessThanOrEqual(30);
  expect(most(posts.filter(({ platform }) => platform === 'slack'))).toBeLessThanOrEqual(5);
  expect(most(arrived.filter(({ handle }) => handle.includes('"C1"')))).toBe(1);
  // Who is ill is left alone, but for one that tries.
  const during = posts.filter(({ at }) => at < EIGHT + 10 * MINUTE).length;
  expect(during).toBeLessThan(Math.min(120, ALL * 0.6));
  // Half a second each in Slack, after the ten minutes and a last wait.
  expect(Math.max(...arrived.map(({ at }) => at)) - EIGHT).toBeLessThan(
    10 * MINUTE + IN_SLACK * SECOND * 0.6 + 2 * MINUTE,
  );
  await Promise.all([queue.close(), worker.close()]);
});

const becomesIll = (fault: { is: 'rate-limited'; retryAfterSec: number } | { is: 'status'; status: number }) => {
  slack.faults.set('chat.postMessage', fault);
  teams.teams.connector.faults.set('*', fault);
};

type Post = { platform: string; handle: string; at: number; ok: boolean };

/** Both messengers as they are, with a note of every post. */
const watched = () => {
  const posts: Post[] = [];
  const log = keptLog();
  const inSlack = slackMessenger({ config: configOf(slack, 'http'), secrets: secretsOf(slack), clock, log });
  const noting = (platform: string, real: Messenger): Messenger => ({
    ...real,
    post: async (to, view) => {
      const post = { platform, handle: JSON.stringify(to.handle), at: Date.now(), ok: false };
      posts.push(post);
      const at = await real.post(to, view);
      post.ok = true;
      return at;
    },
  });
  const known = { slack: noting('slack', inSlack), teams: noting('teams', teams.messenger) };
  return { posts, messenger: (platform: string) => known[platform as keyof typeof known] };
};

/** As the platforms have it. */
const told = (): number => {
  const channels = ['C1', ...Array.from({ length: IN_SLACK }, (_, index) => `C${index}`)];
  const inSlack = [...new Set(channels)].flatMap(channel => slack.messages(channel)).length;
  return inSlack + teams.teams.saidByBot().length;
};

/** In any second, wherever it begins. */
const most = (all: readonly Post[]): number => {
  const times = all.map(({ at }) => at).sort((a, b) => a - b);
  return Math.max(...times.map((from, index) => times.slice(index).filter(at => at < from + SECOND).length));
};
