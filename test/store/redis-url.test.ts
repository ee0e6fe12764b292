import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/domain/errors.js';
import { parseRedisUrl, placeOf } from '../../src/store/redis-url.js';

describe('a Redis URL', () => {
  it.each([
    ['redis://redis.example.org', { host: 'redis.example.org', port: 6379, db: 0 }],
    ['redis://:pw@10.0.0.7:6380/3', { host: '10.0.0.7', port: 6380, db: 3, password: 'pw' }],
    [
      'redis://uccx:p%40ss%2Fword%25@r:6379?db=2',
      { host: 'r', port: 6379, db: 2, username: 'uccx', password: 'p@ss/word%' },
    ],
    ['redis://[::1]:6379', { host: '::1', port: 6379, db: 0 }],
    ['rediss://r.example.org', { host: 'r.example.org', port: 6379, db: 0, tls: { servername: 'r.example.org' } }],
    ['rediss://10.0.0.7', { host: '10.0.0.7', port: 6379, db: 0, tls: {} }],
    ['redis+unix:///run/re%20dis/redis.sock?db=1', { path: '/run/re dis/redis.sock', db: 1 }],
    ['redis+unix://uccx:pw@/run/redis.sock', { path: '/run/redis.sock', db: 0, username: 'uccx', password: 'pw' }],
    ['unix:/run/redis.sock', { path: '/run/redis.sock', db: 0 }],
    [
      'redis+sentinel://uccx:pw@s1:26380,s2/mymaster?db=1&sentinelUser=watch&sentinelPassword=spw',
      {
        sentinels: [
          { host: 's1', port: 26380 },
          { host: 's2', port: 26379 },
        ],
        name: 'mymaster',
        db: 1,
        username: 'uccx',
        password: 'pw',
        sentinelUsername: 'watch',
        sentinelPassword: 'spw',
      },
    ],
    [
      'rediss+sentinel://s1/m/4',
      {
        sentinels: [{ host: 's1', port: 26379 }],
        name: 'm',
        db: 4,
        tls: {},
        sentinelTLS: {},
        enableTLSForSentinelMode: true,
      },
    ],
  ])('%s', (url, options) => expect(parseRedisUrl(url)).toEqual(options));

  it.each([
    'http://u:geheim@redis.example.org',
    'redis.example.org:6379',
    'redis://u:geheim@',
    'redis://geheim@redis.example.org',
    'redis://u:ge/heim@redis.example.org',
    'redis://u:%geheim@redis.example.org',
    'redis://u:geheim@redis.example.org:99999',
    'redis://u:geheim@redis.example.org/geheim',
    'redis+unix://geheim/redis.sock',
    'redis+sentinel://u:geheim@s1,s2',
    'redis+sentinel://u:geheim@s1,,s2/m',
    '',
  ])('that is wrong (%s) is refused without a word of it', url => {
    let error: unknown;
    try {
      parseRedisUrl(url);
    } catch (thrown) {
      error = thrown;
    }
    expect(error).toBeInstanceOf(ConfigError);
    expect((error as Error).message).toMatch(/^the Redis URL cannot be used: \S/);
    expect(inspect(error)).not.toContain('geheim');
  });

  it('names a CA file that cannot be read', () =>
    expect(() => parseRedisUrl('rediss://r', { caFile: '/nowhere/ca.pem' })).toThrow(
      /CA file for Redis, \/nowhere\/ca\.pem, cannot be read: there is no such file/,
    ));

  it.each([
    ['redis://u:geheim@r:1', 'r:1'],
    ['rediss://u:geheim@r:1', 'r:1 (TLS)'],
    ['unix:/s', 'unix socket /s'],
    ['redis+sentinel://u:geheim@a,b/m', 'm of the Sentinels a:26379, b:26379'],
  ])('is shown without user and password: %s', (url, shown) => expect(placeOf(parseRedisUrl(url))).toBe(shown));
});
