import { makeBacklogs } from '../../jobs/backlog.js';
import { makeFollow } from '../../jobs/follow.js';
import { HUB_QUEUES } from '../../jobs/queues.js';
import { makeSubmit } from '../../jobs/submit.js';
import type { Command } from '../cli/command.js';
import { ConfigError } from '../domain/errors.js';
import type { RunId } from '../domain/ids.js';
import { makeIntake } from '../intake/intake.js';
import { type Intake, type Messenger, MessengerRefusedError } from '../intake/ports.js';
import { probes } from '../probes/index.js';
import { rules } from '../rules/index.js';
import { makeSigning } from '../signing/signing.js';
import { redisStore } from '../store/redis/redis-store.js';
import { botAudit } from './audit.js';
import { boardPort, startBoard } from './board.js';
import { chatPlatforms } from './chat.js';
import { consolePart } from './console-part.js';
import { goingReadings } from './going-readings.js';
import { storeLimits } from './history.js';
import { historySeal } from './history-seal.js';
import { startHub } from './hub.js';
import { openKeys } from './keys-at-hand.js';
import { leftQuestions } from './left-questions.js';
import { lostChecks } from './lost-checks.js';
import { botMetrics } from './metrics.js';
import { makeReadiness } from './readiness.js';
import { openRedis } from './redis.js';
import { jobFacts, loggedIntake } from './run-log.js';
import { schedulesOf } from './schedules.js';
import { type Running, type ServiceWorld, serve } from './service.js';
import { tracersOf } from './telemetry.js';
import { trustedHeartbeats } from './trusted-heartbeats.js';
import { trustedKept } from './trusted-kept.js';
import { trustedQuestions } from './trusted-questions.js';
import { questionsOnDisk } from './waiting-questions.js';

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
  const metrics = await botMetrics({ config, secrets, log, clock, version: io.version });
  const signing = makeSigning('bot', keys.ring, metrics.onRefused);
  const redis = await openRedis(config, secrets, log);
  const tracers = await tracersOf({ config, secrets, log, role: 'bot', version: io.version });
  const say = (line: string) => log.warn({}, line);
  const seal = historySeal(signing);
  const kept = metrics.store(redisStore({ redis: redis.store, say, seal }, storeLimits(config)));
  const store = trustedKept(kept, { signing, log, clock });
  const heartbeats = trustedHeartbeats(store.heartbeats, signing);
  const onDiskToo = questionsOnDisk(store.inbox, { env: io.env, clock, log });
  const inbox = trustedQuestions(onDiskToo, signing, log);
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

  const { submit, lay, close: closeSubmit } = makeSubmit(redis.store, onError, signing, tracers.jobs);
  const schedules = schedulesOf({ config, store, connection: redis.store, clock, lay, log });
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
  const { store: connection } = redis;
  const lost = lostChecks({ submit, connection, pens: store.pens, messenger, clock, log, onError });
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
    inbox,
    audit: audit.trail,
    limits: { rates: store.rates, ...config.limits, onLimited: metrics.onLimited },
    submit: lost.submit,
    ...schedules.asked,
    reading: {
      readings: store.readings,
      evidenceHours: config.reading.evidenceHours,
      maxBytes: config.reading.maxMegabytes * 2 ** 20,
      maxFiles: config.reading.maxFiles,
      going: readings.going,
      onUpload: upload => log.info({ audit: 'read', ...upload }, 'somebody had files read'),
    },
    standing: { heartbeats, backlog: backlogs.ofSite, version: io.version },
    follow: following.follow,
    onTrouble: (error, { run, by }) => log.warn({ error, run, platform: by.platform }, 'a question met trouble'),
  });

  const intake = tracers.intake(metrics.intake(loggedIntake(asked, log)));
  const { unready } = readiness;

  const unanswered = leftQuestions({ connection: redis.store, store: { ...store, inbox }, log, onError });
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
  const local = consolePart({ config, env: io.env, clock, log });
  if (local) messengers.set('console', shown('console', local.messenger));

  // Only now: a result that waited for this bot to come back must find its platform.
  const hub = await startHub({
    config,
    connection: redis.worker('hub'),
    clock,
    store,
    signing,
    schedules,
    audit,
    tracers,
    messenger: lost.telling,
    lay,
    log,
    onError,
  });
  await following.ready();
  await metrics.start(
    {
      ping: () => redis.store.ping(),
      sites: config.sites.map(({ id }) => id),
      queues: HUB_QUEUES,
      backlog: backlogs,
      heartbeats,
      ...schedules.digest,
      entrances: chat.entrances,
    },
    { unready, ailing: chat.ailing },
  );
  await audit.start();
  const sites = config.sites.map(({ id }) => id);
  const board = port === null ? null : await startBoard({ port, redis: redis.store, sites, log });
  const addresses = await chat.start();
  unanswered.start();
  await schedules.start();
  const page = await local?.start(intake);
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
      await Promise.allSettled([schedules.close(), hub.close(), following.close()]);
      await audit.stop();
      await Promise.all([
        closeSubmit(),
        lost.close(),
        backlogs.close(),
        unanswered.close(),
        metrics.stop(),
        tracers.stop(),
      ]);
      keys.close();
      redis.close();
    },
  };
};
