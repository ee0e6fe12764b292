import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Redis } from 'ioredis';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { DEADLINE, openQueue, PREFIX, probeQueue } from '../../jobs/queues.js';
import { siteWorker } from '../../jobs/site-worker.js';
import { hubWorkers } from '../../jobs/workers.js';
import { commands } from '../../src/bin/commands.js';
import { runCli } from '../../src/cli/run-cli.js';
import { makePlan } from '../../src/diagnosis/plan.js';
import { RunId } from '../../src/domain/ids.js';
import { type Report, stateOf } from '../../src/domain/report.js';
import { accountOf, Site } from '../../src/domain/target.js';
import type { Messenger } from '../../src/intake/ports.js';
import type { Probe } from '../../src/probes/probe.js';
import { checkRedis } from '../../src/store/check-redis.js';
import { connectRedis, untilReady } from '../../src/store/connect.js';
import { loginKey } from '../../src/store/redis/logins.js';
import { redisStore, STORE_PREFIX } from '../../src/store/redis/redis-store.js';
import { greets, probeOf, rule } from '../jobs/rig.js';
import { type OtherRedis, otherRedis } from '../store/servers.js';
import { mailTarget } from '../support/build.js';
import { patientSubmit } from '../support/patient-submit.js';
import { patient } from '../support/redis.js';
import { signingOf } from '../support/signing.js';

/** The user that `redis-acl` prints for a site, on a real Redis: a worker lives by it, and reaches no further. */
const PASSWORD = 'branch-p4ss';
const sites = ['hq', 'branch'].map(id => Site.parse({ id, vantages: ['uccx-side'] }));
const [hq, branch] = sites as [Site, Site];
const shared = mailTarget({ id: 'shared', user: 'contoso\\shared' });
const own = mailTarget({ id: 'own', user: 'contoso\\own', sites: ['branch'] });
const foreign = mailTarget({ id: 'foreign', user: 'contoso\\foreign', sites: ['hq'] });
const targets = [shared, own, foreign];

let folder: string;
let server: OtherRedis;
let told: { code: number; out: string; err: string };
const ends: (() => unknown)[] = [];

const printed = async (words: string[], env: Record<string, string> = {}) => {
  const [out, err]: [string[], string[]] = [[], []];
  const file = join(folder, 'config.yaml');
  await writeFile(file, stringify({ sites, targets }));
  const io = {
    stdout: (text: string) => void out.push(text),
    stderr: (text: string) => void err.push(text),
    env,
    cwd: folder,
    isTty: false,
    columns: 100,
    signal: new AbortController().signal,
    version: '1.2.3',
  };
  const code = await runCli(['redis-acl', '--config', file, ...words], io, commands);
  return { code, out: out.join(''), err: err.join('') };
};
const connect = async (role: 'store' | 'worker', login = ''): Promise<Redis> => {
  const redis = patient(connectRedis(`redis://${login}127.0.0.1:${server.port}`, { role, say: () => {} }));
  ends.push(() => redis.disconnect());
  await untilReady(redis, 30_000);
  return redis;
};
const LOGIN = `uccx-branch:${PASSWORD}@`;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-acl-'));
  told = await printed(['--site', 'branch', '--password-from', 'env:PW'], { PW: PASSWORD });
  const users = join(folder, 'users.acl');
  await writeFile(users, told.out);
  const settings = ['appendonly yes', 'maxmemory-policy noeviction', `aclfile ${users}`];
  server = await otherRedis(port => [`port ${port}`, ...settings]);
});
afterAll(async () => {
  for (const end of ends.splice(0).reverse()) await end();
  await server.kill();
  await rm(folder, { recursive: true, force: true });
});

it('prints a line that Redis loads, without the password', () => {
  expect(told.code).toBe(0);
  expect(told.out).toMatch(/^user uccx-branch on resetpass #[0-9a-f]{64} resetchannels [^\n]*\n$/);
  expect(told.out + told.err).not.toContain(PASSWORD);
  expect(told.err).toMatch(/It holds for these targets: shared, own\./);
});

it('without a password prints a user that is off', async () => {
  const { out, err } = await printed(['--site', 'branch']);
  expect(out).toMatch(/^user uccx-branch off resetpass resetchannels /);
  expect(err).toMatch(/ACL SETUSER uccx-branch on >/);
});

it('for Redis 6.2 gives both rights where there is one, and knows no other', async () => {
  expect((await printed(['--site', 'branch', '--redis', '6'])).out).not.toMatch(/%[RW]/);
  expect((await printed(['--site', 'branch'])).out).toMatch(/ %R~\{uccx\}:store:stop:\* /);
});

it.each([
  [[], /wants --site with one of the configuration: hq, branch/],
  [['--site', 'elsewhere'], /wants --site/],
  [['--site', 'branch', '--redis', '5'], /--redis wants 6 .* or 7/],
  [['--site', 'branch', '--password-from', 'secret'], /--password-from wants env:NAME/],
])('%j is wrong use', async (words, says) => {
  expect(await printed(words)).toMatchObject({ code: 64, out: '', err: expect.stringMatching(says) });
});

describe('a worker with that user', () => {
  const clock = { now: Date.now };
  const run = RunId.parse('tes-whole-run');
  const faults: unknown[] = [];
  const onError = (error: unknown) => void faults.push(error);
  let admin: Redis;
  let user: Redis;
  const reports = new Map<string, Report>();

  beforeAll(async () => {
    admin = await connect('store');
    user = await connect('store', LOGIN);
    const adminStore = redisStore({ redis: admin, say: () => {} });
    const store = redisStore({ redis: user, say: () => {} });
    let told = () => {};
    const isTold = new Promise<void>(resolve => (told = resolve));
    const messenger: Messenger = {
      post: async at => at,
      edit: async at => {
        told();
        return at;
      },
      tell: async () => {},
      link: async () => null,
    };
    const hub = hubWorkers(
      { connection: await connect('worker'), onError, signing: signingOf('bot') },
      { clock, targets, rules: [rule], ...adminStore, messenger: () => messenger, onCrash: onError, onFault: onError },
    );
    let hqIsDone = () => {};
    const afterHq = new Promise<void>(resolve => (hqIsDone = resolve));
    const probe = (of: Site): Probe =>
      probeOf(async look => {
        if (of === branch) await afterHq; // it is the last, and so lays the judging into its queue
        await greets().run(look);
      });
    const work = (of: Site, its: typeof store) => ({
      site: of.id,
      probes: [probe(of)],
      targets,
      slots: its.slots,
      stops: its.stops,
      claims: its.claims,
      waitMs: 60_000,
      clock,
      onCrash: onError,
      login: async () => ({ is: 'withheld', why: 'secret-missing', says: 'none' }) as const,
    });
    const near = siteWorker({ connection: await connect('worker'), onError, signing: signingOf('site-hq') }, hq.id, {
      ...work(hq, adminStore),
      onAnswer: () => void setImmediate(hqIsDone),
    });
    const far = siteWorker(
      { connection: await connect('worker', LOGIN), onError, signing: signingOf('site-branch') },
      branch.id,
      {
        ...work(branch, store),
        onAnswer: observation => {
          // An order that fails takes another way through its parent than one that is answered.
          if (observation.is === 'seen' && observation.evidence.some(({ target }) => target === own.id))
            throw new Error('it broke off');
        },
      },
    );
    await Promise.all([hub.ready(), near.ready(), far.ready()]);
    const { submit, close } = patientSubmit(admin, onError);
    const plan = makePlan({
      run,
      at: new Date().toISOString(),
      targets,
      sites,
      cards: [probe(hq)],
      only: [],
      loginAnyway: false,
      deadlineMs: 120_000,
    });
    const by = { platform: 'test', user: 'U', groups: [], channel: null };
    const wants = { do: 'check', targets: [], only: [], loginAnyway: false, deep: false, loop: false } as const;
    const to = { platform: 'test', handle: 'a conversation' };
    await submit({ run, at: plan.at, by, to, wants: { ...wants, targets: [], only: [] } }, plan);
    await isTold;
    for (const { id } of targets) {
      const report = await adminStore.history.last(id);
      if (report) reports.set(id, report);
    }
    ends.push(close, hub.close, near.close, far.close);
  });

  it('finds Redis fit for its work', async () => expect(await checkRedis(user)).toEqual([]));

  it('looks, and what it saw is judged', () => {
    expect([...reports].map(([id, report]) => [id, stateOf(report)])).toEqual([
      ['shared', 'healthy'],
      ['own', 'unknown'],
      ['foreign', 'healthy'],
    ]);
    const sitesOf = (id: string) =>
      reports.get(id)?.observations.map(each => (each.source.by === 'probe' ? `${each.source.site} ${each.is}` : ''));
    expect(sitesOf('shared')?.sort()).toEqual(['branch seen', 'hq seen']);
    expect(sitesOf('own')).toEqual(['branch silent']);
  });

  it('tells of itself, asks for stops, guards logins of its own accounts', async () => {
    const { heartbeats, logins } = redisStore({ redis: user, say: () => {} });
    const beat = {
      site: branch.id,
      worker: 'worker-1',
      version: '1',
      machine: 'm',
      startedAt: new Date().toISOString(),
    };
    await heartbeats.beat(beat, clock);
    expect(await heartbeats.heard(branch.id, clock)).toHaveLength(1);
    expect(await logins.begin(accountOf(own), 'aaaa', false)).toEqual({ is: 'free' });
    await logins.settle(accountOf(own), 'aaaa', 'refused', new Date().toISOString());
    expect(await logins.begin(accountOf(shared), 'bbbb', false)).toEqual({ is: 'free' });
  });

  it('answers an order that nobody signed with that', async () => {
    const queue = openQueue(probeQueue(branch.id), admin, onError);
    ends.push(() => queue.close());
    const job = await queue.add('probe', { nonsense: true }, { jobId: 'tes-odd.shared.imap-service.branch' });
    await expect.poll(() => job.getState(), { timeout: 30_000, interval: 20 }).toBe('completed');
    expect(JSON.stringify((await queue.getJob(`${job.id}`))?.returnvalue)).toContain('it is not signed');
  });

  it('was refused nothing by Redis while it worked', async () => {
    const log = (await admin.call('ACL', 'LOG')) as unknown[];
    expect(log.map(entry => JSON.stringify(entry))).toEqual([]);
    expect(faults.map(String)).toEqual([expect.stringMatching(/it broke off/)]);
  });

  const key = (rest: string) => `${PREFIX}:${rest}`;
  const stored = (rest: string) => `${STORE_PREFIX}${rest}`;
  it.each<[string, string[]]>([
    ['the queue of another site', ['LRANGE', key('probe-hq:wait'), '0', '-1']],
    ['an order of another site', ['HGETALL', key(`probe-hq:${run}.shared.imap-service.hq`)]],
    ['what another site answered', ['HGET', key(`probe-hq:${run}.shared.imap-service.hq`), 'returnvalue']],
    ['where an answer goes', ['HGETALL', key(`reply:${run}`)]],
    ['the queue of replies', ['LRANGE', key('reply:wait'), '0', '-1']],
    ['a report of a target of another site', ['HGET', key(`diagnose:${run}.foreign`), 'returnvalue']],
    ['what was seen of that target', ['HGETALL', key(`diagnose:${run}.foreign:processed`)]],
    ['which runs there are', ['LRANGE', key('diagnose:wait'), '0', '-1']],
    ['which runs are judged', ['ZRANGE', key('diagnose:completed'), '0', '-1']],
    ['what happens in the queue of judging', ['XRANGE', key('diagnose:events'), '-', '+']],
    ['the deadlines', ['ZRANGE', key(`${DEADLINE}:delayed`), '0', '-1']],
    ['the history, also of its own targets', ['HGETALL', stored('history:own:reports')]],
    ['the conversations of a chat', ['HGETALL', stored('conversations:teams')]],
    ['digests', ['HGETALL', stored('digests:all')]],
    ['what somebody may agree to', ['GET', stored(`consent:own:${run}`)]],
    ['files that wait', ['GET', stored('parcel:x')]],
    ['workers of another site', ['HGETALL', stored('site:hq:said')]],
    ['who checks a target of another site', ['HGETALL', stored('claim:foreign')]],
    ['logins of an account of another site', ['GET', `${loginKey(STORE_PREFIX, accountOf(foreign))}:running`]],
    ['a claim of its own target, to write', ['DEL', stored('claim:own')]],
    ['a stop, to press', ['SET', stored(`stop:${run}`), '1']],
    ['an order for another site, to lay', ['LPUSH', key('probe-hq:wait'), 'x']],
    ['a script that goes around', ['EVAL', `return redis.call('HGETALL', '${key(`reply:${run}`)}')`, '0']],
    ['the names of all keys', ['SCAN', '0']],
    ['the names of all keys at once', ['KEYS', '*']],
    ['some key', ['RANDOMKEY']],
    ['the settings of Redis', ['CONFIG', 'GET', '*']],
    ['the users of Redis', ['ACL', 'LIST']],
    ['who is connected', ['CLIENT', 'LIST']],
    ['what others say', ['MONITOR']],
    ['channels', ['SUBSCRIBE', 'x']],
    ['everything, to throw away', ['FLUSHALL']],
    ['the scripts of others, to throw away', ['SCRIPT', 'FLUSH']],
  ])('does not reach %s', async (_, [name = '', ...words]) => {
    await expect(user.call(name, ...words)).rejects.toThrow(/NOPERM|No permissions|can't access/);
  });

  /** As docs/security.md says it. Where this fails, the page may promise more. */
  it.each<[string, string[], unknown]>([
    [
      'reads reports of targets that it looks at too',
      ['HGET', key(`diagnose:${run}.shared`), 'returnvalue'],
      /observations/,
    ],
    ['writes what others saw of them', ['HSET', key('diagnose:tes-other.shared:processed'), 'x', '1'], 1],
    ['puts something into the queue of judging', ['RPUSH', key('diagnose:wait'), 'tes-nothing.shared'], 1],
    ['sees the names of runs under way', ['ZRANGE', key('diagnose:waiting-children'), '0', '-1'], []],
    ['forgets refusals of its own accounts', ['DEL', `${loginKey(STORE_PREFIX, accountOf(own))}:running`], 0],
  ])('still %s', async (_, [name = '', ...words], gives) => {
    const got = await user.call(name, ...words);
    expect(got).toEqual(gives instanceof RegExp ? expect.stringMatching(gives) : gives);
  });
});
