import type { Log } from '../chat/log.js';
import type { Config } from '../config/config.js';
import type { Clock } from '../domain/clock.js';
import { StoreDownError } from '../domain/errors.js';
import type { SiteId, TargetId } from '../domain/ids.js';
import type { Observation } from '../domain/observation.js';
import type { Limit } from '../intake/limits.js';
import type { History, Intake, Messenger, Secrets } from '../intake/ports.js';
import type { StandingDeps } from '../metrics/standing.js';
import type { Store } from '../store/store.js';
import type { Readiness } from './readiness.js';

type OnRefused = (what: string, why: string) => void;
type World = { config: Config; secrets: Secrets; log: Log; clock: Clock; version: string };
type Health = Pick<Readiness, 'unready'> & { ailing: () => string | null };

/** What the bot hands to be counted, and how it is shown. Without `metrics` in the configuration each is given back as it is. */
export type BotMetrics = {
  store: (store: Store) => Store;
  messenger: (platform: string, messenger: Messenger) => Messenger;
  intake: (intake: Intake) => Intake;
  onLimited: (limit: Limit) => void;
  onRefused: OnRefused;
  start: (standing: Omit<StandingDeps, 'clock' | 'meters'>, health: Health) => Promise<void>;
  stop: () => Promise<void>;
};

export const botMetrics = async (world: World): Promise<BotMetrics> => {
  const { config, clock, log } = world;
  if (!config.metrics) {
    const nothing = async () => {};
    return {
      store: s => s,
      messenger: (_, each) => each,
      intake: each => each,
      onLimited: () => {},
      onRefused: () => {},
      start: nothing,
      stop: nothing,
    };
  }
  // Who counts nothing loads nothing for it.
  const [
    { makeMeters },
    { countedDigests, countedHistory, countedIntake, countedMessenger, countedRefusals, showTarget },
    { makeStanding },
  ] = await Promise.all([
    import('../metrics/meters.js'),
    import('../metrics/counted.js'),
    import('../metrics/standing.js'),
  ]);
  const meters = makeMeters('bot');
  meters.set('uccx_doctor_info', 1, { version: world.version, role: 'bot' });
  let history: Pick<History, 'last'> | null = null;
  let listener: Awaited<ReturnType<typeof listen>> = null;
  return {
    store: store => {
      history = store.history;
      return {
        ...store,
        history: countedHistory(store.history, meters),
        digests: countedDigests(store.digests, meters, clock),
      };
    },
    messenger: (platform, each) => countedMessenger(platform, each, meters),
    intake: each => countedIntake(each, meters),
    onLimited: limit => meters.add('uccx_doctor_limited_total', { limit }),
    onRefused: countedRefusals(meters),
    start: async (standing, health) => {
      const look = makeStanding({ ...standing, clock, meters });
      const text = async () => {
        await look();
        return meters.text();
      };
      listener = await listen(world, config.metrics?.port ?? 0, { ...health, text, contentType: meters.contentType });
      void recall(config.targets.map(({ id }) => id));
    },
    stop: async () => listener?.stop(),
  };

  /** How the targets were when somebody looked last, so that a restart leaves no hole. */
  async function recall(targets: readonly TargetId[]): Promise<void> {
    const startedAt = clock.now();
    for (const target of targets) {
      try {
        const report = await history?.last(target);
        if (report && Date.parse(report.finishedAt) < startedAt) showTarget(report, meters);
      } catch (error) {
        if (error instanceof StoreDownError) return; // the next checks fill it in
        log.warn({ error, target }, 'how a target was could not be recalled for the metrics');
      }
    }
  }
};

export type WorkerMetrics = {
  onAnswer: (observation: Observation) => void;
  onRefused: OnRefused;
  onBeat: (site: SiteId) => void;
  start: (ping: () => Promise<unknown>, health: Health) => Promise<void>;
  stop: () => Promise<void>;
};

export const workerMetrics = async (world: World): Promise<WorkerMetrics> => {
  const { config, clock } = world;
  const port = config.metrics?.workerPort;
  if (port === undefined) {
    const nothing = async () => {};
    return { onAnswer: () => {}, onRefused: () => {}, onBeat: () => {}, start: nothing, stop: nothing };
  }
  const [{ makeMeters }, { countedRefusals, outcomeOfOrder }] = await Promise.all([
    import('../metrics/meters.js'),
    import('../metrics/counted.js'),
  ]);
  const meters = makeMeters('worker');
  meters.set('uccx_doctor_info', 1, { version: world.version, role: 'worker' });
  let listener: Awaited<ReturnType<typeof listen>> = null;
  return {
    onAnswer: observation => {
      const { source } = observation;
      if (source.by !== 'probe') return;
      meters.add('uccx_doctor_worker_orders_total', { site: source.site, outcome: outcomeOfOrder(observation) });
    },
    onRefused: countedRefusals(meters),
    onBeat: site => meters.set('uccx_doctor_worker_beat_timestamp_seconds', clock.now() / 1000, { site }),
    start: async (ping, health) => {
      const text = async () => {
        const isUp = await ping().then(
          () => 1,
          () => 0,
        );
        meters.set('uccx_doctor_redis_up', isUp);
        return meters.text();
      };
      listener = await listen(world, port, { ...health, text, contentType: meters.contentType });
    },
    stop: async () => listener?.stop(),
  };
};

/** A port that is taken is told and keeps nobody from their work. A token that cannot be read is a mistake of the configuration. */
const listen = async (
  { config, secrets, log }: World,
  port: number,
  shown: Health & { text: () => Promise<string>; contentType: string },
) => {
  const { metricsListener } = await import('../metrics/listener.js');
  const { host = '127.0.0.1', token } = config.metrics ?? {};
  const listener = metricsListener({
    host,
    port,
    token: token ? (await secrets(token)).trim() : null,
    ...shown,
    onError: error => log.error({ error }, 'the metrics could not be shown'),
  });
  try {
    const at = await listener.start();
    log.info(at, 'metrics can be read at /metrics');
    return listener;
  } catch (error) {
    log.error({ error, host, port }, 'the metrics cannot be shown at this address; everything else goes on');
    return null;
  }
};
