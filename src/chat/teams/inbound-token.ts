import { errors, type JWTPayload, jwtVerify } from 'jose';
import type { EngineDeps } from './engine-deps.js';
import type { SigningKey, SigningKeys } from './signing-keys.js';

/** What a good token says of the request that it came with. */
export type ReadToken =
  | { is: 'good'; claims: JWTPayload; key: SigningKey }
  /** `why` is for our log: whoever fails learns nothing. */
  | { is: 'bad'; why: string };

/** As Microsoft's libraries allow: https://learn.microsoft.com/en-us/azure/bot-service/rest-api/bot-framework-rest-connector-authentication */
const TOLERANCE_SEC = 5 * 60;

/** Whether the platform itself signed this `Authorization` header, for this bot, now. */
export const readToken = async (
  header: string,
  { appId, authority, clock, keys }: Pick<EngineDeps, 'appId' | 'authority' | 'clock'> & { keys: SigningKeys },
): Promise<ReadToken> => {
  const token = /^Bearer ([\w-]+\.[\w-]+\.[\w-]+)$/i.exec(header)?.[1];
  if (!token) return { is: 'bad', why: 'the authorization is no bearer token' };
  let used: SigningKey | null = null;
  try {
    const { payload } = await jwtVerify(
      token,
      async ({ kid }) => {
        used = typeof kid === 'string' ? await keys.find(kid) : null;
        if (!used) throw new errors.JWKSNoMatchingKey('no key of the Bot Framework has this id');
        return used.key;
      },
      {
        algorithms: ['RS256'],
        issuer: authority.issuer,
        audience: appId,
        requiredClaims: ['exp', 'nbf', 'serviceurl'],
        clockTolerance: TOLERANCE_SEC,
        currentDate: new Date(clock.now()),
      },
    );
    return used ? { is: 'good', claims: payload, key: used } : { is: 'bad', why: 'no key was used' };
  } catch (error) {
    if (!(error instanceof errors.JOSEError)) throw error;
    return { is: 'bad', why: error.message };
  }
};
