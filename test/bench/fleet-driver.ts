import { createHash } from 'node:crypto';
import { setTimeout as wait } from 'node:timers/promises';
import { diagnoseTrees } from '../../jobs/flow.js';
import { makeSubmit } from '../../jobs/submit.js';
import { keyFolderOf, openKeyRing } from '../../src/config/key-ring.js';
import { loadConfig } from '../../src/config/load.js';
import { secretsFrom } from '../../src/config/secrets.js';
import { makePlan } from '../../src/diagnosis/plan.js';
import { runIdOf, type TargetId } from '../../src/domain/ids.js';
import { probes } from '../../src/probes/index.js';
import { makeSigning } from '../../src/signing/signing.js';
import { connectRedis, untilReady } from '../../src/store/connect.js';
import { redisStore } from '../../src/store/redis/redis-store.js';

/**
 * Lays a check of each target of a configuration once in a period, each at a moment of its own that is always the same, with the claim and the
 * job tree of every check. A program of its own, started by `fork`: laying is part of what checks cost.
 */
export type FleetOrder = {
  file: string;
  redisUrl: string;
  periodMs: number;
  /** Those that are due within so much of the period. */
  windowMs: number;
};
/** Lay them now, spread over so much instead. */
export type FleetTurn = { withinMs: number };
export type FleetLaid = {
  /** When each was due, in milliseconds since 1970. */
  due: Record<string, number>;
  /** Somebody looked already. */
  held: number;
  faults: number;
};

const LEAD_MS = 1_000;
const CLAIM_MS = 60_000;

const momentOf = (target: TargetId, periodMs: number): number =>
  createHash('sha256').update(target).digest().readUInt32BE(0) % periodMs;

/** Reading a large configuration is no part of a check: what comes back begins. */
const ready = async ({ file, redisUrl, periodMs, windowMs }: FleetOrder) => {
  const { config } = await loadConfig({ file, env: { ...process.env, UCCX_REDIS_URL: redisUrl } });
  const { sites } = config;
  const redis = connectRedis(redisUrl, { role: 'store', say: () => {}, name: 'uccx-bench-driver' });
  await untilReady(redis, 5_000);
  const { claims } = redisStore({ redis, say: () => {} });
  const secrets = secretsFrom(process.env);
  const folder = keyFolderOf(config, process.env, process.cwd());
  const ring = await openKeyRing({ config, secrets, folder, signs: ['bot'] });
  const { lay } = makeSubmit(redis, () => {}, makeSigning('bot', ring));
  const turns = config.targets
    .map(target => ({ target, at: momentOf(target.id, periodMs) }))
    .filter(({ at }) => at < windowMs)
    .sort((a, b) => a.at - b.at);
  let laid: FleetLaid;
  return drive;

  async function drive({ withinMs }: FleetTurn): Promise<FleetLaid> {
    laid = { due: {}, held: 0, faults: 0 };
    const begin = Date.now() + LEAD_MS;
    const underWay: Promise<void>[] = [];
    for (const { target, at } of turns) {
      const due = begin + Math.round((at * withinMs) / windowMs);
      const early = due - Date.now();
      if (early > 0) await wait(early);
      laid.due[target.id] = due;
      underWay.push(
        check(target, due).catch(() => {
          laid.faults += 1;
        }),
      );
    }
    await Promise.all(underWay);
    return laid;
  }

  async function check(target: (typeof config.targets)[number], due: number): Promise<void> {
    const at = new Date().toISOString();
    const run = runIdOf('bench', `${target.id} ${due}`);
    const claimed = await claims.take(target.id, { run, since: at, link: null }, CLAIM_MS);
    if (claimed.is === 'held') {
      laid.held += 1;
      return;
    }
    const deadlineMs = config.check.deadlineSec * 1_000;
    const plan = makePlan({
      run,
      at,
      targets: [target],
      sites,
      cards: probes,
      only: [],
      loginAnyway: false,
      deadlineMs,
    });
    const { children, deadlines } = diagnoseTrees(plan);
    await lay([...children, ...deadlines]);
  }
};

process.once('disconnect', () => process.exit());
process.once('message', async order => {
  const drive = await ready(order as FleetOrder);
  process.on('message', async turn => process.send?.(await drive(turn as FleetTurn)));
  process.send?.({ is: 'ready' });
});
