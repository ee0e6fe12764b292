import { makeSigningKey, type SigningKey } from '../../src/signing/key.js';
import type { Party } from '../../src/signing/signed.js';
import { makeSigning, type Ring, type Signing } from '../../src/signing/signing.js';

const keys = new Map<Party, SigningKey>();
const keyOf = (party: Party): SigningKey => {
  const key = keys.get(party) ?? makeSigningKey().key;
  keys.set(party, key);
  return key;
};

/** Everybody knows everybody's key, as on one machine. */
const ring: Ring = { own: keyOf, accepted: party => [keyOf(party)], refresh: async () => {} };

/** A bot, and the workers of any site, that trust each other. */
export const signingOf = (party: Party): Signing => makeSigning(party, ring);
