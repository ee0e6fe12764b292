import type { Config } from '../config/config.js';
import { isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { StoreDownError } from '../domain/errors.js';
import type { RunId } from '../domain/ids.js';
import { climbedAccount, type LadderOffer, sharingAccounts } from '../domain/ladder.js';
import type { Claims, Climbs, Secrets, Stops } from '../intake/ports.js';
import { runningWords } from '../view/answers.js';
import type { Io } from './io.js';

/** Where bots, and command lines like this one, say what they hold; `stops` hears who presses «stop» there. */
type Shared = { claims: Claims; stops: Stops; close: () => void };
export type OpenShared = (config: Config, secrets: Secrets, io: Io) => Promise<Shared>;

type Alone = { is: 'alone'; stops?: Stops; end: () => Promise<void> } | { is: 'not-alone'; says: string };

/**
 * Sees to it that nobody else climbs on the account meanwhile: nobody on this machine and, where a Redis is configured, no bot and no
 * command line that uses it. Where that cannot be had nothing is opened.
 */
export const aloneFor = async (
  climb: {
    offer: LadderOffer;
    target: ConfiguredTarget;
    targets: readonly ConfiguredTarget[];
    run: RunId;
    forMs: number;
  },
  {
    climbs,
    openShared,
    config,
    secrets,
    io,
  }: { climbs: Climbs; openShared: OpenShared | undefined; config: Config; secrets: Secrets; io: Io },
): Promise<Alone> => {
  const { offer, target, targets, run, forMs } = climb;
  const leave = await climbs.begin(climbedAccount(target, offer.account));
  if (!leave) return { is: 'not-alone', says: `Somebody on this machine climbs on the account of ${target.id} now.` };
  if (!config.redis?.url || !openShared) return { is: 'alone', end: leave };
  let shared: Shared | null = null;
  const end = async () => {
    for (const { id } of sharing) await shared?.claims.release(id, run).catch(() => {}); // it ends by itself
    shared?.close();
    await leave();
  };
  const sharing = sharingAccounts(target, targets);
  try {
    shared = await openShared(config, secrets, io);
    const holder = { run, since: isoNow({ now: Date.now }), link: null };
    for (const { id } of sharing) {
      const claimed = await shared.claims.take(id, holder, forMs);
      if (claimed.is === 'taken') continue;
      await end();
      return { is: 'not-alone', says: runningWords({ target: id, since: claimed.by.since, link: claimed.by.link }) };
    }
    return { is: 'alone', stops: shared.stops, end };
  } catch (error) {
    await end();
    if (!(error instanceof StoreDownError)) throw error;
    return {
      is: 'not-alone',
      says: `Whether a bot climbs on the account of ${target.id} now cannot be told: ${error.message}. Ask the bot (/uccx check ${target.id} --deep), or leave redis out of this file where no bot uses it.`,
    };
  }
};
