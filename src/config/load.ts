import { readFile, stat } from 'node:fs/promises';
import { ConfigError } from '../domain/errors.js';
import { whyText } from '../domain/why-text.js';
import type { Config } from './config.js';
import { type Mistake, mistakeText } from './mistake.js';
import { readConfig } from './read-config.js';
import type { Env } from './secrets.js';

/** Some 40,000 targets. */
const MAX_BYTES = 16_000_000;

export type Loaded = { config: Config; warnings: Mistake[] };

/**
 * The configuration of this process: one file, over it the environment (`UCCX_REDIS_URL`).
 * Throws one `ConfigError` whose message lists every mistake, a line each; `facts.mistakes` holds them as data.
 */
export const loadConfig = async ({ file, env }: { file: string; env: Env }): Promise<Loaded> => {
  const read = readConfig(await readText(file));
  if (read.is === 'bad') {
    const mistakes = [...read.mistakes, ...environmentMistakes(env)];
    throw new ConfigError(mistakes.map(mistake => mistakeText(file, mistake)).join('\n'), { file, mistakes });
  }
  const wrong = environmentMistakes(env);
  if (wrong.length > 0) throw new ConfigError(wrong.map(({ says }) => says).join('\n'), { file, mistakes: wrong });
  const url = env.UCCX_REDIS_URL;
  return { config: url ? withRedis(read.config, url) : read.config, warnings: read.warnings };
};

/** The text of a configuration file; throws `ConfigError` where there is none that could be read. */
export const readText = async (file: string): Promise<string> => {
  try {
    const info = await stat(file);
    if (info.isFile() && info.size > MAX_BYTES)
      throw new ConfigError(`${file}: expected at most ${MAX_BYTES} bytes, found ${info.size}`, { file });
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ERR_ENCODING_INVALID_ENCODED_DATA')
      throw new ConfigError(`${file}: expected text in UTF-8, found UTF-16 or another encoding`, { file });
    throw new ConfigError(`${file} cannot be read: ${whyText(code)}`, { file, code });
  }
};

/** The environment is where secrets may stand, so unlike in the file a login may be part of this URL; it is never shown. */
const environmentMistakes = (env: Env): Mistake[] => {
  const url = env.UCCX_REDIS_URL;
  if (!url || /^(?:rediss?(?:\+sentinel|\+cluster)?|redis\+unix|unix):/.test(url)) return [];
  const says =
    'UCCX_REDIS_URL: expected redis://, rediss://, redis+unix:///path, redis+sentinel://host,host/name or redis+cluster://host,host';
  return [{ line: 1, column: 1, path: '', says }];
};

/** A URL from outside means another server than the file's: what the URL itself says about the login goes first. */
const withRedis = (config: Config, url: string): Config => {
  const { folder: _, ...redis } = config.redis ?? {};
  if (!/^[a-z+]+:\/\/[^/]*@/.test(url)) return { ...config, redis: { ...redis, url } };
  const { user: _user, passwordFrom: _password, ...rest } = redis;
  return { ...config, redis: { ...rest, url } };
};
