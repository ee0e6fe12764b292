import type { RunId } from '../domain/ids.js';
import type { ReplyAddress } from '../domain/request.js';
import type { Asked, Inbox, LeftQuestion } from '../intake/ports.js';
import type { Log } from './log.js';

/**
 * Keeps what a platform brings until it is answered, from before it is acknowledged: what a bot leaves that was killed in between is
 * answered by the next one.
 */
export type Unanswered = {
  /** `others`: another bot has it already. `nowhere`: it could not be kept, so it is answered before it is acknowledged. */
  keep: (platform: string, run: RunId, heard: unknown) => Promise<'ours' | 'others' | 'nowhere'>;
  /** Whatever was kept of it is no longer needed; of several deliveries, once all are done with. */
  done: (run: RunId) => Promise<void>;
  /** It could not be answered now, and comes again in some seconds. */
  later: (run: RunId, is: Exclude<Asked, 'done'>) => void;
  /** From now on what is left of that platform comes here: as it was heard, with the message that stands there for it. */
  take: (platform: string, again: (left: { heard: unknown; begun: ReplyAddress | null }) => void) => void;
  start: () => void;
  stop: () => void;
};

/** An owner counts as gone after several of these. */
const LOOK_MS = 2_000;
/** Whoever else may have begun it is done or gone by then. */
const LATER_MS = 8_000;
const LATEST_MS = 60_000;

export const makeUnanswered = (deps: {
  inbox: Inbox;
  owner: string;
  /** Whether it was not begun, or not brought to its way, by whoever left it. */
  isOpen: (run: RunId) => Promise<boolean>;
  log: Log;
  laterMs?: number;
}): Unanswered => {
  const { inbox, owner, isOpen, log, laterMs = LATER_MS } = deps;
  const open = new Map<RunId, number>();
  /** Answered, and Redis was not there to be told. */
  const undropped = new Set<RunId>();
  /** When what could not be answered comes again, and how long that was put off. */
  const putOff = new Map<RunId, { is: 'open' | 'untold'; until: number; offMs: number }>();
  const takers = new Map<string, Parameters<Unanswered['take']>[1]>();
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  return {
    keep: async (platform, run, heard) => {
      open.set(run, (open.get(run) ?? 0) + 1);
      try {
        const isOurs = await inbox.put(owner, { run, platform, heard });
        if (!isOurs) open.delete(run);
        return isOurs ? 'ours' : 'others';
      } catch (error) {
        log.warn({ error, run }, 'a question could not be kept, so it is acknowledged only when it is answered');
        return 'nowhere';
      }
    },
    done,
    later: (run, is) => {
      if (!isLast(run)) return;
      const offMs = Math.min((putOff.get(run)?.offMs ?? laterMs / 2) * 2, LATEST_MS);
      putOff.set(run, { is, until: performance.now() + offMs, offMs });
    },
    take: (platform, again) => void takers.set(platform, again),
    start: () => {
      timer = setInterval(() => void look(), LOOK_MS);
      timer.unref();
      void look();
    },
    stop: () => clearInterval(timer),
  };

  /** Of several deliveries of one question. */
  function isLast(run: RunId): boolean {
    const deliveries = open.get(run);
    if (deliveries === undefined) return false;
    if (deliveries > 1) open.set(run, deliveries - 1);
    else open.delete(run);
    return deliveries === 1;
  }

  async function done(run: RunId): Promise<void> {
    if (!isLast(run)) return;
    putOff.delete(run);
    undropped.add(run);
    await drop(run).catch(error => log.warn({ error, run }, 'a question that was answered could not be dropped yet'));
  }

  async function drop(run: RunId): Promise<void> {
    await inbox.drop(owner, run);
    undropped.delete(run);
  }

  async function look(): Promise<void> {
    if (isLooking) return;
    isLooking = true;
    try {
      for (const run of undropped) await drop(run);
      const left = await inbox.adopt(owner);
      for (const run of putOff.keys()) if (!left.some(each => each.run === run)) putOff.delete(run);
      for (const each of left) if (isDue(each.run)) await goOn(each);
    } catch (error) {
      log.warn({ error }, 'questions that were left unanswered could not be looked for');
    } finally {
      isLooking = false;
    }
  }

  function isDue(run: RunId): boolean {
    return !open.has(run) && !undropped.has(run) && performance.now() >= (putOff.get(run)?.until ?? 0);
  }

  async function goOn({ run, platform, heard, at }: LeftQuestion): Promise<void> {
    const again = takers.get(platform);
    if (!again) return; // not yet
    // Who has its answer has begun it, and may have kept it from being begun anew.
    const goesOn = putOff.get(run)?.is === 'untold' || (await isOpen(run));
    open.set(run, (open.get(run) ?? 0) + 1);
    if (!goesOn) return done(run);
    log.info({ run, platform }, 'a question that was left is answered');
    again({ heard, begun: at });
  }
};
