import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeConsole, type RunningConsole } from '../chat/console/console.js';
import type { Log } from '../chat/log.js';
import { renderSlack } from '../chat/slack/render.js';
import { renderTeams } from '../chat/teams/render.js';
import { renderText } from '../cli/render-text.js';
import type { Config } from '../config/config.js';
import type { Env } from '../config/secrets.js';
import type { Clock } from '../domain/clock.js';
import type { Intake, Messenger } from '../intake/ports.js';
import type { View } from '../view/view.js';
import { consoleFileOf } from './ask.js';

export type ConsolePart = { messenger: Messenger; start: (intake: Intake) => Promise<RunningConsole> };

/** The page of this machine, where it is configured. What starts it leaves its address for `uccx-doctor ask`. */
export const consolePart = (world: { config: Config; env: Env; clock: Clock; log: Log }): ConsolePart | null => {
  const { config, env, clock, log } = world;
  const given = config.console;
  if (!given) return null;
  const { messenger, start } = makeConsole({
    clock,
    log,
    asText: textOf,
    alsoAs: [
      { name: 'Slack', render: view => JSON.stringify(renderSlack(view, 'thread'), null, 2) },
      { name: 'Teams', render: view => JSON.stringify(renderTeams(view, { file: 'direct' }).activity, null, 2) },
    ],
    suggestions: [
      '/uccx check',
      ...config.targets.slice(0, 6).map(({ id }) => `/uccx check ${id}`),
      '/uccx targets',
      '/uccx help',
    ],
  });
  return {
    messenger,
    start: async intake => {
      const page = await start(intake, { host: given.host, port: given.port });
      await leaveAddress(consoleFileOf(env), page.url);
      return page;
    },
  };
};

/** Only this user may read the token in it. */
const leaveAddress = async (file: string, url: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${url}\n`, { mode: 0o600 });
};

const textOf = (view: View): string => renderText(view, { width: 100, color: false, details: true });
