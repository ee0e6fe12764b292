import { constants } from 'node:fs';
import { access, mkdir } from 'node:fs/promises';
import type { CheckedThing } from '../chat/teams/engine.js';
import type { Config } from '../config/config.js';
import type { Env } from '../config/secrets.js';
import { stateFolderOf } from '../config/state-folder.js';
import { ConfigError } from '../domain/errors.js';
import type { SiteId } from '../domain/ids.js';
import type { SecretRef } from '../domain/target.js';
import type { Secrets } from '../intake/ports.js';

/** What this process needs of the machine that it runs on: each secret that its part of the work names, and a folder to write into. */
export const checkHost = async (given: {
  config: Config;
  secrets: Secrets;
  env: Env;
  /** As its worker; as the bot where not given. */
  site: SiteId | null;
}): Promise<CheckedThing[]> => {
  const { config, secrets, env, site } = given;
  const refs = [...new Map(refsOf(config, site).map(each => [each.ref, each])).values()];
  const things = await Promise.all(refs.map(each => secretThing(each, secrets)));
  return [...things, await folderThing(stateFolderOf(env))];
};

type Named = { ref: SecretRef; of: string };

const refsOf = (config: Config, site: SiteId | null): Named[] => {
  const named = (of: string, ref: SecretRef | undefined): Named[] => (ref ? [{ ref, of }] : []);
  const { slack, teams, redis, metrics, telemetry } = config;
  const both = [
    ...named('redis.passwordFrom', redis?.passwordFrom),
    ...named('metrics.token', site === null || metrics?.workerPort !== undefined ? metrics?.token : undefined),
    ...Object.entries(telemetry?.headers ?? {}).flatMap(([name, ref]) => named(`telemetry.headers.${name}`, ref)),
  ];
  if (site === null)
    return [
      ...both,
      ...named('slack.botToken', slack?.botToken),
      ...named('slack.appToken', slack?.mode === 'socket' ? slack.appToken : undefined),
      ...named('slack.signingSecret', slack?.mode === 'http' ? slack.signingSecret : undefined),
      ...named('teams.password', teams?.password),
    ];
  const theirs = config.targets.filter(({ sites }) => !sites || sites.includes(site));
  const accounts = theirs.flatMap(target => {
    if (target.kind !== 'uccx-mail') return [];
    const { id, mailbox, ladder } = target;
    return [
      ...named(`mailbox of ${id}`, 'password' in mailbox ? mailbox.password : undefined),
      ...named(`oauth of ${id}`, 'oauth' in mailbox ? mailbox.oauth?.clientSecret : undefined),
      ...named(`ladder.testMailbox of ${id}`, ladder?.testMailbox?.password),
    ];
  });
  return [...both, ...accounts];
};

const secretThing = async ({ ref, of }: Named, secrets: Secrets): Promise<CheckedThing> => {
  const name = `secret of ${of}`;
  try {
    await secrets(ref);
    return { name, is: 'well', says: `${ref} can be read.`, causes: [] };
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const causes = ref.startsWith('env:')
      ? [
          'It is set for another process or user: the unit’s EnvironmentFile, the container’s environment; «sudo» drops variables.',
          'The name in the file is misspelt.',
        ]
      : [
          'The file is not on this machine, or not mounted into this container.',
          'The user of this process may not read it, or a folder above it.',
          'A relative path begins at the folder of the configuration.',
        ];
    return { name, is: 'ill', says: `${error.message}.`, causes };
  }
};

const folderThing = async (folder: string): Promise<CheckedThing> => {
  const name = 'state folder';
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    await access(folder, constants.R_OK | constants.W_OK | constants.X_OK);
    return { name, is: 'well', says: `${folder} can be written to.`, causes: [] };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return {
      name,
      is: 'ill',
      says: `${folder} cannot be written to (${code}).`,
      causes: [
        'XDG_STATE_HOME names a folder of somebody else, or of a file system that is read-only.',
        'The disk is full: df -h.',
      ],
    };
  }
};
