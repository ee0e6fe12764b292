import type { Log } from '../chat/log.js';
import { slackClient } from '../chat/slack/client.js';
import { whoAmI } from '../chat/slack/self.js';
import type { CheckedThing } from '../chat/teams/engine.js';
import type { Command } from '../cli/command.js';
import { configFrom } from '../cli/config-file.js';
import { EXIT, type Io, line } from '../cli/io.js';
import { visible } from '../cli/render-text.js';
import type { Config } from '../config/config.js';
import { secretsFrom } from '../config/secrets.js';
import { ConfigError, UsageError } from '../domain/errors.js';
import type { SiteId } from '../domain/ids.js';
import type { Secrets } from '../intake/ports.js';
import { checkEntrance, checkMetrics } from './entrance.js';
import { checkHost } from './selfcheck-host.js';
import { checkKeys } from './selfcheck-keys.js';
import { checkRedisHere } from './selfcheck-redis.js';

type World = { config: Config; secrets: Secrets; io: Io; site: SiteId | null };
type Checked = { platform: string; by: string; things: CheckedThing[] };

/** Long enough for two tries at a platform that is slow. */
const LIMIT_MS = 10_000;

const PARTS = ['host', 'redis', 'keys', 'teams', 'slack'] as const;
type PartName = (typeof PARTS)[number];

/**
 * Tries what a process needs: secrets, its folder, Redis, the platforms. Nothing is laid into a queue and nobody notices; what is wrong
 * comes with its causes, most likely first. One part that fails hides no other one.
 */
export const runSelfcheck: Command['run'] = async (given, io) => {
  const [word, ...more] = given.words;
  const named = PARTS.find(part => part === word);
  if ((word !== undefined && !named) || more.length > 0) throw new UsageError(`selfcheck knows ${listed(PARTS)}.`);
  const { config, file, folder } = await configFrom(given, io);
  if ((named === 'teams' || named === 'slack') && !config[named])
    throw new ConfigError(`${file} has no section «${named}».`);
  const site = siteOf(given.text('site'), config);
  const world: World = {
    config,
    secrets: secretsFrom(io.env, { folder, warn: says => io.stderr(line(visible(says))) }),
    io,
    site,
  };
  // A worker speaks with no platform.
  const all = PARTS.filter(part => (part !== 'teams' && part !== 'slack') || (site === null && config[part]));
  const checked: Checked[] = [];
  for (const part of named ? [named] : all) checked.push(await (named ? CHECK[part](world) : shownAnyway(part, world)));
  const isWell = checked.every(({ things }) => things.every(({ is }) => is === 'well'));
  if (given.on('json')) io.stdout(line(JSON.stringify({ schema: 1, well: isWell, checked }, null, 2)));
  else for (const each of checked) io.stdout(textOf(each));
  return isWell ? EXIT.healthy : EXIT.problem;
};

const siteOf = (name: string | undefined, { sites }: Config): SiteId | null => {
  if (name === undefined) return null;
  const found = sites.find(({ id }) => id === name);
  if (!found)
    throw new UsageError(`There is no such site; the configuration has ${sites.map(({ id }) => id).join(', ')}.`);
  return found.id;
};

const listed = (words: readonly string[]): string => `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** Where everything is looked at, what one part cannot even begin with is one finding of many. */
const shownAnyway = async (part: PartName, world: World): Promise<Checked> => {
  try {
    return await CHECK[part](world);
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    const thing: CheckedThing = {
      name: 'configuration',
      is: 'ill',
      says: `${error.message}.`,
      causes: ['«This machine» above names each secret that cannot be read.'],
    };
    return { platform: NAMES[part], by: 'not tried', things: [thing] };
  }
};
const NAMES: Record<PartName, string> = {
  host: 'This machine',
  redis: 'Redis',
  keys: 'Signatures',
  teams: 'Teams',
  slack: 'Slack',
};

const host = async ({ config, secrets, io, site }: World): Promise<Checked> => {
  const things = await checkHost({ config, secrets, env: io.env, site });
  const { metrics } = config;
  const port = site === null ? metrics?.port : metrics?.workerPort;
  const who = site === null ? 'bot' : 'worker';
  if (metrics && port) things.push(await checkMetrics({ host: metrics.host, port }, who));
  return { platform: NAMES.host, by: site === null ? 'as the bot' : `as the worker of ${site}`, things };
};

const redis = async ({ config, secrets }: World): Promise<Checked> => ({
  platform: NAMES.redis,
  by: placeText(config.redis?.url),
  things: await checkRedisHere(config, secrets, { now: Date.now }),
});

const keys = async ({ config, secrets, io, site }: World): Promise<Checked> => ({
  platform: NAMES.keys,
  by: 'keys at hand',
  things: await checkKeys({ config, secrets, env: io.env, cwd: io.cwd, site }),
});

/** Without the login that UCCX_REDIS_URL may hold. */
const placeText = (url: string | undefined): string =>
  url ? url.replace(/\/\/[^/]*@/, '//').replace(/\?.*$/, '') : 'of our own';

const teams = async ({ config, secrets, io }: World): Promise<Checked> => {
  const given = config.teams as NonNullable<Config['teams']>;
  const [{ loadEngine }, { authorityOf }, { credentialOf }] = await Promise.all([
    import('../chat/teams/engines.js'),
    import('../chat/teams/clouds.js'),
    import('../chat/teams/adapter.js'),
  ]);
  const engine = await loadEngine(given.engine, {
    appId: given.appId,
    tenant: given.tenant,
    credential: credentialOf({ config: given, secrets, env: io.env }),
    authority: authorityOf(given),
    clock: { now: Date.now },
    log: quiet(io),
    hear: async () => null,
  });
  const things = [...(await engine.selfcheck()), await checkEntrance(config.listen, '/api/messages')];
  return { platform: 'Teams', by: `engine ${given.engine}, cloud ${given.cloud}`, things };
};

const slack = async ({ config, secrets, io }: World): Promise<Checked> => {
  const given = config.slack as NonNullable<Config['slack']>;
  const log = quiet(io);
  const token = await tokenThing();
  const entrance = given.mode === 'http' ? [await checkEntrance(config.listen, '/slack/events')] : [];
  const socket = given.mode === 'socket' && token.is === 'well' ? [await socketThing()] : [];
  return { platform: 'Slack', by: `mode ${given.mode}`, things: [token, ...socket, ...entrance] };

  /** Asks for the address of a connection, which lets nobody in by itself. */
  async function socketThing(): Promise<CheckedThing> {
    const name = 'app token';
    try {
      await slackClient(given.appToken ? await secrets(given.appToken) : '', given, log).apps.connections.open({});
      return { name, is: 'well', says: 'Slack lets it open a Socket Mode connection.', causes: [] };
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      const { data } = error as { data?: { error?: unknown } };
      const code = typeof data?.error === 'string' ? data.error : 'no answer';
      return {
        name,
        is: 'ill',
        says: `Slack opens no Socket Mode connection for it: ${code}.`,
        causes: [
          'It is another token than the app-level one, which begins with xapp- (Basic Information, App-Level Tokens).',
          'It lacks the scope connections:write, or was revoked.',
          'Socket Mode is off for the app (Settings, Socket Mode).',
        ],
      };
    }
  }

  async function tokenThing(): Promise<CheckedThing> {
    const name = 'bot token';
    try {
      const signal = AbortSignal.any([io.signal, AbortSignal.timeout(LIMIT_MS)]);
      const self = await whoAmI(slackClient(await secrets(given.botToken), given, log), log, signal);
      if (self)
        return { name, is: 'well', says: `Slack knows it: workspace ${self.team}, bot user ${self.user}.`, causes: [] };
      const causes = [
        'The firewall lets nothing out to https://slack.com.',
        'Slack is out of order: https://status.slack.com.',
      ];
      return { name, is: 'ill', says: 'Slack did not answer.', causes };
    } catch (error) {
      if (!(error instanceof ConfigError)) throw error;
      return {
        name,
        is: 'ill',
        says: error.message,
        causes: ['docs/slack.md, «When it does not work», names the causes in order.'],
      };
    }
  }
};

const CHECK: Record<PartName, (world: World) => Promise<Checked>> = { host, redis, keys, teams, slack };

const quiet = ({ stderr }: Io): Log => ({
  info: () => undefined,
  warn: (_, says) => stderr(line(visible(says))),
  error: (_, says) => stderr(line(visible(says))),
});

const textOf = ({ platform, by, things }: Checked): string =>
  [
    line(`${platform} (${by})`),
    ...things.flatMap(({ name, is, says, causes }) => [
      line(visible(`  ${is === 'well' ? 'well' : 'ILL '}  ${name}: ${says}`)),
      ...causes.map((cause, index) => line(visible(`          ${index + 1}. ${cause}`))),
    ]),
  ].join('');
