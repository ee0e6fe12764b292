import { type ChildProcess, spawn } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { chmod, type FileHandle, open, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { Socket } from 'node:net';
import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ConfigError, StoreDownError } from '../../domain/errors.js';
import { ownFolder } from './cache-folder.js';
import { ping } from './ping.js';
import { envFor, type RedisProgram } from './redis-program.js';
import { chooseListen, type Listen, serverConfig, urlOf } from './server-config.js';
import { FOLDER_IN_USE, WATCHDOG } from './watchdog.js';

export type StartRedis = {
  program: Pick<RedisProgram, 'program' | 'libraryPath'>;
  /** Its data, settings, log and socket lie here; one Redis at a time. */
  folder: string;
  say: (line: string) => void;
};
export type RunningRedis = {
  /** For `connectRedis`. Holds a password where Redis listens on a port: not for logs. */
  url: string;
  socketPath: string | null;
  pid: number;
  /** Ends it in order, its file written; also after it has died. */
  stop: () => Promise<void>;
  /** Told when it has ended, by whomever. */
  ended: Promise<{ code: number | null; signal: NodeJS.Signals | null }>;
};

/** Reading a large append-only file takes its time. */
const READY_WITHIN_MS = 60_000;
const ENDS_WITHIN_MS = 10_000;
const MAX_LOG_BYTES = 1_000_000;
/** Our own environment may hold secrets, which are none of Redis's business. */
const BARE_ENV = { PATH: '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin', LC_ALL: 'C' };

/**
 * Starts a private Redis that ends with this process, also when this process is killed (see `watchdog.ts`).
 * A second start on one folder is an error that tells where the first listens: joining it would tie us to a process that ends
 * Redis when it ends.
 */
export const startRedis = async ({ program, folder, say }: StartRedis): Promise<RunningRedis> => {
  const home = resolve(folder);
  await ownFolder(home);
  await chmod(home, 0o700);
  for (let tries = 1; ; tries++) {
    const listen = await chooseListen(home);
    if ((await ping(listen, 1000)) !== null) throw inUse(home);
    const start = await launch(program, home, listen);
    if (start.is === 'ready') {
      say(`Redis: running at ${placeOf(listen)}, its data in ${home}`);
      return running(start, listen);
    }
    if (start.is === 'in-use') throw inUse(home);
    // Somebody took the free port before Redis did.
    if (listen.on === 'port' && tries < 5 && /already in use/i.test(start.says)) continue;
    throw new StoreDownError(`Redis did not start: ${start.says}`, { program: program.program, folder: home });
  }
};

type Ended = RunningRedis['ended'];
type Started = { is: 'ready'; child: ChildProcess; ended: Ended };

const running = ({ child, ended }: Started, listen: Listen): RunningRedis => {
  // Neither the child nor its pipe keeps us running: when we end, it ends.
  child.unref();
  (child.stdio[3] as Socket).unref();
  return {
    url: urlOf(listen),
    socketPath: listen.on === 'socket' ? listen.socketPath : null,
    pid: child.pid ?? 0,
    stop: () => stop(child, ended),
    ended,
  };
};

const launch = async (
  program: StartRedis['program'],
  home: string,
  listen: Listen,
): Promise<Started | { is: 'in-use' } | { is: 'failed'; says: string }> => {
  // Read once by Redis and then removed, because it may hold a password.
  const settings = join(home, `redis.${randomUUID()}.conf`);
  await writeFile(settings, serverConfig(home, listen), { mode: 0o600 });
  const log = await openLog(home);
  try {
    const child = spawn('/bin/sh', ['-c', WATCHDOG, 'sh', join(home, 'lock'), program.program, settings], {
      cwd: home,
      env: envFor(program, BARE_ENV),
      stdio: ['ignore', log.fd, log.fd, 'pipe'],
      // A session of its own: Ctrl-C in the terminal reaches us alone, and we end Redis last.
      detached: true,
    });
    const ended: Ended = once(child, 'exit').then(([code, signal]) => ({ code, signal }));
    const pipe = child.stdio[3] as Socket;
    pipe.on('error', () => {}); // the watchdog is gone: then there is nobody left to tell
    void ended.then(() => pipe.end('done\n')).catch(() => {});
    const first = await Promise.race([ended, untilReady(listen, child, ended)]);
    if (first === 'ready') return { is: 'ready', child, ended };
    if (first !== 'late' && first.code === FOLDER_IN_USE) return { is: 'in-use' };
    await stop(child, ended);
    return { is: 'failed', says: await lastWords(home) };
  } finally {
    await log.close();
    await rm(settings, { force: true });
  }
};

const stop = async (child: ChildProcess, ended: Ended): Promise<void> => {
  if (child.exitCode === null && child.signalCode === null) child.kill('SIGTERM');
  const late = setTimeout(() => child.kill('SIGKILL'), ENDS_WITHIN_MS);
  await ended;
  clearTimeout(late);
};

/** Ours must answer: where two start at once, the socket may be the other one's, and ours about to find the folder taken. */
const untilReady = async (listen: Listen, child: ChildProcess, ended: Ended): Promise<'ready' | 'late'> => {
  const giveUpAt = Date.now() + READY_WITHIN_MS;
  let over = false;
  void ended.then(() => {
    over = true;
  });
  while (!over && Date.now() < giveUpAt) {
    if ((await ping(listen, 1000)) === child.pid) return 'ready';
    await wait(20);
  }
  return 'late';
};

const placeOf = (listen: Listen): string => (listen.on === 'socket' ? listen.socketPath : `127.0.0.1:${listen.port}`);

const inUse = (folder: string): ConfigError => {
  const socketPath = join(folder, 'redis.sock');
  return new ConfigError(
    `another Redis already runs on the folder ${folder}: stop that one, use another folder, or share it with UCCX_REDIS_URL=redis+unix://${socketPath}`,
    { folder },
  );
};

/** Goes on in the same file, which begins anew when it has grown large. */
const openLog = async (folder: string): Promise<FileHandle> => {
  const path = join(folder, 'redis.log');
  const bytes = await stat(path).then(
    ({ size }) => size,
    () => 0,
  );
  return open(path, bytes > MAX_LOG_BYTES ? 'w' : 'a', 0o600);
};

const lastWords = async (folder: string): Promise<string> => {
  const log = await readFile(join(folder, 'redis.log'), 'utf8').catch(() => '');
  const words = log.trim().split('\n').slice(-3).join(' / ').slice(-500);
  return words || 'it left no word in its log';
};
