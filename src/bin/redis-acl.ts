import { createHash } from 'node:crypto';
import { queueKeysOfSite } from '../../jobs/site-keys.js';
import type { Command } from '../cli/command.js';
import { configFrom } from '../cli/config-file.js';
import { EXIT, line } from '../cli/io.js';
import { secretsFrom } from '../config/secrets.js';
import { UsageError } from '../domain/errors.js';
import { accountFor, accountOf, SecretRef } from '../domain/target.js';
import { type KeyRight, storeKeysOfSite } from '../store/redis/site-keys.js';

/**
 * Types of data, whose commands all name their keys; and what belongs to no type. Nothing that names keys of others (`SCAN`, `KEYS`), no
 * channel, nothing that changes the server. INFO tells version and persistence, which a worker looks at when it starts.
 */
const COMMANDS = [
  '-@all',
  ...['@string', '@hash', '@list', '@set', '@sortedset', '@stream'].map(type => `+${type}`),
  ...['@dangerous'].map(type => `-${type}`),
  ...['del', 'exists', 'pexpire', 'pexpireat', 'persist', 'pttl', 'type', 'eval', 'evalsha', 'multi', 'exec'].map(
    name => `+${name}`,
  ),
  ...['time', 'ping', 'info', 'hello', 'client|setname'].map(name => `+${name}`),
];

/** Redis 6.2 knows no rights to read or write alone; there both are given. */
const RIGHT: Readonly<Record<'6' | '7', Record<KeyRight['may'], string>>> = {
  '7': { read: '%R~', write: '%W~', all: '~' },
  '6': { read: '~', write: '~', all: '~' },
};

export const runRedisAcl: Command['run'] = async (given, io) => {
  if (given.words.length > 0) throw new UsageError('redis-acl takes nothing but options.');
  const version = given.text('redis') ?? '7';
  if (version !== '6' && version !== '7') throw new UsageError('--redis wants 6 (for 6.2) or 7 (for 7.0 and later).');
  const { config, folder } = await configFrom(given, io);
  const named = given.text('site');
  const site = config.sites.find(({ id }) => id === named);
  if (!site)
    throw new UsageError(
      `redis-acl wants --site with one of the configuration: ${config.sites.map(({ id }) => id).join(', ')}.`,
    );
  const theirs = config.targets.filter(({ sites }) => !sites || sites.includes(site.id));
  const targets = theirs.map(({ id }) => id);
  const accounts = theirs.flatMap(target => {
    if (target.kind !== 'uccx-mail') return [];
    const test = accountFor(target, { account: 'test' });
    return [target.mailbox, ...(test ? [test] : [])].map(mailbox => accountOf({ mailbox }));
  });
  const rights = [
    ...queueKeysOfSite(site.id, targets),
    ...storeKeysOfSite(site.id, { targets, accounts: [...new Set(accounts)] }),
  ];
  const keys = rights.map(({ may, pattern }) => `${RIGHT[version][may]}${pattern}`);
  const password = await passwordOf();
  const user = `uccx-${site.id}`;
  io.stdout(line(['user', user, ...password.words, 'resetchannels', ...keys, ...COMMANDS].join(' ')));
  io.stderr(line(password.says(user)));
  io.stderr(
    line(`It holds for these targets: ${targets.join(', ')}. Make it anew when they or their accounts change.`),
  );
  return EXIT.healthy;

  /** Of a password Redis keeps the SHA-256, so only that is printed. Without one the user is off: nobody comes in by a placeholder. */
  async function passwordOf(): Promise<{ words: string[]; says: (user: string) => string }> {
    const ref = given.text('password-from');
    if (ref === undefined)
      return {
        words: ['off', 'resetpass'],
        says: user =>
          `The user is off until it has a password: ACL SETUSER ${user} on >…, or --password-from env:NAME.`,
      };
    const read = SecretRef.safeParse(ref);
    if (!read.success) throw new UsageError('--password-from wants env:NAME or file:/path.');
    const secrets = secretsFrom(io.env, { folder, warn: says => io.stderr(line(says)) });
    const hash = createHash('sha256')
      .update(await secrets(read.data))
      .digest('hex');
    return {
      words: ['on', 'resetpass', `#${hash}`],
      says: user => `Add the line to the ACL file of Redis, and say ACL LOAD; the user is ${user}.`,
    };
  }
};
