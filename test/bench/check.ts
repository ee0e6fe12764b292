import { setTimeout as wait } from 'node:timers/promises';
import type { TargetId } from '../../src/domain/ids.js';
import type { Report } from '../../src/domain/report.js';
import type { History } from '../../src/intake/ports.js';
import type { LabSlack } from '../../src/lab/slack/start-slack.js';
import { connectRedis, untilReady } from '../../src/store/connect.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { figuresOf } from './figures.js';
import type { Outcome } from './row.js';
import { answersIn, CHANNEL, openStand } from './stand.js';
import { unlessStopped } from './stopping.js';

const CHECKS = 60;
/** These teach the compiler, and are not counted. */
const WARM_UP = 10;
/** Behind the answer comes its file; the next check shall not meet it. */
const REST_MS = 100;
const TARGET = { of: 'median', ms: 60 } as const;
const PROD = 'prod' as TargetId;

/** How long we take beside the mail server: from the signed command to the last edit in Slack, less the slowest probe's own time. */
export const benchCheck = async (signal: AbortSignal): Promise<Outcome> => {
  const stand = await openStand(signal);
  const redis = connectRedis(stand.redis.url, { role: 'store', say: () => {}, name: 'uccx-bench' });
  try {
    await untilReady(redis, 5_000);
    const { history } = redisStore({ redis, say: () => {} });
    const [bot, worker] = [stand.startBot(), stand.startWorker()];
    const [ready] = await unlessStopped(signal, Promise.all([bot.ready, worker.ready]));
    stand.slack.deliver.to({ is: 'http', url: `${ready.slack}/slack/events` });
    const checks: Timed[] = [];
    for (let made = 0; made < WARM_UP + CHECKS; made += 1)
      checks.push(await unlessStopped(signal, check(stand.slack, history)));
    const counted = checks.slice(WARM_UP);
    return {
      rows: [
        {
          says: 'check of a healthy mail target, without the slowest probe',
          figures: figuresOf(counted.map(({ totalMs, probeMs }) => totalMs - probeMs)),
          errors: 0,
          target: TARGET,
        },
        {
          says: 'the same, from command to answer',
          figures: figuresOf(counted.map(({ totalMs }) => totalMs)),
          errors: 0,
          target: null,
        },
      ],
      notes: [`Its slowest probe took ${figuresOf(counted.map(({ probeMs }) => probeMs)).median} ms in the median.`],
    };
  } finally {
    redis.disconnect();
    await stand.stop();
  }
};

type Timed = { totalMs: number; probeMs: number };

const check = async (slack: LabSlack, history: History): Promise<Timed> => {
  const before = answersIn(slack).length;
  const began = performance.now();
  const answered = slack.until(() => {
    const edited = answersIn(slack)[before]?.versions.at(-1)?.text ?? '';
    return edited.startsWith('prod: healthy') && performance.now();
  });
  const [{ status, body }, ended] = await Promise.all([
    slack.deliver.command({ channel: CHANNEL, user: 'U1000', text: 'check prod' }),
    answered,
  ]);
  if (status !== 200) throw new Error(`the bot did not take a command: ${status} ${body}`);
  const probeMs = slowestOf(await history.last(PROD));
  await wait(REST_MS);
  return { totalMs: ended - began, probeMs };
};

const slowestOf = (report: Report | null): number => {
  const times = (report?.observations ?? []).map(observation => {
    if (observation.is === 'silent') throw new Error(`a probe of the bench was silent: ${observation.says}`);
    return observation.tookMs;
  });
  if (times.length === 0) throw new Error('the check left no report');
  return Math.max(...times);
};
