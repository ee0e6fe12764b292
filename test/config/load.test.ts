import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadConfig } from '../../src/config/load.js';
import { VANTAGES, WEB_VANTAGES } from '../../src/config/references.js';
import { ConfigError } from '../../src/domain/errors.js';
import { probes } from '../../src/probes/index.js';

const good = `sites: [{ id: hq, vantages: [exchange-side] }]
targets:
  - { kind: cuc-single-inbox, id: voice, exchange: { servers: [MBX01], version: 2016 }, cuc: { host: cuc.example } }
redis: { folder: /data }
`;
let folder: string;
const written = async (name: string, content: string | Buffer) => {
  await writeFile(join(folder, name), content);
  return join(folder, name);
};
const failure = async (file: string, env = {}): Promise<ConfigError> => {
  const error: unknown = await loadConfig({ file, env }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(ConfigError);
  return error as ConfigError;
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'config-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

describe('the configuration of a process', () => {
  it('comes from the file', async () => {
    expect((await loadConfig({ file: await written('a.yaml', good), env: {} })).config.redis).toEqual({
      folder: '/data',
    });
  });

  it('takes Redis from the environment first, with the login that stands there', async () => {
    const file = await written(
      'b.yaml',
      good.replace('folder: /data', 'url: redis://one:1, user: u, passwordFrom: env:P, ca: /ca.pem'),
    );
    const redis = async (url: string) => (await loadConfig({ file, env: { UCCX_REDIS_URL: url } })).config.redis;
    expect(await redis('rediss://two:2')).toEqual({
      url: 'rediss://two:2',
      user: 'u',
      passwordFrom: 'env:P',
      ca: '/ca.pem',
    });
    expect(await redis('redis://me:word@two:2')).toEqual({ url: 'redis://me:word@two:2', ca: '/ca.pem' });
    expect(await redis('')).toMatchObject({ url: 'redis://one:1' });
  });

  it('does not keep the folder of an embedded Redis beside a URL', async () => {
    const { config } = await loadConfig({ file: await written('a.yaml', good), env: { UCCX_REDIS_URL: 'redis://x' } });
    expect(config.redis).toEqual({ url: 'redis://x' });
  });

  it('throws every mistake at once, each with its line', async () => {
    const file = await written('bad.yaml', good.replace('id: hq', 'id: HQ').replace('folder', 'foldr'));
    const error = await failure(file, { UCCX_REDIS_URL: 'c4nary' });
    expect(error.message.split('\n')).toEqual([
      `${file}:1:15 sites[0].id: expected lower-case letters, digits and inner hyphens, at most 40 of them`,
      `${file}:4:10 redis: unknown key «foldr»; did you mean folder?`,
      `${file}:1:1 UCCX_REDIS_URL: expected redis://, rediss://, redis+unix:///path, redis+sentinel://host,host/name or redis+cluster://host,host`,
    ]);
    expect(error.facts.mistakes).toHaveLength(3);
    expect(JSON.stringify(error)).not.toContain('c4nary');
  });

  it.each([
    ['is not there', 'none.yaml', /cannot be read: there is no such file$/],
    ['is a folder', '.', /cannot be read: it is a folder$/],
    ['is UTF-16', 'utf16.yaml', /expected text in UTF-8/],
    ['is large', 'large.yaml', /expected at most 16000000 bytes, found 16000001$/],
  ])('that %s', async (_, name, says) => {
    await written('utf16.yaml', Buffer.from(`\ufeff${good}`, 'utf16le'));
    await written('large.yaml', '#'.repeat(16_000_001));
    expect((await failure(join(folder, name))).message).toMatch(says);
  });
});

it.each([
  ['everything else', VANTAGES, (leg: string) => leg !== 'web'],
  ['the web', WEB_VANTAGES, (leg: string) => leg === 'web'],
])('the vantages that a configuration is warned about are those of the probes: %s', (_, vantages, isMeant) => {
  const declared = Object.fromEntries(
    Object.keys(vantages).map(kind => [
      kind,
      new Set(probes.filter(probe => probe.for === kind && isMeant(probe.leg)).flatMap(({ from }) => from)),
    ]),
  );
  expect(Object.fromEntries(Object.entries(vantages).map(([kind, wanted]) => [kind, new Set(wanted)]))).toEqual(
    declared,
  );
});
