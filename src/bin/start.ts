import { join, resolve } from 'node:path';
import type { Command } from '../cli/command.js';
import { EXIT, type Io, line } from '../cli/io.js';
import type { Config } from '../config/config.js';
import { loadConfig } from '../config/load.js';
import { stateFolderOf } from '../config/state-folder.js';
import { UsageError } from '../domain/errors.js';
import { cacheFolderOf } from '../store/embedded-redis/cache-folder.js';
import { findRedis } from '../store/embedded-redis/find-redis.js';
import { startRedis } from '../store/embedded-redis/start-redis.js';
import { aborted } from './aborted.js';
import { type Part, PartEndedError, startPart } from './part.js';

export const runStart: Command['run'] = async (given, io) => {
  const file = given.text('config');
  if (!file) throw new UsageError('start wants --config FILE.');
  const path = resolve(io.cwd, file);
  const { config } = await loadConfig({ file: path, env: io.env });
  const board = given.text('board');
  const say = (says: string) => io.stderr(line(says));
  let whole: Whole;
  try {
    whole = await startWhole({ file: path, config, io, say, ...(board === undefined ? {} : { board }) });
  } catch (error) {
    if (!(error instanceof PartEndedError)) throw error;
    say(`${error.message}; what it has told stands above.`);
    return error.facts.code ?? EXIT.bug;
  }
  if (whole.ready.console) io.stdout(line(`Open ${whole.ready.console}`));
  if (whole.ready.board) io.stdout(line(`The queues: ${whole.ready.board}`));
  const why = await Promise.race([whole.broken, aborted(io.signal)]);
  if (why) io.stderr(line(`${why}; stopping everything.`));
  await whole.stop();
  return why ? EXIT.bug : EXIT.healthy;
};

export type Whole = {
  ready: Readonly<Record<string, string>>;
  bot: Part;
  worker: Part;
  /** Settles with a sentence when a part ends that nobody stopped. */
  broken: Promise<string>;
  stop: () => Promise<void>;
};

/** One bot process, one worker process for every site, and the embedded Redis unless the configuration names one. */
export const startWhole = async (given: {
  file: string;
  config: Config;
  io: Io;
  say: (says: string) => void;
  /** The port of the page about the queues. */
  board?: string;
  /** This very program, unless told otherwise. */
  program?: string;
}): Promise<Whole> => {
  const { file, config, io, say, board, program = process.argv[1] as string } = given;
  const redis = config.redis?.url ? null : await embeddedRedis(config, io, say);
  const env = redis ? { ...io.env, UCCX_REDIS_URL: redis.url } : io.env;
  const bot = startPart(program, ['bot', '--config', file, ...(board === undefined ? [] : ['--board', board])], env);
  const worker = startPart(
    program,
    ['worker', '--config', file, '--site', config.sites.map(({ id }) => id).join(',')],
    env,
  );
  let stopping = false;
  const stop = async () => {
    stopping = true;
    await Promise.allSettled([bot.stop(), worker.stop()]);
    await redis?.stop();
  };
  try {
    const [ready] = await Promise.all([bot.ready, worker.ready]);
    const broken = Promise.race([
      bot.ended.then(() => 'The bot has ended'),
      worker.ended.then(() => 'The worker has ended'),
      ...(redis ? [redis.ended.then(() => 'Redis has ended')] : []),
    ]).then(why => (stopping ? new Promise<string>(() => {}) : why));
    return { ready, bot, worker, broken, stop };
  } catch (error) {
    await stop();
    throw error;
  }
};

const embeddedRedis = async (config: Config, { env, cwd }: Io, say: (says: string) => void) => {
  const folder = config.redis?.folder ? resolve(cwd, config.redis.folder) : join(stateFolderOf(env), 'redis');
  const program = await findRedis({ env: { ...env }, cacheFolder: cacheFolderOf({ ...env }), say });
  return startRedis({ program, folder, say });
};
