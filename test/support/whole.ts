import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect } from 'vitest';
import { type Part, startPart } from '../../src/bin/part.js';
import { startWhole, type Whole } from '../../src/bin/start.js';
import { askConsole } from '../../src/chat/console/ask.js';
import type { Io } from '../../src/cli/io.js';
import { loadConfig } from '../../src/config/load.js';
import type { TargetId } from '../../src/domain/ids.js';
import type { Report } from '../../src/domain/report.js';
import { labConfig } from '../../src/lab/config.js';
import { type Lab, startLab } from '../../src/lab/lab.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { PROGRAM } from './program.js';
import { redisForTests, type TestRedis } from './redis.js';

/** The built program as a user runs it (bot, worker and Redis are processes of their own) on a lab in this process. */
export type TestWhole = {
  lab: Lab;
  /** Of the latest start. */
  whole: () => Whole;
  /** Ends bot and worker in order, and starts them anew on the same Redis. */
  restart: () => Promise<void>;
  /** The bot process of the latest start, and a new one in its place once it has ended. */
  bot: () => Part;
  startBot: () => Promise<void>;
  /** The same of the worker. */
  worker: () => Part;
  startWorker: () => Promise<void>;
  folder: string;
  /** The configuration file and the environment that every process is given. */
  file: string;
  env: Record<string, string>;
  redis: TestRedis;
  ask: (text: string) => ReturnType<typeof askConsole>;
  report: (target: string) => Promise<Report | null>;
  /** Everything that bot, worker and Redis have written to disk or said. */
  configText: () => Promise<string>;
  /** Ends Redis under the running bot, and starts it again on its data at the same address. */
  stopRedis: () => Promise<void>;
  startRedis: () => Promise<void>;
  stop: () => Promise<void>;
};

type Given = {
  scenarios?: readonly string[];
  again?: Readonly<Record<string, string>>;
  config?: object;
  /** What somebody changes in the configuration file before anything is started. */
  edit?: (file: string) => Promise<void>;
  env?: Record<string, string>;
};

export const startTestWhole = async (given: Given = {}): Promise<TestWhole> => {
  const folder = await mkdtemp(join(tmpdir(), 'uccx-whole-'));
  const lab = await startLab({
    folder: join(folder, 'lab'),
    ...(given.scenarios ? { scenarios: given.scenarios } : {}),
    ...(given.again ? { again: given.again } : {}),
  });
  const file = join(folder, 'config.yaml');
  const access = [{ role: 'operator', platform: 'console', users: ['local'] }];
  // A busy machine is no fault of the bot: what a deadline does is shown where one is set.
  const patience = { check: { deadlineSec: 120 } };
  await writeFile(file, labConfig(lab, { access, console: { port: 0 }, ...patience, ...given.config }));
  await given.edit?.(file);
  const redis = await redisForTests();
  const env: Record<string, string> = {
    ...(process.env as Record<string, string>),
    UCCX_LOG: 'fatal',
    XDG_STATE_HOME: folder,
    UCCX_REDIS_URL: redis.url,
    ...given.env,
  };
  const { config } = await loadConfig({ file, env });
  const sites = config.sites.map(({ id }) => id).join(',');
  const start = () =>
    startWhole({ file, config, io: { env, cwd: folder } as unknown as Io, say: () => {}, program: PROGRAM });
  let whole = await start();
  let { bot, worker, ready } = whole;
  const { history } = redisStore({ redis: await redis.connect('worker'), say: () => {} });
  return {
    lab,
    whole: () => whole,
    restart: async () => {
      await Promise.all([bot.stop(), worker.stop(), whole.stop()]);
      whole = await start();
      ({ bot, worker, ready } = whole);
    },
    bot: () => bot,
    startBot: async () => {
      await bot.ended;
      bot = startPart(PROGRAM, ['bot', '--config', file], env);
      ready = await bot.ready;
    },
    worker: () => worker,
    startWorker: async () => {
      await worker.ended;
      worker = startPart(PROGRAM, ['worker', '--config', file, '--site', sites], env);
      await worker.ready;
    },
    folder,
    file,
    env,
    redis,
    ask: text => askConsole(ready.console as string, text),
    report: target => history.last(target as TargetId),
    configText: () => readFile(file, 'utf8'),
    stopRedis: redis.crash,
    startRedis: redis.restart,
    stop: async () => {
      await Promise.all([bot.stop(), worker.stop(), whole.stop()]);
      await redis.stop();
      await lab.stop();
      await rm(folder, { recursive: true, force: true });
    },
  };
};

/** Until the bot has put aside no question any more: it lets go of one only after its answer is there. */
export const untilAnswered = async ({ redis }: Pick<TestWhole, 'redis'>): Promise<void> => {
  const client = await redis.connect('worker');
  await expect.poll(() => client.scard('{uccx}:store:inbox-runs')).toBe(0);
};

/** The ids of all runs that Redis knows of one platform, by its first letters: a run's keys come and go until it is forgotten. */
export const runsIn = async (whole: Pick<TestWhole, 'redis'>, platform: 'sla' | 'tea'): Promise<string[]> => {
  await untilAnswered(whole);
  const keys = await (await whole.redis.connect('worker')).keys('*');
  return [...new Set(keys.flatMap(key => new RegExp(`${platform}-[\\w-]+`).exec(key) ?? []))].sort();
};
