import { type CryptoKey, importJWK, type JWK } from 'jose';
import { z } from 'zod';
import type { Clock } from '../../domain/clock.js';
import { UccxDoctorError } from '../../domain/errors.js';
import type { Log } from '../log.js';
import { askJson, whyNobody } from './ask-json.js';

export type SigningKey = {
  key: CryptoKey | Uint8Array;
  /** The channels in whose name it may sign. */
  endorsements: readonly string[];
};

/** The public keys of the Bot Framework, by key id. */
export type SigningKeys = {
  /** Null where there is no such key. Throws `KeysUnreachableError` while nothing can be known. */
  find: (id: string) => Promise<SigningKey | null>;
  /** Fetches them now; `date` is what the other side's clock says. */
  fetch: () => Promise<{ count: number; date: string | null }>;
};

/** Neither yes nor no can be said of a token, because its keys cannot be had. */
export class KeysUnreachableError extends UccxDoctorError {}

/** https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-authentication: all bots should look at least daily */
const FRESH_MS = 24 * 3_600_000;
/** A key that we do not know may be a new one; a stranger who makes ids up must not make us ask all the time. */
const AGAIN_MS = 10_000;
/** While nothing is known everybody waits for the keys: asked for again soon, but not once for each stranger who knocks. */
const SOON_MS = 1_000;
const LIMIT_MS = 5_000;

const Metadata = z.object({ jwks_uri: z.url() });
const KeySet = z.object({
  keys: z
    .array(
      z.looseObject({
        kid: z.string().min(1),
        kty: z.string(),
        endorsements: z.array(z.string()).catch([]).default([]),
      }),
    )
    .max(1_000),
});

export const signingKeys = (deps: { openIdUrl: string; clock: Clock; log: Log }): SigningKeys => {
  const { openIdUrl, clock, log } = deps;
  let known: { keys: Map<string, SigningKey>; atMs: number } | null = null;
  let askedMs = Number.NEGATIVE_INFINITY;
  let underWay: ReturnType<SigningKeys['fetch']> | null = null;
  return { find, fetch };

  async function find(id: string): Promise<SigningKey | null> {
    const isFresh = known !== null && clock.now() - known.atMs < FRESH_MS;
    const found = known?.keys.get(id);
    if (found && isFresh) return found;
    const sinceMs = Math.abs(clock.now() - askedMs);
    if (!underWay && known && sinceMs < AGAIN_MS) return found ?? null;
    if (!underWay && !known && sinceMs < SOON_MS)
      throw new KeysUnreachableError('the keys could not be had a moment ago', { sinceMs });
    try {
      await fetch();
    } catch (error) {
      // A day-old key is better than a deaf bot; an unknown one stays unknown.
      if (!found) throw error;
      log.warn({ error: String(error) }, 'the signing keys of the Bot Framework could not be fetched anew');
    }
    return known?.keys.get(id) ?? null;
  }

  function fetch(): ReturnType<SigningKeys['fetch']> {
    askedMs = clock.now();
    underWay ??= load().finally(() => {
      underWay = null;
    });
    return underWay;
  }

  async function load(): Promise<{ count: number; date: string | null }> {
    const { jwks_uri } = Metadata.parse((await get(openIdUrl, Metadata)).json);
    if (new URL(openIdUrl).protocol === 'https:' && new URL(jwks_uri).protocol !== 'https:')
      throw new KeysUnreachableError('the signing keys lie at an address without TLS', { url: jwks_uri });
    const answer = await get(jwks_uri, KeySet);
    const { keys } = KeySet.parse(answer.json);
    const usable = keys.filter(({ kty }) => kty === 'RSA');
    const imported = await Promise.all(
      usable.map(async ({ endorsements, ...jwk }) => {
        const key = await importJWK(jwk as JWK, 'RS256').catch(() => null); // one broken key must not cost the others
        return key && ([jwk.kid, { key, endorsements }] as const);
      }),
    );
    known = { keys: new Map(imported.filter(each => each !== null)), atMs: clock.now() };
    return { count: known.keys.size, date: answer.headers.get('date') };
  }
};

const get = async (url: string, schema: z.ZodType) => {
  const answer = await askJson(url, { limitMs: LIMIT_MS }).catch(cause => {
    const { code, says } = whyNobody(cause);
    throw new KeysUnreachableError(`${new URL(url).host}: ${says}`, { url, code }, { cause });
  });
  if (answer.status !== 200 || !schema.safeParse(answer.json).success)
    throw new KeysUnreachableError(`${new URL(url).host} answered ${answer.status}, and no keys`, {
      url,
      status: answer.status,
    });
  return answer;
};
