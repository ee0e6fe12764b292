import type { CheckedThing } from '../chat/teams/engine.js';
import type { Config } from '../config/config.js';
import { keyFolderOf, openKeyRing } from '../config/key-ring.js';
import type { Env } from '../config/secrets.js';
import { ConfigError } from '../domain/errors.js';
import type { SiteId } from '../domain/ids.js';
import type { Secrets } from '../intake/ports.js';
import { type Party, siteParty } from '../signing/signed.js';

/**
 * Whether this bot, or the worker of `site`, can sign, and whether what the others sign counts for it, as far as the keys at hand show;
 * /uccx sites tells it of workers that run.
 */
export const checkKeys = async (given: {
  config: Config;
  secrets: Secrets;
  env: Env;
  cwd: string;
  site: SiteId | null;
}): Promise<CheckedThing[]> => {
  const { config, secrets, env, cwd, site } = given;
  const folder = keyFolderOf(config, env, cwd);
  const self: Party = site === null ? 'bot' : siteParty(site);
  const others: Party[] = site === null ? config.sites.map(({ id }) => siteParty(id)) : ['bot'];
  try {
    const ring = await openKeyRing({ config, secrets, folder, signs: [self], isReader: true });
    const own = ring.own(self);
    const ours: CheckedThing = own
      ? { name: self, is: 'well', says: `It signs with ${own.id}.`, causes: [] }
      : {
          name: self,
          is: 'ill',
          says: `No private key of it is in ${folder}.`,
          causes: [
            'It has not been started yet by this user: it makes one when it starts.',
            'UCCX_KEYS or XDG_STATE_HOME is set for it and not here.',
          ],
        };
    return [ours, ...others.map(theirs)];

    function theirs(party: Party): CheckedThing {
      const known = ring.accepted(party).map(key => key.id);
      if (known.length > 0)
        return { name: party, is: 'well', says: `What it signs with ${known.join(' or ')} counts.`, causes: [] };
      const causes = [
        `It runs elsewhere: there, «uccx-doctor keys show» prints a line for ${party}.pub in ${folder}.`,
        'It has never been started on this machine: it makes its key when it starts.',
      ];
      return {
        name: party,
        is: 'ill',
        says: `No public key of it is known in ${folder}: what it says does not count.`,
        causes,
      };
    }
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const causes = ['docs/signatures.md tells what stands in which file.'];
    return [{ name: 'keys', is: 'ill', says: `${error.message}.`, causes }];
  }
};
