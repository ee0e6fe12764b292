import { z } from 'zod';
import { TargetId } from '../../domain/ids.js';
import { LadderOffer } from '../../domain/ladder.js';
import { Wants } from '../../domain/request.js';
import type { CheckWish, Consent, Consents } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { reach, type Shelf } from './reach.js';
import { script } from './script.js';

const Kept = z.object({
  target: TargetId,
  offer: LadderOffer,
  wants: Wants.refine((wants): wants is CheckWish => wants.do === 'check'),
});

/** Read and gone in one step: of two who confirm at once one gets it. */
const TAKE = script(`
local kept = redis.call('GET', KEYS[1])
if kept then redis.call('DEL', KEYS[1]) end
return kept`);

export const redisConsents = ({ redis, prefix, say }: Shelf, { consentMs }: Limits): Consents => {
  const key = (target: string, run: string) => `${prefix}consent:${target}:${run}`;
  return {
    put: async (run, consent) => {
      await reach('keeping what was shown', () =>
        redis.set(key(consent.target, run), JSON.stringify(consent), 'PX', consentMs),
      );
    },
    take: async (target, run) => {
      const kept = await reach('taking a consent', () => TAKE(redis, [key(target, run)], []));
      if (typeof kept !== 'string') return null;
      const consent = readConsent(kept);
      if (!consent) say(`what was shown for ${target} could not be read and counts as not agreed to`);
      return consent;
    },
  };
};

const readConsent = (text: string): Consent | null => {
  try {
    return Kept.parse(JSON.parse(text)) as Consent;
  } catch {
    return null; // of a version that we do not know
  }
};
