import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { makeFollow } from '../../jobs/follow.js';
import { makeSubmit } from '../../jobs/submit.js';
import { hubWorkers } from '../../jobs/workers.js';
import { type Console, makeConsole, type RunningConsole } from '../chat/console/console.js';
import { httpFront } from '../chat/http.js';
import { slackAdapter } from '../chat/slack/adapter.js';
import { renderSlack } from '../chat/slack/render.js';
import type { Command } from '../cli/command.js';
import { renderText } from '../cli/render-text.js';
import { ConfigError } from '../domain/errors.js';
import { makeIntake } from '../intake/intake.js';
import { type Intake, type Messenger, MessengerRefusedError } from '../intake/ports.js';
import { probes } from '../probes/index.js';
import { rules } from '../rules/index.js';
import { redisStore } from '../store/redis/redis-store.js';
import type { View } from '../view/view.js';
import { consoleFileOf } from './ask.js';
import { openRedis } from './redis.js';
import { type Running, type ServiceWorld, serve } from './service.js';

export const runBot: Command['run'] = (given, io) => serve('bot', given, io, startBot);

const startBot = async ({
  config,
  secrets,
  log,
  io,
}: ServiceWorld): Promise<Running & { ready: Record<string, string> }> => {
  if (!config.slack && !config.console) {
    throw new ConfigError('Nobody could ask this bot: the configuration has neither slack nor console.');
  }
  const clock = { now: Date.now };
  const redis = await openRedis(config, secrets, log);
  const store = redisStore(
    { redis: redis.store, say: line => log.warn({}, line) },
    { historyMs: config.history.keepDays * 86_400_000, historyCount: config.history.keepReports },
  );
  const messengers = new Map<string, Messenger>();
  const messenger = (platform: string): Messenger => {
    const found = messengers.get(platform);
    if (!found) throw new MessengerRefusedError('this bot does not speak on that platform', { platform });
    return found;
  };
  const onError = (error: unknown, job?: { queue: string; id: string | undefined }) =>
    log.error({ error, ...job }, 'a job of the queue failed');

  const { submit, close: closeSubmit } = makeSubmit(redis.store, onError);
  const following = makeFollow({
    connect: () => redis.worker('follow'),
    sites: config.sites.map(({ id }) => id),
    messenger,
    pens: store.pens,
    onError: error => log.warn({ error }, 'progress could not be shown'),
  });
  const intake: Intake = makeIntake({
    clock,
    targets: config.targets,
    sites: config.sites,
    grants: config.access,
    cards: probes,
    rules,
    deadlineMs: config.check.deadlineSec * 1000,
    messenger,
    ...store,
    submit,
    follow: following.follow,
    onTrouble: (error, { run, by }) => log.warn({ error, run, platform: by.platform }, 'a question met trouble'),
  });

  const slack = config.slack
    ? slackPart(config.slack, { listen: config.listen, access: config.access, secrets, intake, clock, log })
    : null;
  if (slack) messengers.set('slack', slack.messenger);
  const local = config.console ? consolePart(config.targets.map(({ id }) => id)) : null;
  if (local) messengers.set('console', local.messenger);

  // Only now: a result that waited for this bot to come back must find its platform.
  const hub = hubWorkers(
    { connection: redis.worker('hub'), onError },
    {
      clock,
      targets: config.targets,
      rules,
      history: store.history,
      claims: store.claims,
      pens: store.pens,
      messenger,
      onCrash: (error, rule) => log.error({ error, rule }, 'a rule broke off'),
      onFault: (error, run) => log.error({ error, run }, 'a report could not be shown'),
    },
  );
  await Promise.all([hub.ready(), following.ready()]);
  const address = await slack?.start();
  const page: RunningConsole | undefined = config.console
    ? await local?.start(intake, { host: config.console.host, port: config.console.port })
    : undefined;
  if (page) await leaveAddress(consoleFileOf(io.env), page.url);
  return {
    ready: { ...(page ? { console: page.url } : {}), ...(address ? { slack: address } : {}) },
    stop: async () => {
      await Promise.allSettled([slack?.stop(), page?.stop()]); // no new questions; those on their way are laid
      await Promise.allSettled([hub.close(), following.close()]);
      await closeSubmit();
      redis.close();
    },
  };

  function consolePart(targets: readonly string[]): Console {
    return makeConsole({
      clock,
      log,
      asText: textOf,
      alsoAs: [{ name: 'Slack', render: view => JSON.stringify(renderSlack(view, 'thread'), null, 2) }],
      suggestions: [
        '/uccx check',
        ...targets.slice(0, 6).map(id => `/uccx check ${id}`),
        '/uccx targets',
        '/uccx help',
      ],
    });
  }
};

/** For `uccx-doctor ask`; only this user may read the token in it. */
const leaveAddress = async (file: string, url: string): Promise<void> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 });
  await writeFile(file, `${url}\n`, { mode: 0o600 });
};

const SLACK_START_MS = 10_000;

const textOf = (view: View): string => renderText(view, { width: 100, color: false, details: true });

type SlackParts = {
  listen: ServiceWorld['config']['listen'];
  access: ServiceWorld['config']['access'];
  intake: Intake;
  clock: { now: () => number };
} & Pick<ServiceWorld, 'secrets' | 'log'>;

/** Slack by Socket Mode, which needs no open port, or by the HTTP listener. */
const slackPart = (config: NonNullable<ServiceWorld['config']['slack']>, { listen, access, ...deps }: SlackParts) => {
  const http = config.mode === 'http' ? httpFront({ ...listen, ailing: () => adapter.ailing(), log: deps.log }) : null;
  const groups = [...new Set(access.filter(({ platform }) => platform === 'slack').flatMap(grant => grant.groups))];
  const adapter = slackAdapter({ config, groups, ...deps, ...(http ? { http } : {}) });
  return {
    messenger: adapter.messenger,
    /** A wrong token ends the start; a Slack that does not answer must not keep the rest of the bot waiting. */
    start: async (): Promise<string> => {
      const at = await http?.start();
      const started = adapter.start();
      started.catch(error => deps.log.error({ error }, 'Slack cannot be reached with this configuration'));
      await Promise.race([started, wait(SLACK_START_MS, undefined, { ref: false })]);
      return at ? `http://${at.host}:${at.port}` : 'socket';
    },
    stop: async () => {
      await adapter.stop();
      await http?.stop();
    },
  };
};
