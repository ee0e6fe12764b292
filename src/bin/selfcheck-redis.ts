import type { Redis } from 'ioredis';
import type { CheckedThing } from '../chat/teams/engine.js';
import type { Config } from '../config/config.js';
import type { Clock } from '../domain/clock.js';
import { ConfigError, StoreDownError } from '../domain/errors.js';
import type { Secrets } from '../intake/ports.js';
import { checkRedis } from '../store/check-redis.js';
import { connectRedis, reasonOf, untilReady } from '../store/connect.js';
import { urlOf } from './redis.js';

const WITHIN_MS = 6_000;
/** Orders are stale by five minutes' difference, and tokens of Teams by less; a clock that is kept differs by far less than this. */
const MOST_APART_MS = 30_000;

/** Whether this process reaches the configured Redis, may use it, and agrees with it on the time. */
export const checkRedisHere = async (config: Config, secrets: Secrets, clock: Clock): Promise<CheckedThing[]> => {
  if (!config.redis?.url)
    return [
      well('address', 'None is configured: «uccx-doctor start» brings one of its own, bot and worker alone need one.'),
    ];
  let url: string;
  try {
    url = await urlOf(config, secrets);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [
      ill('password', `${error.message}.`, [
        'Set it where this process runs: the unit’s EnvironmentFile, the container’s environment.',
      ]),
    ];
  }
  const tls = config.redis.ca ? { tls: { caFile: config.redis.ca } } : {};
  try {
    const redis = connectRedis(url, { role: 'store', say: () => {}, name: 'uccx-doctor-selfcheck', ...tls });
    try {
      await Promise.race([untilReady(redis, WITHIN_MS), refusalOf(redis)]);
      const faults = await checkRedis(redis);
      const asked = clock.now();
      const [sec = '0', micro = '0'] = (await redis.time()).map(String);
      const there = Number(sec) * 1_000 + Number(micro) / 1_000;
      return [
        well('connection', 'It answers, and takes this user.'),
        ...faults.map(({ severity, says }) =>
          severity === 'refuse'
            ? ill('fitness', says, ['docs/redis.md says what Redis must be set to, and why.'])
            : well('fitness', `To know: ${says}`),
        ),
        clockThing(Math.round(asked - there)),
      ];
    } finally {
      redis.disconnect();
    }
  } catch (error) {
    if (!(error instanceof StoreDownError) && !(error instanceof ConfigError)) throw error;
    return [ill('connection', `${error.message}.`, causesOf(error.message))];
  }
};

const clockThing = (aheadMs: number): CheckedThing => {
  const says = `The clock here is ${Math.round(Math.abs(aheadMs) / 1_000)} s ${aheadMs < 0 ? 'behind' : 'ahead of'} that of Redis.`;
  return Math.abs(aheadMs) <= MOST_APART_MS
    ? well('clock', says)
    : ill('clock', says, [
        'This machine keeps no time: timedatectl; chronyc tracking.',
        'The machine of Redis keeps none: /uccx sites shows which sites differ from the bot.',
      ]);
};

/** Most likely first. Matched against what ioredis, Redis and TLS say. */
const CAUSES: readonly (readonly [RegExp, readonly string[]])[] = [
  [
    /WRONGPASS|NOAUTH|NOPERM|invalid username|invalid password|without any password/i,
    [
      'The secret behind redis.passwordFrom (or in UCCX_REDIS_URL) is not the password of that user.',
      'redis.user is missing or another one: every user of an ACL file has a name (uccx-doctor redis-acl).',
      'The user is off, or has no right to what is asked: ACL GETUSER NAME, ACL LOG.',
    ],
  ],
  [
    /ECONNREFUSED|ENOENT/,
    [
      'Redis is not running there: systemctl status redis-server, docker ps.',
      'It listens on another address or port: «bind» and «port» in its redis.conf.',
      'redis.url, or UCCX_REDIS_URL, which goes before it, names another place.',
    ],
  ],
  [
    /ENOTFOUND|EAI_AGAIN/,
    [
      'The name in redis.url (or UCCX_REDIS_URL) is misspelt.',
      'The name servers of this machine do not know it: getent hosts NAME.',
    ],
  ],
  [
    /certificate|altname|unable to verify|self.signed|issuer/i,
    [
      'redis.ca does not name the authority that signed the certificate of Redis.',
      'The certificate carries another name than redis.url.',
      'It has run out: openssl s_client -connect HOST:PORT.',
    ],
  ],
  [
    /wrong version number|packet length|SSL|EPROTO|ECONNRESET|closed|disconnected/i,
    [
      'rediss:// is spoken to a port without TLS, or redis:// to one with it.',
      'A firewall or proxy in between ends the connection.',
      'Redis takes no more clients: «maxclients», CLIENT LIST.',
    ],
  ],
];
const SILENT = [
  'A firewall in between drops the connection: nothing answers, not even with a refusal.',
  'The address belongs to no machine, or to one that is down.',
  'Redis is busy for seconds at a time: SLOWLOG GET, its disk.',
];

/** The bot would try on; here the first word that can be explained is enough. */
const refusalOf = (redis: Redis): Promise<never> =>
  new Promise((_, reject) => {
    redis.on('error', error => {
      const says = reasonOf(error);
      if (CAUSES.some(([pattern]) => pattern.test(says))) reject(new StoreDownError(`Redis cannot be used: ${says}`));
    });
  });

const causesOf = (says: string): string[] => [...(CAUSES.find(([pattern]) => pattern.test(says))?.[1] ?? SILENT)];

const well = (name: string, says: string): CheckedThing => ({ name, is: 'well', says, causes: [] });
const ill = (name: string, says: string, causes: string[]): CheckedThing => ({ name, is: 'ill', says, causes });
