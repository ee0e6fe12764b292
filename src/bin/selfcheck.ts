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
import type { Secrets } from '../intake/ports.js';
import { checkEntrance } from './entrance.js';
import { checkKeys } from './selfcheck-keys.js';

type World = { config: Config; secrets: Secrets; io: Io };
type Checked = { platform: string; by: string; things: CheckedThing[] };

/** Long enough for two tries at a platform that is slow. */
const LIMIT_MS = 10_000;

/** Tries what a platform needs to let us in, without the bot, Redis or anybody noticing; says what is wrong and why, most likely first. */
export const runSelfcheck: Command['run'] = async (given, io) => {
  const [word, ...more] = given.words;
  if (more.length > 0 || !['teams', 'slack', 'keys', undefined].includes(word))
    throw new UsageError('selfcheck knows teams, slack and keys.');
  const { config, file, folder } = await configFrom(given, io);
  const world = { config, secrets: secretsFrom(io.env, { folder, warn: says => io.stderr(line(visible(says))) }), io };
  const platforms = (['teams', 'slack'] as const).filter(each => (word === undefined ? config[each] : each === word));
  if (platforms.length === 0 && word !== 'keys') throw new ConfigError(`${file} has neither teams nor slack.`);
  const checked: Checked[] = [];
  for (const platform of platforms) {
    if (!config[platform]) throw new ConfigError(`${file} has no section «${platform}».`);
    checked.push(await (platform === 'teams' ? teams(world) : slack(world)));
  }
  if (word === undefined || word === 'keys')
    checked.push({
      platform: 'Signatures',
      by: 'keys at hand',
      things: await checkKeys({ ...world, env: io.env, cwd: io.cwd }),
    });
  const isWell = checked.every(({ things }) => things.every(({ is }) => is === 'well'));
  if (given.on('json')) io.stdout(line(JSON.stringify({ schema: 1, well: isWell, checked }, null, 2)));
  else for (const each of checked) io.stdout(textOf(each));
  return isWell ? EXIT.healthy : EXIT.problem;
};

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
  return { platform: 'Slack', by: `mode ${given.mode}`, things: [token, ...entrance] };

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
