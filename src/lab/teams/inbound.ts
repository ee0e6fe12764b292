import { randomUUID } from 'node:crypto';
import { SignJWT } from 'jose';
import { LabError } from '../lab-error.js';
import type { LabKey, LabKeys } from './keys.js';

export const BOT_FRAMEWORK = 'https://api.botframework.com';

/** What can be wrong with the token of a request to the bot; each alone, everything else as it should be. */
export type TokenFlaw =
  | 'unsigned'
  | 'alg-none'
  | 'hs256-with-public-key'
  | 'forged-signature'
  | 'changed-after-signing'
  | 'unknown-key'
  | 'withdrawn-key'
  | 'not-endorsed'
  | 'wrong-audience'
  | 'wrong-issuer'
  | 'expired'
  | 'not-yet-valid'
  | 'wrong-service-url'
  | 'no-service-url'
  | 'not-bearer';

const HOUR_SEC = 3_600;

/** Makes the Authorization header of a request to the bot as the Bot Framework does, or with one flaw; null: none at all. */
export const inboundTokens =
  (deps: { keys: LabKeys; appId: string; now: () => number }) =>
  async (serviceUrl: string, flaw?: TokenFlaw): Promise<string | null> => {
    if (flaw === 'unsigned') return null;
    const { keys } = deps;
    const nowSec = Math.floor(deps.now() / 1_000);
    const claims = {
      serviceurl: serviceUrl,
      iss: BOT_FRAMEWORK,
      aud: deps.appId,
      nbf: nowSec - 300,
      exp: nowSec + HOUR_SEC,
      ...FLAWED[flaw ?? '']?.(serviceUrl, nowSec),
    };
    if (flaw === 'no-service-url') Reflect.deleteProperty(claims, 'serviceurl');
    switch (flaw) {
      case 'alg-none':
        return `Bearer ${part({ alg: 'none', typ: 'JWT' })}.${part(claims)}.`;
      case 'hs256-with-public-key':
        return `Bearer ${await signed(claims, keys.current(), 'HS256', new TextEncoder().encode(keys.current().jwk.n))}`;
      case 'forged-signature':
        return `Bearer ${await signed(claims, { ...keys.entra, kid: keys.current().kid })}`;
      case 'changed-after-signing':
        return `Bearer ${changed(await signed({ ...claims, aud: randomUUID() }, keys.current()), claims)}`;
      case 'unknown-key':
        return `Bearer ${await signed(claims, { ...keys.entra, kid: randomUUID() })}`;
      case 'withdrawn-key': {
        const old = keys.withdrawn();
        if (!old) throw new LabError('no key was withdrawn yet', {});
        return `Bearer ${await signed(claims, old)}`;
      }
      case 'not-endorsed':
        return `Bearer ${await signed(claims, keys.unendorsed())}`;
      case 'not-bearer':
        return `Basic ${await signed(claims, keys.current())}`;
      default:
        return `Bearer ${await signed(claims, keys.current())}`;
    }
  };
export type InboundTokens = ReturnType<typeof inboundTokens>;

const FLAWED: Readonly<Record<string, (serviceUrl: string, nowSec: number) => Record<string, unknown>>> = {
  'wrong-audience': () => ({ aud: randomUUID() }),
  'wrong-issuer': () => ({ iss: 'https://sts.windows.net/d6d49420-f39b-4df7-a1dc-d59a935871db/' }),
  // Beyond the five minutes that clocks may differ.
  expired: (_, nowSec) => ({ nbf: nowSec - 2 * HOUR_SEC, exp: nowSec - 301 }),
  // The tolerance is five minutes, and the request may take its time.
  'not-yet-valid': (_, nowSec) => ({ nbf: nowSec + 360, exp: nowSec + HOUR_SEC }),
  'wrong-service-url': serviceUrl => ({ serviceurl: `${serviceUrl}other/` }),
};

const signed = (claims: Record<string, unknown>, key: LabKey, alg = 'RS256', secret?: Uint8Array): Promise<string> =>
  new SignJWT(claims).setProtectedHeader({ alg, kid: key.kid, typ: 'JWT' }).sign(secret ?? key.privateKey);

const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/** The token of one set of claims around another. */
const changed = (token: string, claims: Record<string, unknown>): string => {
  const [header = '', , signature = ''] = token.split('.');
  return `${header}.${part(claims)}.${signature}`;
};
