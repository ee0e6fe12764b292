import { type KeyRing, keyFolderOf, openKeyRing } from '../config/key-ring.js';
import { type Party, partyWords, siteParty } from '../signing/signed.js';
import type { ServiceWorld } from './service.js';

/** A key that was changed in its file signs, and one that was added counts, so soon. */
const READ_AGAIN_MS = 15_000;

/** The keys of a bot or worker, kept fresh while it runs; says what was made and what is missing. */
export const openKeys = async (
  { config, secrets, log, io }: ServiceWorld,
  signs: readonly Party[],
): Promise<{ ring: KeyRing; close: () => void }> => {
  const folder = keyFolderOf(config, io.env, io.cwd);
  const ring = await openKeyRing({ config, secrets, folder, signs });
  for (const party of ring.made)
    log.info({ party, key: ring.own(party)?.id, folder }, `a signing key of ${partyWords(party)} was made`);
  const others = signs.includes('bot') ? config.sites.map(({ id }) => siteParty(id)) : (['bot'] as const);
  const told = new Set<string>();
  const tell = (says: string) => {
    if (!told.has(says)) log.warn({ folder }, says);
    told.add(says);
  };
  // Not at once: on one machine the others make theirs at this moment.
  const timer = setInterval(async () => {
    await ring.refresh();
    const trouble = ring.trouble();
    if (trouble) tell(`keys could not be read again, those from before count on: ${trouble}`);
    for (const party of others)
      if (ring.accepted(party).length === 0)
        tell(`no public key of ${partyWords(party)} is known here, so nothing that it says counts: docs/signatures.md`);
  }, READ_AGAIN_MS);
  timer.unref();
  return { ring, close: () => clearInterval(timer) };
};
