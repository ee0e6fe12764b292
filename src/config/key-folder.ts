import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, unlink } from 'node:fs/promises';
import { join } from 'node:path';
import { ConfigError } from '../domain/errors.js';
import { whyText } from '../domain/why-text.js';
import { makeSigningKey, type PublicKey, readPublicKey, readSigningKey, type SigningKey } from '../signing/key.js';
import type { Party } from '../signing/signed.js';

/*
 * A folder of keys: `bot.key` and `site-<id>.key` are private, and stand only where that party runs; `bot.pub` and `site-<id>.pub` hold
 * the public ones that count, a line each. `site-<id>.key.next` is a private key that does not sign yet.
 */
export const keyFile = (folder: string, party: Party): string => join(folder, `${party}.key`);
export const nextFile = (folder: string, party: Party): string => join(folder, `${party}.key.next`);
export const publicFile = (folder: string, party: Party): string => join(folder, `${party}.pub`);

/** Null where there is none. */
export const readKeyFile = async (file: string): Promise<SigningKey | null> => {
  const pem = await textOf(file);
  return pem === null ? null : readSigningKey(pem, file);
};

/** Empty where there are none. Throws `ConfigError` that names the line that is no key. */
export const readPublicFile = async (file: string): Promise<PublicKey[]> =>
  publicKeysIn((await textOf(file)) ?? '', file);

/** Public keys, a line each; what stands behind one, and lines that begin with #, are for people. */
export const publicKeysIn = (text: string, from: string): PublicKey[] =>
  text.split(/\r?\n/).flatMap((line, index) => {
    const [word = ''] = line.trim().split(/\s/);
    if (word === '' || word.startsWith('#')) return [];
    const key = readPublicKey(word);
    if (!key)
      throw new ConfigError(`${from}: line ${index + 1} is no public key; expected ed25519:… in each line`, { from });
    return [key];
  });

/** The private key of a party, made where there is none yet; its public one stands beside it in any case. */
export const ensureKey = async (folder: string, party: Party): Promise<{ key: SigningKey; isNew: boolean }> => {
  const file = keyFile(folder, party);
  const found = await readKeyFile(file);
  const isNew = found === null && (await createKey(file));
  const key = found ?? (await readKeyFile(file));
  if (!key) throw new ConfigError(`${file} is gone again`, { file });
  await acceptKey(folder, party, key);
  return { key, isNew };
};

/** Makes a private key for this user alone; false where somebody was faster. */
export const createKey = async (file: string): Promise<boolean> => {
  const temporary = await written(file, makeSigningKey().pem, 0o600);
  try {
    await link(temporary, file); // unlike a rename it fails where the name is taken
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unusable(file, error);
  } finally {
    await unlink(temporary);
  }
};

/** Has a public key count for a party; the newest stands first. */
export const acceptKey = async (folder: string, party: Party, key: PublicKey): Promise<boolean> => {
  const file = publicFile(folder, party);
  const before = (await textOf(file)) ?? '';
  if (publicKeysIn(before, file).some(({ id }) => id === key.id)) return false;
  await writePublic(file, `${key.text} ${key.id}\n${before}`);
  return true;
};

/** Takes a public key out again; false where it did not count. */
export const forgetKey = async (folder: string, party: Party, id: string): Promise<boolean> => {
  const file = publicFile(folder, party);
  const before = (await textOf(file)) ?? '';
  const lines = before.split('\n');
  const left = lines.filter(line => publicKeysIn(line, file).every(key => key.id !== id));
  if (left.length === lines.length) return false;
  await writePublic(file, left.join('\n'));
  return true;
};

const writePublic = async (file: string, text: string): Promise<void> => {
  await rename(await written(file, text, 0o644), file).catch(error => {
    throw unusable(file, error);
  });
};

const written = async (file: string, text: string, mode: number): Promise<string> => {
  const temporary = `${file}.${randomUUID()}`;
  try {
    await mkdir(join(file, '..'), { recursive: true, mode: 0o700 });
    const opened = await open(temporary, 'wx', mode);
    try {
      await opened.writeFile(text);
      await opened.sync();
    } finally {
      await opened.close();
    }
    return temporary;
  } catch (error) {
    throw unusable(file, error);
  }
};

const textOf = (file: string): Promise<string | null> =>
  readFile(file, 'utf8').catch(error => {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw unusable(file, error);
  });

const unusable = (file: string, error: unknown): ConfigError => {
  const { code } = error as NodeJS.ErrnoException;
  const why = code === 'EROFS' ? 'it lies on a read-only file system' : whyText(code);
  return new ConfigError(`${file} cannot be used: ${why}; UCCX_KEYS or signing.folder names another folder for keys`, {
    file,
    code,
  });
};
