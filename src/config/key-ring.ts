import { join, resolve } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { ConfigError } from '../domain/errors.js';
import type { SiteId } from '../domain/ids.js';
import { SecretRef } from '../domain/target.js';
import type { Secrets } from '../intake/ports.js';
import { type PublicKey, readPublicKey, readSigningKey, type SigningKey } from '../signing/key.js';
import { type Party, siteParty } from '../signing/signed.js';
import type { Ring } from '../signing/signing.js';
import type { Config } from './config.js';
import { ensureKey, keyFile, publicFile, publicKeysIn, readKeyFile, readPublicFile } from './key-folder.js';
import type { Env } from './secrets.js';
import { stateFolderOf } from './state-folder.js';

/** Where keys lie: named by the environment, by the configuration, else beside all else that this user's uccx-doctor keeps. */
export const keyFolderOf = ({ signing }: Pick<Config, 'signing'>, env: Env, cwd: string): string => {
  if (env.UCCX_KEYS) return resolve(cwd, env.UCCX_KEYS);
  return signing?.folder ? resolve(cwd, signing.folder) : join(stateFolderOf(env), 'keys');
};

export type KeyRing = Ring & {
  folder: string;
  /** Those that were made just now. */
  made: readonly Party[];
  /** Files that were changed so that they cannot be read any more; what was known before still counts. */
  trouble: () => string | null;
};

/** However many unknown keys come, files are read once a second. */
const FRESH_MS = 1_000;

/**
 * The keys of a process. Whose private key it signs with and has none gets one, so that on one machine nobody has to do anything.
 * Throws `ConfigError` where a key that is there cannot be used.
 */
export const openKeyRing = async (given: {
  config: Pick<Config, 'signing' | 'sites'>;
  secrets: Secrets;
  folder: string;
  /** In whose name this process signs. */
  signs: readonly Party[];
  /** Only looks: what is not there stays away. */
  isReader?: boolean;
}): Promise<KeyRing> => {
  const { config, secrets, folder, signs, isReader = false } = given;
  const parties: Party[] = ['bot', ...config.sites.map(({ id }) => siteParty(id))];
  const made: Party[] = [];
  for (const party of signs) {
    if (isReader || configOf(party)?.key) continue;
    if ((await ensureKey(folder, party)).isNew) made.push(party);
  }
  let own = new Map<Party, SigningKey>();
  let accepted = new Map<Party, readonly PublicKey[]>();
  let trouble: string | null = null;
  let readAt = Number.NEGATIVE_INFINITY;
  let reading: Promise<void> | null = null;
  await read();
  for (const party of signs)
    if (!isReader && !own.has(party))
      throw new ConfigError(`there is no private key of ${party} in ${folder}`, { party });

  return {
    folder,
    made,
    trouble: () => trouble,
    own: party => own.get(party) ?? null,
    accepted: party => accepted.get(party) ?? [],
    refresh: async () => {
      // Whoever asks within the second waits for its end, with all others: a key may have come since.
      reading ??= wait(Math.max(0, readAt + FRESH_MS - performance.now()), undefined, { ref: false })
        .then(read)
        .catch(error => {
          trouble = (error as Error).message;
        })
        .finally(() => (reading = null));
      await reading;
    },
  };

  async function read(): Promise<void> {
    readAt = performance.now();
    const keys = new Map<Party, SigningKey>();
    for (const party of signs) {
      const key = await ownKey(party);
      if (key) keys.set(party, key);
    }
    const known = new Map<Party, readonly PublicKey[]>();
    for (const party of parties) known.set(party, await acceptedKeys(party, keys.get(party)));
    [own, accepted, trouble] = [keys, known, null];
  }

  async function ownKey(party: Party): Promise<SigningKey | null> {
    const ref = configOf(party)?.key;
    return ref ? readSigningKey(await secrets(ref), ref) : readKeyFile(keyFile(folder, party));
  }

  /** What somebody signs with here counts here. */
  async function acceptedKeys(party: Party, mine: SigningKey | undefined): Promise<PublicKey[]> {
    const named = configOf(party)?.accept;
    const found = named
      ? (await Promise.all(named.map(each => namedKeys(each)))).flat()
      : await readPublicFile(publicFile(folder, party));
    return mine && !found.some(({ id }) => id === mine.id) ? [mine, ...found] : found;
  }

  async function namedKeys(text: string): Promise<PublicKey[]> {
    const key = readPublicKey(text);
    if (key) return [key];
    const ref = SecretRef.parse(text);
    return publicKeysIn(await secrets(ref), ref);
  }

  function configOf(party: Party): { key?: SecretRef | undefined; accept?: string[] | undefined } | undefined {
    const { signing } = config;
    return party === 'bot' ? signing?.bot : signing?.sites?.find(({ id }) => siteParty(id as SiteId) === party);
  }
};
