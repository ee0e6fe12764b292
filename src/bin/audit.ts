import { hostname } from 'node:os';
import { auditedMessenger } from '../audit/audited.js';
import { type AuditKey, auditKey } from '../audit/chain.js';
import { lookedRecord, orderedRecord } from '../audit/records.js';
import { makeTrail, type Trail } from '../audit/trail.js';
import type { Log } from '../chat/log.js';
import type { OpenAudit } from '../cli/audit.js';
import type { Config } from '../config/config.js';
import type { AuditRecord } from '../domain/audit.js';
import type { Clock } from '../domain/clock.js';
import { ConfigError } from '../domain/errors.js';
import type { RunId } from '../domain/ids.js';
import type { Plan } from '../domain/plan.js';
import type { Report } from '../domain/report.js';
import type { AuditLog, Messenger, Secrets } from '../intake/ports.js';
import { probes } from '../probes/index.js';
import { redisStore } from '../store/redis/redis-store.js';
import { makeLog } from './log.js';
import { openRedis } from './redis.js';

const DAY_MS = 86_400_000;
/** Where the chain stands is noted in the log so often: what is cut off behind that, or made anew before it, shows. */
const ANCHOR_MS = 900_000;
/** An HMAC key that can be guessed is none. */
const LEAST_KEY = 16;

type World = { config: Config; secrets: Secrets; log: Log; clock: Clock; version: string };

/** The audit of a bot, and what hands it to be written down. */
export type BotAudit = {
  trail: Trail;
  messenger: (messenger: Messenger, run: RunId | undefined) => Messenger;
  /** Told before a schedule looks; throws where that cannot be kept. */
  onPlan: (is: 'digest' | 'watch') => (plan: Plan, id: string) => Promise<void>;
  onJudged: (report: Report) => Promise<void>;
  start: () => Promise<void>;
  stop: () => Promise<void>;
};

export const botAudit = async (
  auditLog: AuditLog,
  { config, secrets, log, clock, version }: World,
): Promise<BotAudit> => {
  const { key, keepDays, keepEntries } = config.audit;
  const trail = makeTrail({
    log: auditLog,
    clock,
    key: key ? await keyOf(key, secrets) : null,
    keep: { ms: keepDays * DAY_MS, count: keepEntries },
  });
  const known = { targets: config.targets, cards: probes };
  let anchored = 0;
  let timer: NodeJS.Timeout | undefined;
  return {
    trail,
    messenger: (messenger, run) => auditedMessenger(messenger, noteAnyway, run ?? null),
    onPlan: is => (plan, id) => trail.note(orderedRecord(plan, { is, id }, known)),
    onJudged: report => noteAnyway(lookedRecord(report, known)),
    start: async () => {
      await noteAnyway(lifeOf('began'));
      await anchor();
      timer = setInterval(() => void anchor(), ANCHOR_MS);
      timer.unref();
    },
    stop: async () => {
      clearInterval(timer);
      await noteAnyway(lifeOf('ended'));
      await anchor();
    },
  };

  /** What has happened has happened, also where Redis is away: then the log has it. */
  async function noteAnyway(record: AuditRecord): Promise<void> {
    await trail.note(record).catch(error => log.error({ error, audit: record }, 'the audit could not be written'));
  }

  async function anchor(): Promise<void> {
    try {
      const head = await trail.head();
      if (head.seq === anchored) return;
      anchored = head.seq;
      log.info({ auditHead: head }, 'the audit stands here');
    } catch {
      // Redis is away, and says so itself.
    }
  }

  function lifeOf(did: 'began' | 'ended'): AuditRecord {
    return { is: 'bot', did, version, machine: hostname().slice(0, 80) };
  }
};

const keyOf = async (ref: Parameters<Secrets>[0], secrets: Secrets): Promise<AuditKey> => {
  const key = (await secrets(ref)).trim();
  if (key.length < LEAST_KEY)
    throw new ConfigError(`The key of the audit ${ref} has fewer than ${LEAST_KEY} characters: take a random one.`);
  return auditKey(key);
};

/** The audit of the bots that share the configured Redis, to be read. */
export const openSharedAudit: OpenAudit = async (config, secrets, io) => {
  const log = makeLog('audit', { ...io.env, UCCX_LOG: io.env.UCCX_LOG ?? 'error' });
  const keys = await auditKeys(config, secrets);
  const redis = await openRedis(config, secrets, log);
  const { auditLog } = redisStore({ redis: redis.store, say: line => log.warn({}, line) });
  return { log: auditLog, keys, close: redis.close };
};

/** The key first that signs now. */
export const auditKeys = ({ audit }: Config, secrets: Secrets): Promise<AuditKey[]> =>
  Promise.all([...(audit.key ? [audit.key] : []), ...audit.formerKeys].map(ref => keyOf(ref, secrets)));
