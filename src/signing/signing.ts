import { ConfigError } from '../domain/errors.js';
import type { PublicKey, SigningKey } from './key.js';
import {
  type Opened,
  openWords,
  type Party,
  type Purpose,
  partyWords,
  type Refused,
  type Signed,
  signWords,
  type Validity,
} from './signed.js';

/** The keys that this process has at hand. */
export type Ring = {
  /** The one that a party signs with; null where its private key is not here. */
  own: (party: Party) => SigningKey | null;
  /** Those that count as a party's: several while a key is being changed. */
  accepted: (party: Party) => readonly PublicKey[];
  /** Reads keys again; seldom, however often it is asked. */
  refresh: () => Promise<void>;
};

/** What a bot, or the worker of one site, does with signatures. */
export type Signing = {
  sign: (purpose: Purpose, body: unknown, valid?: Validity) => Signed;
  /** A key that is not known may have been added a moment ago, so keys are then read again. */
  open: (from: Party, purpose: Purpose, found: unknown) => Promise<Opened>;
};

/** @param onRefused told of everything that does not count. */
export const makeSigning = (
  party: Party,
  ring: Ring,
  onRefused: (what: string, why: Refused['why']) => void = () => {},
): Signing => ({
  sign: (purpose, body, valid) => {
    const key = ring.own(party);
    if (!key) throw new ConfigError(`there is no private key of ${partyWords(party)} here`, { party });
    return signWords(party, key, purpose, body, valid);
  },
  open: async (from, purpose, found) => {
    const read = () => openWords(from, ring.accepted(from), purpose, found);
    let opened = read();
    if (opened.is === 'refused' && opened.why === 'unknown-key') {
      await ring.refresh();
      opened = read();
    }
    if (opened.is === 'refused') onRefused(purpose.is, opened.why);
    return opened;
  },
});
