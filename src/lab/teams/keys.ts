import { randomBytes } from 'node:crypto';
import { type CryptoKey, exportJWK, generateKeyPair, type JWK } from 'jose';

export type LabKey = { kid: string; privateKey: CryptoKey; publicKey: CryptoKey; jwk: JWK };

type Pair = Pick<LabKey, 'privateKey' | 'publicKey'>;

const newPair = (): Promise<Pair> => generateKeyPair('RS256', { extractable: true });

const named = async ({ privateKey, publicKey }: Pair): Promise<LabKey> => {
  const { kty = 'RSA', n = '', e = '' } = await exportJWK(publicKey);
  const kid = randomBytes(20).toString('base64url');
  return { kid, privateKey, publicKey, jwk: { kty, use: 'sig', kid, x5t: kid, n, e } };
};

/** Making keys takes most of a start: a process makes its first two once, and each start gives them names of its own. */
let pairs: Promise<[Pair, Pair]> | null = null;
const firstPairs = (): Promise<[Pair, Pair]> => {
  pairs ??= Promise.all([newPair(), newPair()]);
  return pairs;
};

/** Endorsed for the channels that a bot may be called from through them; Teams' keys and one that is another channel's. */
const ENDORSED = ['msteams', 'skypeforbusiness', 'slack', 'directline'];
const OTHER = ['telegram'];

/** The keys of the Bot Framework and of Entra ID. Those of the Bot Framework change on command, and then the old one is withdrawn. */
export const labKeys = async () => {
  const [entra, first] = (await Promise.all((await firstPairs()).map(named))) as [LabKey, LabKey];
  let current = first;
  let withdrawn: LabKey | null = null;
  return {
    entra,
    current: (): LabKey => current,
    withdrawn: (): LabKey | null => withdrawn,
    /** Published, but not for Teams. The same numbers under another name: to whoever reads endorsements another key. */
    unendorsed: (): LabKey => ({ ...current, kid: `o-${current.kid}` }),
    rotate: async (): Promise<void> => {
      withdrawn = current;
      current = await named(await newPair());
    },
    botFrameworkJwks: () => ({
      keys: [
        { ...current.jwk, endorsements: ENDORSED },
        { ...current.jwk, kid: `o-${current.kid}`, x5t: `o-${current.kid}`, endorsements: OTHER },
      ],
    }),
    entraJwks: () => ({ keys: [entra.jwk] }),
  };
};
export type LabKeys = Awaited<ReturnType<typeof labKeys>>;
