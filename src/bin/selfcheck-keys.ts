import type { CheckedThing } from '../chat/teams/engine.js';
import type { Config } from '../config/config.js';
import { keyFolderOf, openKeyRing } from '../config/key-ring.js';
import type { Env } from '../config/secrets.js';
import { ConfigError } from '../domain/errors.js';
import type { Secrets } from '../intake/ports.js';
import { siteParty } from '../signing/signed.js';

/** Whether what each site signs counts for this bot, as far as its keys show; /uccx sites tells it of workers that run. */
export const checkKeys = async (given: {
  config: Config;
  secrets: Secrets;
  env: Env;
  cwd: string;
}): Promise<CheckedThing[]> => {
  const { config, secrets, env, cwd } = given;
  const folder = keyFolderOf(config, env, cwd);
  try {
    const ring = await openKeyRing({ config, secrets, folder, signs: ['bot'], isReader: true });
    const own = ring.own('bot');
    const bot: CheckedThing = own
      ? { name: 'bot', is: 'well', says: `It signs orders with ${own.id}.`, causes: [] }
      : {
          name: 'bot',
          is: 'ill',
          says: `No private key of the bot is in ${folder}.`,
          causes: [
            'The bot has not been started yet by this user: it makes one when it starts.',
            'UCCX_KEYS or XDG_STATE_HOME is set for the bot and not here.',
          ],
        };
    const sites = config.sites.map(({ id }): CheckedThing => {
      const known = ring.accepted(siteParty(id)).map(key => key.id);
      if (known.length > 0)
        return { name: id, is: 'well', says: `Its answers count, signed with ${known.join(' or ')}.`, causes: [] };
      const causes = [
        `Its worker runs elsewhere: there, «uccx-doctor keys show» prints a line for ${siteParty(id)}.pub in ${folder}.`,
        'Its worker has never been started on this machine: it makes its key when it starts.',
      ];
      return {
        name: id,
        is: 'ill',
        says: `No public key of it is known in ${folder}: its answers do not count.`,
        causes,
      };
    });
    return [bot, ...sites];
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const causes = ['docs/signatures.md tells what stands in which file.'];
    return [{ name: 'keys', is: 'ill', says: `${error.message}.`, causes }];
  }
};
