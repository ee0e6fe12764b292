import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { strFromU8, unzipSync } from 'fflate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { stringify } from 'yaml';
import { commands } from '../../src/bin/commands.js';
import { checkRedisHere } from '../../src/bin/selfcheck-redis.js';
import { httpFront } from '../../src/chat/http.js';
import { runCli } from '../../src/cli/run-cli.js';
import type { Config } from '../../src/config/config.js';
import { type LabSlack, startSlack } from '../../src/lab/slack/start-slack.js';
import { type LabTeams, startTeams } from '../../src/lab/teams/start-teams.js';
import { redisForTests, type TestRedis } from '../support/redis.js';

const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
/** Below the ports that the system gives away, and no test's. */
const CLOSED = 14;
const inbox = {
  kind: 'cuc-single-inbox',
  id: 'voice',
  exchange: { servers: ['MBX01'], version: '2016' },
  cuc: { host: 'cuc.contoso.example' },
};

let folder: string;
let teams: LabTeams;
let slack: LabSlack;
let ailing: string | null = null;
/** Somebody else's web server, where our metrics should be. */
const other = createServer((_, response) => response.writeHead(404).end('no such page'));
let otherPort: number;
const front = httpFront({ host: '127.0.0.1', port: 0, ailing: () => ailing, log });
let port: number;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-selfcheck-'));
  [teams, slack] = await Promise.all([startTeams(), startSlack()]);
  ({ port } = await front.start());
  await new Promise<void>(done => other.listen(0, '127.0.0.1', done));
  ({ port: otherPort } = other.address() as AddressInfo);
});
afterAll(async () => {
  other.close();
  await Promise.all([teams.stop(), slack.stop(), front.stop()]);
  await rm(folder, { recursive: true, force: true });
});

const teamsSection = (more: object = {}) => {
  const { loginUrl, openIdUrl } = teams.identity.authority;
  const lab = { loginUrl, openIdUrl, serviceUrl: teams.connector.serviceUrl };
  return { appId: teams.appId, tenant: teams.tenant, password: 'env:TEAMS_SECRET', lab, ...more };
};
const slackSection = () => ({ mode: 'socket', botToken: 'env:BOT', appToken: 'env:APP', apiUrl: slack.apiUrl });

const run = async (line: string, config: object, env: Record<string, string> = {}) => {
  const out: string[] = [];
  const err: string[] = [];
  const file = join(folder, 'config.yaml');
  const whole = { sites: [{ id: 'hq', vantages: ['exchange-side'] }], targets: [inbox], listen: { port }, ...config };
  await writeFile(file, stringify(whole));
  const code = await runCli(
    [...line.split(' '), '--config', file],
    {
      stdout: text => void out.push(text),
      stderr: text => void err.push(text),
      env: { XDG_STATE_HOME: folder, TEAMS_SECRET: teams.secret, BOT: slack.botToken, APP: slack.appToken, ...env },
      cwd: folder,
      isTty: false,
      columns: 100,
      signal: new AbortController().signal,
      version: '1.2.3',
    },
    commands,
  );
  return { code, out: out.join(''), err: err.join('') };
};

describe('selfcheck', () => {
  it.each(['botbuilder', 'agents'])('finds all well, by %s', async engine => {
    const { code, out } = await run('selfcheck teams', { teams: teamsSection({ engine }) });
    expect(out.split('\n')).toEqual([
      `Teams (engine ${engine}, cloud public)`,
      '  well  token: Entra ID gives a token.',
      '  well  signing keys: The keys that sign what Teams sends can be had.',
      expect.stringMatching(/^ {2}well {2}clock: The clock here is \d s (?:ahead of|behind) Microsoft's\.$/),
      `  well  entrance: The bot answers at http://127.0.0.1:${port}/healthz. The proxy has to hand POST /api/messages to it.`,
      '',
    ]);
    expect(code).toBe(0);
  });

  it('says what is wrong with the secret, and in which order to look', async () => {
    const { code, out } = await run('selfcheck teams', { teams: teamsSection() }, { TEAMS_SECRET: 'wr0ng-c4nary' });
    expect(code).toBe(1);
    expect(out).toMatch(/ILL {3}token: .*AADSTS7000215\n {10}1\. The secret’s id was copied instead of its value/);
    expect(out).toMatch(/well {2}signing keys/);
    expect(out).not.toContain('wr0ng-c4nary');
  });

  it('says that the bot does not run, or what it ails from', async () => {
    const closed = await run('selfcheck teams', { teams: teamsSection(), listen: { port: CLOSED } });
    expect(closed.code).toBe(1);
    expect(closed.out).toMatch(/ILL {3}entrance: .*ECONNREFUSED.*\n {10}1\. The bot is not running/);
    ailing = 'Redis does not answer';
    const ill = await run('selfcheck teams', { teams: teamsSection() });
    ailing = null;
    expect(ill.out).toMatch(/ILL {3}entrance: .* answers 503: Redis does not answer/);
  });

  it('knows Slack, too', async () => {
    const good = await run('selfcheck slack', { slack: slackSection() });
    expect(good.out).toMatch(
      /^Slack \(mode socket\)\n {2}well {2}bot token: Slack knows it: workspace T\w+, bot user U\w+\.\n {2}well {2}app token: Slack lets it open a Socket Mode connection\.\n$/,
    );
    expect(good.code).toBe(0);
    const bad = await run('selfcheck slack', { slack: slackSection() }, { BOT: 'xoxb-wrong' });
    expect(bad.out).toMatch(/ILL {3}bot token: Slack refuses the bot token: invalid_auth/);
    expect(bad.code).toBe(1);
    const half = await run('selfcheck slack', { slack: slackSection() }, { APP: 'xapp-wrong' });
    expect(half.out).toMatch(
      /well {2}bot token.*\n {2}ILL {3}app token: .*invalid_auth\.\n {10}1\. It is another token/,
    );
    expect(half.out).not.toContain('xapp-wrong');
  });

  it('looks at everything that is configured, and gives it as JSON', async () => {
    const config = { teams: teamsSection(), slack: slackSection() };
    const keys = { UCCX_KEYS: join(folder, 'keys') };
    const without = await run('selfcheck keys', config, keys);
    expect(without.code).toBe(1);
    expect(without.out).toMatch(
      /ILL {3}site-hq: No public key of it is known in .*: what it says does not count\.\n {10}1\. It runs elsewhere/,
    );
    const worker = await run('selfcheck keys --site hq', config, keys);
    expect(worker.out).toMatch(
      /ILL {3}site-hq: No private key of it is in .*[\s\S]*ILL {3}bot: No public key of it is known/,
    );
    expect((await run('keys create', config, keys)).code).toBe(0);
    expect(await run('selfcheck keys --site hq', config, keys)).toMatchObject({ code: 0 });
    const { code, out } = await run('selfcheck --json', config, keys);
    const { schema, well, checked } = JSON.parse(out);
    expect({ code, schema, well }).toEqual({ code: 0, schema: 1, well: true });
    expect(checked.map(({ platform }: { platform: string }) => platform)).toEqual([
      'This machine',
      'Redis',
      'Signatures',
      'Teams',
      'Slack',
    ]);
  });

  it.each([
    ['selfcheck temas', {}, 'selfcheck knows host, redis, keys, teams and slack.'],
    ['selfcheck --site far', {}, 'There is no such site; the configuration has hq.'],
    ['selfcheck teams', {}, /has no section «teams»\.$/],
  ])('%s of %j is wrong use', async (line, config, says) => {
    const { code, out, err } = await run(line, config);
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err.trimEnd()).toEqual(typeof says === 'string' ? says : expect.stringMatching(says));
  });

  it('names a secret that is not there', async () => {
    const { code, err } = await run('selfcheck teams', { teams: teamsSection({ password: 'env:NOWHERE' }) });
    expect(code).toBe(64);
    expect(err).toContain('env:NOWHERE is not set');
  });
});

describe('selfcheck of what is below the platforms', () => {
  let redis: TestRedis;
  beforeAll(async () => {
    redis = await redisForTests();
    const admin = await redis.connect();
    await admin.acl('SETUSER', 'bot', 'on', '>right-c4nary', '~*', '+@all');
  });
  afterAll(() => redis.stop());
  const section = (more: object = {}) => {
    const url = redis.url.replace(/\/\/[^/]*@/, '//').replace(/\?.*$/, ''); // the login is another one
    return { redis: { url, user: 'bot', passwordFrom: 'env:REDIS', ...more } };
  };
  const redisOnly = async (config: object, env: Record<string, string> = {}) =>
    run('selfcheck redis', config, { REDIS: 'right-c4nary', ...env });

  it('finds Redis well: connection, fitness, clock', async () => {
    const { code, out } = await redisOnly(section());
    expect(out).toMatch(/well {2}connection: It answers, and takes this user\./);
    expect(out).toMatch(/well {2}clock: The clock here is \d+ s (?:ahead of|behind) that of Redis\./);
    expect({ code, out }).toMatchObject({ code: 0, out: expect.not.stringContaining('c4nary') });
  });

  it.each([
    [
      'a wrong password',
      {},
      { REDIS: 'wr0ng-c4nary' },
      /ILL {3}connection: .*WRONGPASS.*\n {10}1\. The secret behind redis\.passwordFrom/,
    ],
    ['a user that there is not', { user: 'nobody' }, {}, /ILL {3}connection: .*WRONGPASS/],
    ['a password that is not there', { passwordFrom: 'env:NOWHERE' }, {}, /ILL {3}password: env:NOWHERE is not set/],
    [
      'nobody at the port',
      { url: `redis://127.0.0.1:${CLOSED}` },
      {},
      /ILL {3}connection: .*ECONNREFUSED.*\n {10}1\. Redis is not running there/,
    ],
  ])('says why in order: %s', async (_, more, env, says) => {
    const { code, out, err } = await redisOnly(section(more), env);
    expect(out).toMatch(says);
    expect(`${out}${err}`).not.toContain('c4nary');
    expect(code).toBe(1);
  });

  it('says that the clock here is wrong', async () => {
    const config = { redis: { url: redis.url } } as unknown as Config;
    const things = await checkRedisHere(config, async () => '', { now: () => Date.now() - 90_000 });
    expect(things.find(({ name }) => name === 'clock')).toMatchObject({
      is: 'ill',
      says: expect.stringMatching(/^The clock here is \d\d s behind that of Redis\.$/),
      causes: [expect.stringMatching(/timedatectl/), expect.anything()],
    });
  });

  it('names every secret that cannot be read, and looks at the rest all the same', async () => {
    const slack = { ...slackSection(), botToken: 'file:nowhere/token' };
    const { code, out } = await run('selfcheck', { slack, ...section({ passwordFrom: 'env:NOWHERE' }) });
    expect(code).toBe(1);
    expect(out).toMatch(/^This machine \(as the bot\)\n/);
    expect(out).toMatch(
      /ILL {3}secret of slack\.botToken: file:nowhere\/token cannot be read: there is no such file\.\n {10}1\. /,
    );
    expect(out).toMatch(/ILL {3}secret of redis\.passwordFrom: env:NOWHERE is not set/);
    expect(out).toMatch(/well {2}secret of slack\.appToken/);
    expect(out).toMatch(/well {2}state folder/);
    expect(out).toMatch(/\nSlack \((?:mode socket|not tried)\)\n {2}ILL/);
  });

  it('of a worker it wants the mailboxes of its site, and no platform', async () => {
    const mail = {
      kind: 'uccx-mail',
      id: 'mail',
      exchange: { servers: ['EX01'], version: '2016' },
      desktop: 'cad',
      agents: 1,
      mailbox: { user: 'u@contoso.example', password: 'env:MAILBOX' },
      imap: { host: 'mail.contoso.example', port: 993, security: 'tls' },
      smtp: { host: 'mail.contoso.example', port: 587, security: 'starttls' },
    };
    const { out } = await run('selfcheck --site hq', {
      targets: [mail, { ...mail, id: 'far', sites: ['other'] }],
      sites: SITES,
      slack: slackSection(),
    });
    expect(out).toMatch(
      /^This machine \(as the worker of hq\)\n {2}ILL {3}secret of mailbox of mail: env:MAILBOX is not set/,
    );
    expect(out).not.toMatch(/Slack|far/);
  });

  it('says that another program has the port of the metrics', async () => {
    const { out } = await run('selfcheck host', { metrics: { port: otherPort } });
    expect(out).toMatch(/ILL {3}metrics: .* answers 404: .*\n {10}1\. Another program listens there/);
  });
});
const SITES = [
  { id: 'hq', vantages: ['exchange-side'] },
  { id: 'other', vantages: ['agent-side'] },
];

describe('manifest', () => {
  it('writes the package for the configured app, and says where', async () => {
    const { code, out } = await run('manifest teams --out app.zip', { teams: teamsSection() });
    expect({ code, out }).toEqual({ code: 0, out: `${join(folder, 'app.zip')}\n` });
    const files = unzipSync(await readFile(join(folder, 'app.zip')));
    expect(JSON.parse(strFromU8(files['manifest.json'] as Uint8Array))).toMatchObject({
      id: teams.appId,
      version: '1.2.3',
    });
  });

  it.each([
    ['manifest', /^manifest wants a platform: manifest teams\./],
    ['manifest slack', /^manifest wants a platform/],
    ['manifest teams --website http://x', /^--website wants an address that begins with https/],
    ['manifest teams --out none/such/app.zip', /app\.zip cannot be written: there is no such folder$/],
  ])('%s is wrong use', async (line, says) => {
    const { code, out, err } = await run(line, { teams: teamsSection() });
    expect({ code, out }).toEqual({ code: 64, out: '' });
    expect(err.trimEnd()).toMatch(says);
  });

  it('wants to know which app', async () => {
    const { code, err } = await run('manifest teams', {});
    expect(code).toBe(64);
    expect(err).toMatch(/has no section «teams», so there is no app id/);
  });
});
