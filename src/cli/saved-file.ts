import { readFile, stat } from 'node:fs/promises';
import { ConfigError } from '../domain/errors.js';
import { whyText } from '../domain/why-text.js';
import { Saved } from './result.js';

const MAX_BYTES = 32_000_000;

/** A saved result, which came from somewhere else: believed only in its shape. Throws `ConfigError` naming the first wrong place. */
export const readJson = async (path: string, shown: string): Promise<Saved> => {
  const text = await readText(path, shown);
  const parsed = Saved.safeParse(parseJson(text, shown));
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const where = issue && issue.path.length > 0 ? ` at ${issue.path.join('.')}` : '';
  throw new ConfigError(
    `${shown} is no result of check --json or --save that this version understands: see${where || ' its beginning'}`,
    {
      file: shown,
    },
  );
};

const readText = async (path: string, shown: string): Promise<string> => {
  try {
    const info = await stat(path);
    if (info.size > MAX_BYTES)
      throw new ConfigError(`${shown}: expected at most ${MAX_BYTES} bytes, found ${info.size}`);
    return await readFile(path, 'utf8');
  } catch (error) {
    if (error instanceof ConfigError) throw error;
    throw new ConfigError(`${shown} cannot be read: ${whyText((error as NodeJS.ErrnoException).code)}`);
  }
};

const parseJson = (text: string, shown: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    // the parser's own words quote the file
    throw new ConfigError(`${shown} is not JSON`);
  }
};
