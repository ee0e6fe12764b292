import { once } from 'node:events';
import { access, chmod, mkdir, mkdtemp, readdir, readFile, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { hostname, tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { ConfigError } from '../../../src/domain/errors.js';
import { cacheFolderOf } from '../../../src/store/embedded-redis/cache-folder.js';
import { aptSettings } from '../../../src/store/embedded-redis/debian-download.js';
import { findRedis } from '../../../src/store/embedded-redis/find-redis.js';
import { withLock } from '../../../src/store/embedded-redis/folder-lock.js';
import { memoryServerPackage } from '../../../src/store/embedded-redis/memory-server-package.js';
import { runModule } from './child.js';

let root: string;
beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'uccx-find-'));
});
afterAll(() => rm(root, { recursive: true, force: true }));

const folder = () => mkdtemp(join(root, 'f-'));
/** A program that answers `--version` as a server of that version does. */
const server = async (path: string, says: string) => {
  await writeFile(path, `#!/bin/sh\necho '${says}'\n`);
  await chmod(path, 0o755);
  return path;
};
const REDIS_7 = 'Redis server v=7.0.15 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=ae4d7c971a948f0';
const VALKEY_8 = 'Valkey server v=8.1.1 sha=00000000:0 malloc=jemalloc-5.3.0 bits=64 build=0';

const find = async (env: NodeJS.ProcessEnv) => {
  const said: string[] = [];
  const cacheFolder = await folder();
  const redis = await findRedis({ env, cacheFolder, say: line => said.push(line) }).catch((error: unknown) => error);
  return { redis, said, cacheFolder };
};

describe('a program that is there already', () => {
  it('is the one that UCCX_REDIS_BIN names', async () => {
    const program = await server(join(await folder(), 'mine'), REDIS_7);
    const { redis, said } = await find({ UCCX_REDIS_BIN: program });
    expect(redis).toEqual({ program, libraryPath: null, from: 'UCCX_REDIS_BIN' });
    expect(said).toEqual([`Redis: using ${program} (UCCX_REDIS_BIN)`]);
  });

  it.each([
    ['is not there', null, /UCCX_REDIS_BIN: .* cannot be started: .*ENOENT/],
    ['is something else', 'ls (GNU coreutils) 9.1', /does not answer like a Redis or Valkey server/],
    ['is too old', 'Redis server v=6.0.16 sha=0', /is version 6\.0\.16, needed is 6\.2 or later/],
  ])('is not replaced in silence when the one that UCCX_REDIS_BIN names %s', async (_, says, message) => {
    const path = join(await folder(), 'named');
    if (says) await server(path, says);
    const { redis } = await find({ UCCX_REDIS_BIN: path, PATH: process.env.PATH });
    expect(redis).toBeInstanceOf(ConfigError);
    expect((redis as Error).message).toMatch(message);
  });

  it('is on the PATH, as redis-server or as valkey-server; one that is too old is passed by', async () => {
    const [first, second] = [await folder(), await folder()];
    const old = await server(join(first, 'redis-server'), 'Redis server v=5.0.14 sha=0');
    const program = await server(join(second, 'valkey-server'), VALKEY_8);
    const { redis, said } = await find({ PATH: `.:${first}::${second}` });
    expect(redis).toEqual({ program, libraryPath: null, from: 'the PATH' });
    expect(said).toEqual([
      'Redis: UCCX_REDIS_BIN is not set',
      `Redis: ${old} is version 5.0.14, needed is 6.2 or later`,
      `Redis: using ${program} (the PATH)`,
    ]);
  });
});

describe('no program anywhere', () => {
  it('is one error that names three ways out and everything that was tried', async () => {
    const { redis, said } = await find({ PATH: '/nowhere' });
    expect(redis).toBeInstanceOf(ConfigError);
    const { message } = redis as Error;
    for (const way of ['UCCX_REDIS_URL', 'UCCX_REDIS_BIN', 'npm install redis-memory-server'])
      expect(message).toContain(way);
    for (const tried of ['no redis-server on the PATH', 'no valkey-server on the PATH', 'redis-memory-server is not'])
      expect(message).toContain(tried);
    expect(said.length).toBeGreaterThanOrEqual(5);
  });
});

const isDebian = await access('/usr/bin/apt-get').then(
  () => true,
  () => false,
);
/** A PATH with the system's tools and without a Redis that somebody installed. */
const bareEnv = async (): Promise<NodeJS.ProcessEnv> => {
  const tools = await folder();
  for (const tool of await readdir('/usr/bin'))
    if (!/^(?:redis|valkey)/.test(tool)) await symlink(join('/usr/bin', tool), join(tools, tool));
  const { UCCX_REDIS_BIN: _, ...env } = process.env;
  return { ...env, PATH: tools };
};

describe.runIf(isDebian)("the distribution's package", { timeout: 300_000 }, () => {
  it('is fetched once by two processes at once, without root or a trace in the system, and kept whole', async () => {
    const cacheFolder = await folder();
    const env = await bareEnv();
    const before = await systemState();
    const both = [1, 2].map(() => runModule('finder.ts', [cacheFolder], env));
    const ended = Promise.all(both.map(({ child }) => once(child, 'exit')));
    const found = (await Promise.all(both.map(({ line }) => line))).map(
      line => JSON.parse(line) as { program: string; libraryPath: string; from: string; said: string[] },
    );
    await ended;
    expect(found[0]?.program).toBe(found[1]?.program);
    expect(found[0]?.program.startsWith(cacheFolder)).toBe(true);
    expect(found[0]?.from).toMatch(/package (?:redis|valkey)-server$/);
    // One of them downloaded, the other waited or came later.
    expect(found.flatMap(each => each.said).filter(line => /downloading .*'s package/.test(line))).toHaveLength(1);
    expect(await systemState()).toEqual(before);
    // Nothing unfinished lies about: no draft, no lock.
    expect(await readdir(join(cacheFolder, 'redis'))).toHaveLength(1);

    const said: string[] = [];
    const kept = await findRedis({
      env: { ...env, http_proxy: 'http://127.0.0.1:1' },
      cacheFolder,
      say: line => said.push(line),
    });
    expect(kept.program).toBe(found[0]?.program);
    expect(said.join('\n')).not.toContain('downloading');
  });

  it('leaves nothing usable behind when the download fails, and says why', async () => {
    const proxy = 'http://127.0.0.1:1';
    const { redis, said, cacheFolder } = await find({
      ...(await bareEnv()),
      http_proxy: proxy,
      https_proxy: proxy,
      HTTP_PROXY: proxy,
    });
    expect(redis).toBeInstanceOf(ConfigError);
    expect(said.join('\n')).toMatch(/no package could be had from .*redis-server: /);
    expect(await readdir(join(cacheFolder, 'redis'))).toEqual([]);
  });

  it('refuses a cache into which other users can write', async () => {
    const cacheFolder = await folder();
    await chmod(cacheFolder, 0o777);
    await expect(findRedis({ env: await bareEnv(), cacheFolder, say: () => {} })).rejects.toThrow(
      /can be written by other users/,
    );
  });
});

/** What an installation or an update of the lists would change. */
const systemState = async () => ({
  installed: await readFile('/var/lib/dpkg/status', 'utf8').then(text => text.length),
  lists: await readdir('/var/lib/apt/lists').catch(() => []),
  archives: await readdir('/var/cache/apt/archives').catch(() => []),
});

describe("apt's settings", () => {
  const settings = aptSettings(
    '/cache/apt',
    [
      'Acquire::http::Proxy "http://proxy.example.org:3128";',
      'APT::Update::Post-Invoke-Success:: "touch /var/lib/somewhere";',
      'DPkg::Post-Invoke:: "gdbus call";',
      'Dir::State "var/lib/apt";',
      'Dir::Etc::sourceparts "sources.list.d";',
    ].join('\n'),
  );
  it('keep proxy and sources', () => {
    expect(settings).toContain('Acquire::http::Proxy "http://proxy.example.org:3128";');
    expect(settings).toContain('Dir::Etc::sourceparts "sources.list.d";');
  });
  it('drop every hook of the system and lay all state into our folder', () => {
    expect(settings).not.toMatch(/Invoke/);
    expect(settings).not.toContain('var/lib/apt"');
    expect(settings).toContain('Dir::State::lists "/cache/apt/lists";');
  });
});

describe('redis-memory-server', () => {
  it('is asked for its program where it is installed', async () => {
    const project = await folder();
    const program = await server(join(project, 'redis-server'), REDIS_7);
    const home = join(project, 'node_modules', 'redis-memory-server');
    await mkdir(home, { recursive: true });
    await writeFile(join(home, 'package.json'), '{"name":"redis-memory-server","main":"index.js"}');
    await writeFile(
      join(home, 'index.js'),
      `class RedisBinary { static getPath(o) { return Promise.resolve(o.downloadDir && ${JSON.stringify(program)}); } }\nexports.RedisBinary = RedisBinary;`,
    );
    const outcome = await memoryServerPackage({
      env: process.env,
      cacheFolder: await folder(),
      say: () => {},
      startFolders: [join(project, 'package.json')],
    });
    expect(outcome).toEqual({
      is: 'found',
      redis: { program, libraryPath: null, from: 'the npm package redis-memory-server' },
    });
  });
});

describe('the cache folder', () => {
  it.each([
    [{ UCCX_CACHE: '/c', XDG_CACHE_HOME: '/x', HOME: '/h' }, '/c'],
    [{ XDG_CACHE_HOME: '/x', HOME: '/h' }, '/x/uccx-doctor'],
    [{ XDG_CACHE_HOME: 'relative', HOME: '/h' }, '/h/.cache/uccx-doctor'],
    [{ HOME: '/h' }, '/h/.cache/uccx-doctor'],
  ])('of %o is %s', (env, path) => expect(cacheFolderOf(env)).toBe(path));
});

describe('the lock', () => {
  it('lets one work at a time', async () => {
    const path = join(await folder(), 'lock');
    let [inside, most] = [0, 0];
    const turns = [1, 2, 3, 4].map(() =>
      withLock(
        path,
        () => {},
        async () => {
          most = Math.max(most, ++inside);
          await new Promise(resolve => setTimeout(resolve, 20));
          inside--;
        },
      ),
    );
    await Promise.all(turns);
    expect([inside, most]).toEqual([0, 1]);
    expect(await readdir(join(path, '..'))).toEqual([]);
  });

  it.each([
    ['whose process is dead', { token: 't', pid: 2 ** 22 + 1, host: hostname() }, 0],
    ['that is hours old, of a machine that we cannot see', { token: 't', pid: 1, host: 'elsewhere' }, 7200],
    ['that is hours old and has no readable owner', null, 7200],
  ])('%s is taken over', async (_, owner, ageS) => {
    const path = join(await folder(), 'lock');
    await mkdir(path);
    await writeFile(join(path, 'owner.json'), owner ? JSON.stringify(owner) : 'half wri');
    const then = new Date(Date.now() - ageS * 1000);
    await utimes(path, then, then);
    expect(
      await withLock(
        path,
        () => {},
        async () => 'done',
      ),
    ).toBe('done');
  });
});
