import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { resolve } from 'node:path';
import { ConfigError } from '../domain/errors.js';
import type { SecretRef } from '../domain/target.js';
import { whyText } from '../domain/why-text.js';
import type { Secrets } from '../intake/ports.js';

const MAX_BYTES = 64 * 1024;

export type Env = Readonly<Record<string, string | undefined>>;
export type SecretsDeps = {
  /** Where a relative `file:` begins: the folder of the configuration. */
  folder?: string;
  /** Told once per file that everybody on this machine can read it. */
  warn?: (says: string) => void;
};

/**
 * Resolves `env:NAME` and `file:/path` where the secret is needed, each time anew, so that a changed file counts at once.
 * What it throws names the reference, never what is behind it.
 */
export const secretsFrom = (env: Env, { folder = '.', warn = () => {} }: SecretsDeps = {}): Secrets => {
  const warned = new Set<string>();
  return async ref => {
    const value = ref.startsWith('env:') ? fromEnv(ref) : await fromFile(ref);
    if (value.trim() === '') throw new ConfigError(`${ref} is empty; expected a secret`, { ref });
    return value;
  };

  function fromEnv(ref: SecretRef): string {
    const value = env[ref.slice('env:'.length)];
    if (value === undefined) throw new ConfigError(`${ref} is not set in the environment of this process`, { ref });
    return value;
  }

  async function fromFile(ref: SecretRef): Promise<string> {
    const path = resolve(folder, ref.slice('file:'.length));
    const bytes = await readSmall(ref, path);
    if (bytes.openToAll && !warned.has(path)) {
      warned.add(path);
      warn(`${ref} can be read by everybody on this machine; chmod 600 keeps it private`);
    }
    return decode(ref, bytes.content).replace(/\r?\n$/, '');
  }
};

const readSmall = async (ref: SecretRef, path: string): Promise<{ content: Buffer; openToAll: boolean }> => {
  // without O_NONBLOCK opening a named pipe would wait for ever for somebody to write into it
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: NodeJS.ErrnoException) => {
    throw new ConfigError(`${ref} cannot be read: ${whyText(cause.code)}`, { ref, code: cause.code });
  });
  try {
    const info = await file.stat();
    if (!info.isFile()) throw new ConfigError(`${ref} is not a file`, { ref });
    const content = Buffer.alloc(MAX_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(content, length, content.length - length, length);
      length += bytesRead;
      if (bytesRead === 0 || length === content.length) break;
    }
    if (length > MAX_BYTES)
      throw new ConfigError(`${ref} is larger than ${MAX_BYTES} bytes; is it the right file?`, { ref });
    return { content: content.subarray(0, length), openToAll: (info.mode & 0o004) !== 0 };
  } finally {
    await file.close();
  }
};

const decode = (ref: SecretRef, content: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(content);
  } catch {
    // the error of TextDecoder says nothing about where, and its cause could hold the bytes
    throw new ConfigError(`${ref} is not text in UTF-8`, { ref });
  }
};
