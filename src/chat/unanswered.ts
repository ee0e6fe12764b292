import type { RunId } from '../domain/ids.js';
import type { ReplyAddress } from '../domain/request.js';
import type { Inbox, LeftQuestion } from '../intake/ports.js';
import type { Log } from './log.js';

/**
 * Keeps what a platform brings until it is answered, from before it is acknowledged: what a bot leaves that was killed in between is
 * answered by the next one. Without Redis it keeps nothing, and nobody waits for that.
 */
export type Unanswered = {
  /** False where another bot has it already. */
  keep: (platform: string, run: RunId, heard: unknown) => Promise<boolean>;
  /** Whatever was kept of it is no longer needed; of several deliveries, once all are done with. */
  done: (run: RunId) => Promise<void>;
  /** From now on what is left of that platform comes here: as it was heard, with the message that stands there for it. */
  take: (platform: string, again: (left: { heard: unknown; begun: ReplyAddress | null }) => void) => void;
  start: () => void;
  stop: () => void;
};

/** An owner counts as gone after several of these. */
const LOOK_MS = 2_000;

export const makeUnanswered = (deps: {
  inbox: Inbox;
  owner: string;
  /** Whether it was not begun, or not brought to its way, by whoever left it. */
  isOpen: (run: RunId) => Promise<boolean>;
  log: Log;
}): Unanswered => {
  const { inbox, owner, isOpen, log } = deps;
  const open = new Map<RunId, number>();
  /** Answered, and Redis was not there to be told. */
  const undropped = new Set<RunId>();
  const takers = new Map<string, Parameters<Unanswered['take']>[1]>();
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  return {
    keep: async (platform, run, heard) => {
      open.set(run, (open.get(run) ?? 0) + 1);
      try {
        const isOurs = await inbox.put(owner, { run, platform, heard });
        if (!isOurs) open.delete(run);
        return isOurs;
      } catch (error) {
        log.warn({ error, run }, 'a question could not be kept; should this bot end now, nobody answers it');
        return true;
      }
    },
    done,
    take: (platform, again) => void takers.set(platform, again),
    start: () => {
      timer = setInterval(() => void look(), LOOK_MS);
      timer.unref();
      void look();
    },
    stop: () => clearInterval(timer),
  };

  async function done(run: RunId): Promise<void> {
    const deliveries = open.get(run);
    if (deliveries === undefined) return;
    if (deliveries > 1) return void open.set(run, deliveries - 1);
    undropped.add(run);
    open.delete(run);
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
      for (const each of left) if (!open.has(each.run) && !undropped.has(each.run)) await goOn(each);
    } catch (error) {
      log.warn({ error }, 'questions that were left unanswered could not be looked for');
    } finally {
      isLooking = false;
    }
  }

  async function goOn({ run, platform, heard, at }: LeftQuestion): Promise<void> {
    const again = takers.get(platform);
    if (!again) return; // not yet
    const goesOn = await isOpen(run);
    open.set(run, (open.get(run) ?? 0) + 1);
    if (!goesOn) return done(run);
    log.info({ run, platform }, 'a question that another bot left is answered');
    again({ heard, begun: at });
  }
};
