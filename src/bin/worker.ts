import { randomBytes } from 'node:crypto';
import { siteWorker } from '../../jobs/site-worker.js';
import type { Command } from '../cli/command.js';
import { stateFolderOf } from '../config/state-folder.js';
import { UsageError } from '../domain/errors.js';
import { SiteId } from '../domain/ids.js';
import { probes } from '../probes/index.js';
import { loginDoor } from '../probes/login-door.js';
import { siteParty } from '../signing/signed.js';
import { makeSigning } from '../signing/signing.js';
import { bothLogins } from '../store/both-logins.js';
import { fileLoginMemory } from '../store/file/login-memory.js';
import { redisStore } from '../store/redis/redis-store.js';
import { climbsOnThisMachine } from '../store/this-machine.js';
import { makeHeart } from './heart.js';
import { openKeys } from './keys-at-hand.js';
import { workerMetrics } from './metrics.js';
import { makeReadiness } from './readiness.js';
import { openRedis } from './redis.js';
import { makeRefusals } from './refusals.js';
import { jobFacts, logDone } from './run-log.js';
import { type Running, type ServiceWorld, serve } from './service.js';
import { tracersOf } from './telemetry.js';
import { signBeat } from './trusted-heartbeats.js';

export const runWorker: Command['run'] = (given, io) =>
  serve('worker', given, io, world => startWorker(world, (given.text('site') ?? '').split(',').filter(Boolean)));

const startWorker = async (world: ServiceWorld, names: readonly string[]): Promise<Running> => {
  const { config, secrets, log, io } = world;
  const sites = names.map(name => {
    const site = config.sites.find(({ id }) => id === name);
    if (!site)
      throw new UsageError(
        `There is no site ${SiteId.safeParse(name).data ?? 'of that name'}; the configuration has ${config.sites.map(({ id }) => id).join(', ')}.`,
      );
    return site.id;
  });
  if (sites.length === 0) throw new UsageError('worker wants --site SITE.');
  const clock = { now: Date.now };
  const keys = await openKeys(world, sites.map(siteParty));
  const signingOf = (site: SiteId) => makeSigning(siteParty(site), keys.ring);
  const refusals = makeRefusals(clock, log);
  const redis = await openRedis(config, secrets, log);
  const say = (line: string) => log.warn({}, line);
  const store = redisStore({ redis: redis.store, say });
  const metrics = await workerMetrics({ config, secrets, log, clock, version: io.version });
  const tracers = await tracersOf({ config, secrets, log, role: 'worker', version: io.version });
  const own = fileLoginMemory({ folder: stateFolderOf(io.env), clock });
  const login = loginDoor({ secrets, memory: bothLogins({ shared: store.logins, own, clock, say }), clock });
  const workers = sites.map(site =>
    siteWorker(
      {
        connection: redis.worker(`worker-${site}`),
        ...tracers.jobs,
        signing: signingOf(site),
        onError: (error, job) => log.error({ error, site, ...(job && jobFacts(job)) }, 'a job of the queue failed'),
        onDone: logDone(log),
      },
      site,
      {
        site,
        probes: tracers.probes(probes),
        targets: config.targets,
        slots: store.slots,
        stops: store.stops,
        claims: store.claims,
        climbs: climbsOnThisMachine,
        waitMs: config.check.deadlineSec * 1000,
        clock,
        login,
        onAnswer: metrics.onAnswer,
        onRefused: (refused, id) => {
          refusals.note(site, refused, id);
          metrics.onRefused('probe order', refused.why);
        },
        onCrash: (error, order) =>
          log.error({ error, run: order.run, probe: order.probe, target: order.target }, 'a probe broke off'),
      },
    ),
  );
  const heart = makeHeart({
    sites,
    worker: randomBytes(9).toString('base64url'),
    version: io.version,
    heartbeats: store.heartbeats,
    sign: beat => signBeat(signingOf(beat.site), beat, clock),
    refuses: refusals.lately,
    clock,
    onBeat: metrics.onBeat,
    onTrouble: error => log.warn({ error }, 'this worker could not tell that it lives; /uccx sites will miss it'),
  });
  await Promise.all(workers.map(worker => worker.ready()));
  await heart.start();
  const ping = () => redis.store.ping();
  const readiness = makeReadiness({ clock, ping, ailing: () => null });
  await metrics.start(ping, { unready: readiness.unready, ailing: () => null });
  readiness.is('ready');
  return {
    stop: async () => {
      readiness.is('stopping');
      await heart.stop();
      await Promise.allSettled(workers.map(worker => worker.close()));
      await Promise.all([metrics.stop(), tracers.stop()]);
      keys.close();
      redis.close();
    },
  };
};
