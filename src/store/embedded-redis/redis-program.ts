import { execFile } from 'node:child_process';
import { promisify } from 'node:util';

const run = promisify(execFile);

/** A Redis or Valkey server program that was started once with `--version` and answered. */
export type RedisProgram = {
  program: string;
  /** Folders for LD_LIBRARY_PATH, joined by colons; null where the system has every library. */
  libraryPath: string | null;
  /** Where it comes from, for people: `UCCX_REDIS_BIN`, `the PATH`, `Debian 12 package redis-server`. */
  from: string;
};

/** BullMQ advises 6.2, and our scripts rely on it. */
export const OLDEST_REDIS = [6, 2] as const;

export const isNewEnough = (version: string): boolean => {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return major > OLDEST_REDIS[0] || (major === OLDEST_REDIS[0] && minor >= OLDEST_REDIS[1]);
};

/** The environment in which such a program finds its libraries. */
export const envFor = (
  { libraryPath }: Pick<RedisProgram, 'libraryPath'>,
  env: NodeJS.ProcessEnv,
): NodeJS.ProcessEnv =>
  libraryPath === null
    ? env
    : { ...env, LD_LIBRARY_PATH: [libraryPath, env.LD_LIBRARY_PATH].filter(Boolean).join(':') };

/** Starts the program with `--version`; what is wrong with it comes back as a sentence. */
export const tryProgram = async (
  found: Pick<RedisProgram, 'program' | 'libraryPath'>,
  env: NodeJS.ProcessEnv,
): Promise<{ is: 'usable'; version: string } | { is: 'unusable'; says: string }> => {
  const { program } = found;
  try {
    const { stdout } = await run(program, ['--version'], { env: envFor(found, env), timeout: 10_000 });
    const version = /server v=(\d+\.\d+\.\d+)/.exec(stdout)?.[1];
    if (!version) return { is: 'unusable', says: `${program} --version does not answer like a Redis or Valkey server` };
    if (!isNewEnough(version))
      return { is: 'unusable', says: `${program} is version ${version}, needed is ${OLDEST_REDIS.join('.')} or later` };
    return { is: 'usable', version };
  } catch (error) {
    return { is: 'unusable', says: `${program} cannot be started: ${firstLine(error)}` };
  }
};

/** The most telling line of a failed child process. */
export const firstLine = (error: unknown): string => {
  const { stderr, message } = error as { stderr?: string; message?: string };
  const lines = `${stderr ?? ''}\n${message ?? String(error)}`.split('\n').map(line => line.trim());
  return lines.find(line => /^(E:|.*\berror\b)/i.test(line)) ?? lines.find(Boolean) ?? 'no reason given';
};
