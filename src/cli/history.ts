import { writeFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import type { Config } from '../config/config.js';
import { secretsFrom } from '../config/secrets.js';
import { stateFolderOf } from '../config/state-folder.js';
import { ConfigError, StoreDownError, UsageError } from '../domain/errors.js';
import { LEAD_MS, summarize } from '../domain/history.js';
import { hoursIn, RANGE_WORDS, USUAL_HOURS, windowOf } from '../domain/history-range.js';
import type { History, Secrets } from '../intake/ports.js';
import { fileHistory } from '../store/file/history.js';
import { historyView } from '../view/history.js';
import { chooseTargets } from './choose.js';
import type { Command } from './command.js';
import { CONFIG_OPTION, configFrom } from './config-file.js';
import { csvOf } from './history-csv.js';
import { EXIT, type Io, line } from './io.js';
import { print, whyUnwritten } from './output.js';
import { visible } from './render-text.js';

export type OpenHistory = (
  config: Config,
  secrets: Secrets,
  io: Io,
) => Promise<{ history: Pick<History, 'rows'>; close: () => void }>;

/** `openShared` reaches the Redis that a bot keeps its history in; without one, what `check` has kept on this machine is read. */
export const historyCommand = (openShared: OpenHistory): Command => ({
  name: 'history',
  takes: '--config FILE TARGET [7d]',
  summary:
    'How a target was: availability, changes, login time. Out of the configured Redis, or of what check has kept on this machine.',
  options: {
    config: CONFIG_OPTION,
    local: { type: 'boolean', says: 'what check has kept on this machine, although a Redis is configured' },
    json: { type: 'boolean', says: 'print JSON: summary and rows' },
    csv: { type: 'boolean', says: 'print the rows as CSV' },
    picture: { type: 'string', value: 'FILE.png', says: 'also write the picture' },
  },
  run: async (given, io) => {
    const [name, range, ...more] = given.words;
    if (!name || more.length > 0) throw new UsageError('history wants one target, as in: history prod 7d.');
    if (given.on('json') && given.on('csv')) throw new UsageError('--json and --csv do not go together.');
    const hours = range === undefined ? USUAL_HOURS : hoursIn(range);
    if (hours === null) throw new UsageError(`history takes ${RANGE_WORDS}.`);
    const { config, folder } = await configFrom(given, io, [name]);
    const [target] = chooseTargets([name], config.targets);
    if (!target) throw new UsageError('history wants one target, as in: history prod 7d.');
    const say = (says: string) => io.stderr(line(visible(says)));
    const shared = config.redis?.url !== undefined && !given.on('local');
    const secrets = secretsFrom(io.env, { folder, warn: says => say(`Warning: ${says}`) });
    const window = windowOf(Date.now(), hours);
    const [from, until] = [iso(window.fromMs), iso(window.untilMs)];
    let close = () => {};
    try {
      const opened = shared
        ? await openShared(config, secrets, io)
        : { history: fileHistory({ folder: stateFolderOf(io.env), say, targets: config.targets }), close };
      close = opened.close;
      const rows = await opened.history.rows(target.id, iso(window.fromMs - LEAD_MS), until);
      const within = rows.filter(row => row.until >= from);
      const view = historyView(target.id, rows, window);
      const to = given.text('picture');
      if (to) await savePicture(resolve(io.cwd, to), view.picture?.png ?? null);
      if (given.on('json'))
        io.stdout(
          line(
            JSON.stringify(
              { schema: 1, target: target.id, from, until, summary: summarize(rows, window), rows: within },
              null,
              2,
            ),
          ),
        );
      else if (given.on('csv')) io.stdout(csvOf(within));
      else print(view, io);
      if (within.length > 0) return EXIT.healthy;
      if (!shared)
        say(
          `This is what check has kept on this machine. A bot keeps its own: /uccx history ${target.id} in chat, or uccx-doctor ask.`,
        );
      return EXIT.unknown;
    } catch (error) {
      if (!(error instanceof StoreDownError)) throw error;
      say(`${error.message}.`);
      return EXIT.unknown;
    } finally {
      close();
    }
  },
});

/** For a page or a mail of somebody's own. */
const savePicture = async (path: string, png: string | null): Promise<void> => {
  if (png === null) throw new UsageError('Nobody looked in that time, so there is no picture.');
  try {
    await writeFile(path, Buffer.from(png, 'base64'));
  } catch (cause) {
    throw new ConfigError(`${path} cannot be written: ${whyUnwritten(cause)}`, { path }, { cause });
  }
};

const iso = (at: number): string => new Date(at).toISOString();
