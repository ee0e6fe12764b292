import type { Config } from '../config/config.js';
import { secretsFrom } from '../config/secrets.js';
import { StoreDownError, UsageError } from '../domain/errors.js';
import { isAlive } from '../domain/site-state.js';
import type { Secrets } from '../intake/ports.js';
import { type Standing, stateOfSite } from '../intake/sites.js';
import { sitesView } from '../view/sites.js';
import type { Command } from './command.js';
import { CONFIG_OPTION, configFrom } from './config-file.js';
import { EXIT, type Io, line } from './io.js';
import { print } from './output.js';
import { visible } from './render-text.js';

export type OpenStanding = (
  config: Config,
  secrets: Secrets,
  io: Io,
) => Promise<Omit<Standing, 'version'> & { close: () => Promise<void> }>;

/** `open` reaches the Redis that bot and workers share. */
export const sitesCommand = (open: OpenStanding): Command => ({
  name: 'sites',
  takes: '--config FILE',
  summary:
    'Who looks from which site: workers, when they were heard, their clocks, what waits. Asks the configured Redis.',
  options: { config: CONFIG_OPTION, json: { type: 'boolean', says: 'print JSON' } },
  run: async (given, io) => {
    if (given.words.length > 0) throw new UsageError('sites takes nothing but --config FILE and --json.');
    const { config, folder } = await configFrom(given, io);
    const say = (says: string) => io.stderr(line(visible(says)));
    const secrets = secretsFrom(io.env, { folder, warn: says => say(`Warning: ${says}`) });
    const clock = { now: Date.now };
    try {
      const { close, ...standing } = await open(config, secrets, io);
      try {
        const states = await Promise.all(config.sites.map(site => stateOfSite(site, standing, clock)));
        const view = sitesView(states, { now: clock.now(), version: io.version });
        if (given.on('json')) io.stdout(line(JSON.stringify(jsonOf(states), null, 2)));
        else print({ ...view, footer: view.footer.replace('The bot runs', 'This is') }, io);
        return view.tone === 'healthy' ? EXIT.healthy : EXIT.problem;
      } finally {
        await close();
      }
    } catch (error) {
      if (!(error instanceof StoreDownError)) throw error;
      say(`${error.message}.`);
      return EXIT.unknown;
    }
  },
});

/** `alive` is ours to decide, so that no reader has to know after how long a worker counts as gone. */
const jsonOf = (states: readonly Awaited<ReturnType<typeof stateOfSite>>[]) => ({
  schema: 1,
  sites: states.map(({ site: { id, title = null, vantages }, heard, backlog }) => ({
    id,
    title,
    vantages,
    workers: heard.map(({ site: _, ...worker }) => ({ ...worker, alive: isAlive({ site: id, ...worker }) })),
    queue: backlog && { waiting: backlog.waiting, underWay: backlog.underWay, oldestAt: backlog.oldestAt },
  })),
});
