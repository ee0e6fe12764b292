import { isoNow } from '../domain/clock.js';
import { UsageError } from '../domain/errors.js';
import { targetsView } from '../view/answers.js';
import type { Command } from './command.js';
import { CONFIG_OPTION, configFrom } from './config-file.js';
import { EXIT } from './io.js';
import { print } from './output.js';

/** Lists what can be checked. The command line keeps no history, so no last state stands beside it. */
export const targetsCommand: Command = {
  name: 'targets',
  takes: '--config FILE',
  summary: 'List the configured targets.',
  options: { config: CONFIG_OPTION },
  run: async (given, io) => {
    if (given.words.length > 0) throw new UsageError('targets takes nothing but --config FILE.');
    const { config } = await configFrom(given, io);
    const view = targetsView(config.targets, new Map(), isoNow({ now: Date.now }));
    print({ ...view, headline: `${config.targets.length} configured:` }, io);
    return EXIT.healthy;
  },
};
