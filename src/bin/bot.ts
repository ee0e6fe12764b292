import { mkdir, writeFile } from 'node:fs/promises';
import { dirname } from 'node:path';
import { makeBacklogs } from '../../jobs/backlog.js';
import { digestSchedule } from '../../jobs/digest/schedule.js';
import { makeFollow } from '../../jobs/follow.js';
import { maintenanceSchedule } from '../../jobs/maintenance/schedule.js';
import { HUB_QUEUES } from '../../jobs/queues.js';
import { makeSubmit } from '../../jobs/submit.js';
import { watchSchedule } from '../../jobs/watch/schedule.js';
import { hubWorkers } from '../../jobs/workers.js';
import { type Console, makeConsole, type RunningConsole } from '../chat/console/console.js';
import { renderSlack } from '../chat/slack/render.js';
import { renderTeams } from '../chat/teams/render.js';
import type { Command } from '../cli/command.js';
import { renderText } from '../cli/render-text.js';
import { digestsOf } from '../config/digests.js';
import { maintenanceOf } from '../config/maintenance.js';
import { watchesOf } from '../config/watches.js';
import { ConfigError } from '../domain/errors.js';
import type { RunId } from '../domain/ids.js';
import { digestScope } from '../intake/digest-scope.js';
import { makeIntake } from '../intake/intake.js';
import { type Intake, type Messenger, MessengerRefusedError } from '../intake/ports.js';
import { allQuiets, silencesNow } from '../intake/silences.js';
import { probes } from '../probes/index.js';
import { rules } from '../rules/index.js';
import { makeSigning } from '../signing/signing.js';
import { redisStore } from '../store/redis/redis-store.js';
import type { View } from '../view/view.js';
import { consoleFileOf } from './ask.js';
import { botAudit } from './audit.js';
import { boardPort, startBoard } from './board.js';
import { chatPlatforms } from './chat.js';
import { goingReadings } from './going-readings.js';
import { storeLimits } from './history.js';
import { openKeys } from './keys-at-hand.js';
import { leftQuestions } from './left-questions.js';
import { botMetrics } from './metrics.js';
import { makeReadiness } from './readiness.js';
import { openRedis } from './redis.js';
import { jobFacts, logDone, loggedIntake } from './run-log.js';
import { type Running, type ServiceWorld, serve } from './service.js';
import { tracersOf } from './telemetry.js';
import { trustedHeartbeats } from './trusted-heartbeats.js';

export const runBot: Command['run'] = (given, io) =>
  serve('bot', given, io, world => startBot(world, boardPort(given.text('board'))));

const startBot = async (
  world: ServiceWorld,
  port: number | null,
): Promise<Running & { ready: Record<string, string> }> => {
  const { config, secrets, log, io } = world;
  if (!config.slack && !config.teams && !config.console) {
    throw new ConfigError('Nobody could ask this bot: the configuration has neither slack nor teams nor console.');
  }
  const clock = { now: Date.now };
  const keys = await openKeys(world, ['bot']);
  const signing = makeSigning('bot', keys.ring);
  const redis = await openRedis(config, secrets, log);
  const tracers = await tracersOf({ config, secrets, log, role: 'bot', version: io.version });
  const metrics = await botMetrics({ config, secrets, log, clock, version: io.version });
  const store = metrics.store(redisStore({ redis: redis.store, say: line => log.warn({}, line) }, storeLimits(config)));
  const heartbeats = trustedHeartbeats(store.heartbeats, signing);
  const audit = await botAudit(store.auditLog, { config, secrets, log, clock, version: io.version });
  const readiness = makeReadiness({ clock, ping: () => redis.store.ping(), ailing: () => chat.ailing() });
  const messengers = new Map<string, Messenger>();
  const unaudited = (platform: string): Messenger => {
    const found = messengers.get(platform);
    if (!found) throw new MessengerRefusedError('this bot does not speak on that platform', { platform });
    return found;
  };
  const messenger = (platform: string, run?: RunId) => audit.messenger(unaudited(platform), run);
  const onError = (error: unknown, job?: { queue: string; id: string | undefined }) =>
    log.error({ error, ...(job && jobFacts(job)) }, 'a job of the queue failed');

  const configured = digestsOf(config);
  const schedule = digestSchedule({
    connection: redis.store,
    clock,
    digests: store.digests,
    configured,
    onError: error => log.warn({ error }, 'the schedule of digests met trouble'),
  });
  const quiet = { quiets: store.quiets, configured: maintenanceOf(config) };
  const silences = () => silencesNow(quiet, clock);
  const windows = maintenanceSchedule({
    connection: redis.store,
    clock,
    ...quiet,
    onError: error => log.warn({ error }, 'the schedule of maintenance met trouble'),
  });
  const { submit, lay, close: closeSubmit } = makeSubmit(redis.store, onError, signing, tracers.jobs);
  const watching = { watches: store.watches, configured: watchesOf(config) };
  const watch = watchSchedule({
    ...watching,
    connection: redis.store,
    clock,
    lay,
    onError: error => log.warn({ error }, 'the schedule of watches met trouble'),
  });
  const backlogs = makeBacklogs(redis.store, onError);
  const following = makeFollow({
    connect: () => redis.worker('follow'),
    sites: config.sites.map(({ id }) => id),
    messenger,
    pens: store.pens,
    onError: error => log.warn({ error }, 'progress could not be shown'),
    signing,
  });
  const readings = goingReadings({
    store,
    messenger,
    onTrouble: error => log.warn({ error }, 'a reading under way met trouble'),
  });
  const asked: Intake = makeIntake({
    clock,
    targets: config.targets,
    sites: config.sites,
    grants: config.access,
    cards: probes,
    rules,
    deadlineMs: config.check.deadlineSec * 1000,
    messenger: (platform, run) => (run ? messenger(platform, run) : unaudited(platform)),
    ...store,
    audit: audit.trail,
    limits: { rates: store.rates, ...config.limits },
    submit,
    digest: { digests: store.digests, configured, zone: config.timeZone, reschedule: schedule.reconcile },
    quiet: { ...quiet, zone: config.timeZone, reschedule: windows.reconcile },
    reading: {
      readings: store.readings,
      evidenceHours: config.reading.evidenceHours,
      maxBytes: config.reading.maxMegabytes * 2 ** 20,
      maxFiles: config.reading.maxFiles,
      going: readings.going,
      onUpload: upload => log.info({ audit: 'read', ...upload }, 'somebody had files read'),
    },
    watch: { ...watching, zone: config.timeZone, reschedule: watch.reconcile },
    standing: { heartbeats, backlog: backlogs.ofSite, version: io.version },
    follow: following.follow,
    onTrouble: (error, { run, by }) => log.warn({ error, run, platform: by.platform }, 'a question met trouble'),
  });

  const intake = tracers.intake(metrics.intake(loggedIntake(asked, log)));
  const { unready } = readiness;

  const unanswered = leftQuestions({ connection: redis.store, store, log, onError });
  const chat = await chatPlatforms({
    config,
    secrets,
    env: io.env,
    store,
    intake,
    unanswered,
    clock,
    log,
    unready,
    front: tracers.front,
  });
  const shown = (platform: string, each: Messenger) => tracers.messenger(platform, metrics.messenger(platform, each));
  for (const [platform, each] of chat.messengers) messengers.set(platform, shown(platform, each));
  const local = config.console ? consolePart(config.targets.map(({ id }) => id)) : null;
  if (local) messengers.set('console', shown('console', local.messenger));

  // Only now: a result that waited for this bot to come back must find its platform.
  const hub = hubWorkers(
    { connection: redis.worker('hub'), onError, onDone: logDone(log), signing, ...tracers.jobs },
    {
      clock,
      targets: config.targets,
      rules,
      history: store.history,
      onJudged: audit.onJudged,
      claims: store.claims,
      stops: store.stops,
      readings: store.readings,
      pens: store.pens,
      silences,
      messenger,
      trace: tracers.trace,
      onCrash: (error, rule) => log.error({ error, rule }, 'a rule broke off'),
      onFault: (error, run) => log.error({ error, run }, 'a report could not be shown'),
      digest: {
        clock,
        digests: store.digests,
        configured,
        scope: digest => digestScope(digest, config.targets, config.access),
        sites: config.sites,
        cards: probes,
        deadlineMs: config.check.deadlineSec * 1000,
        claims: store.claims,
        history: store.history,
        messenger,
        silences,
        lay,
        onPlan: audit.onPlan('digest'),
      },
      maintenance: {
        clock,
        quiets: store.quiets,
        windows: async () => (await allQuiets(quiet)).filter(each => each.is === 'maintenance'),
        messenger,
      },
      watch: {
        ...watching,
        clock,
        scope: each => digestScope(each, config.targets, config.access),
        sites: config.sites,
        cards: probes,
        rules,
        deadlineMs: config.check.deadlineSec * 1000,
        claims: store.claims,
        runs: store.runs,
        history: store.history,
        silences,
        messenger,
        lay,
        onPlan: audit.onPlan('watch'),
      },
    },
  );
  await Promise.all([hub.ready(), following.ready()]);
  await metrics.start(
    {
      ping: () => redis.store.ping(),
      sites: config.sites.map(({ id }) => id),
      queues: HUB_QUEUES,
      backlog: backlogs,
      heartbeats,
      digests: store.digests,
      configured,
      entrances: chat.entrances,
    },
    { unready, ailing: chat.ailing },
  );
  await audit.start();
  const sites = config.sites.map(({ id }) => id);
  const board = port === null ? null : await startBoard({ port, redis: redis.store, sites, log });
  const addresses = await chat.start();
  unanswered.start();
  await schedule.start();
  await windows.start();
  await watch.start();
  const page: RunningConsole | undefined = config.console
    ? await local?.start(intake, { host: config.console.host, port: config.console.port })
    : undefined;
  if (page) await leaveAddress(consoleFileOf(io.env), page.url);
  readings.start();
  readiness.is('ready');
  return {
    ready: {
      ...(page ? { console: page.url } : {}),
      ...(board?.address ? { board: board.address } : {}),
      ...addresses,
    },
    stop: async () => {
      readiness.is('stopping');
      unanswered.stop();
      // No new questions; those on their way are laid.
      await Promise.allSettled([chat.stop(), page?.stop(), board?.stop(), readings.stop()]);
      await Promise.allSettled([schedule.close(), windows.close(), watch.close(), hub.close(), following.close()]);
      await audit.stop();
      await Promise.all([closeSubmit(), backlogs.close(), unanswered.close(), metrics.stop(), tracers.stop()]);
      keys.close();
      redis.close();
    },
  };

  function consolePart(targets: readonly string[]): Console {
    return makeConsole({
      clock,
      log,
      asText: textOf,
      alsoAs: [
        { name: 'Slack', render: view => JSON.stringify(renderSlack(view, 'thread'), null, 2) },
        { name: 'Teams', render: view => JSON.stringify(renderTeams(view, { file: 'direct' }).activity, null, 2) },
      ],
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

const textOf = (view: View): string => renderText(view, { width: 100, color: false, details: true });
