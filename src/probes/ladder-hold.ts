import { stopwatch, within } from '../wire/countdown.js';
import { type Ending, NEVER, openEnding } from '../wire/ending.js';
import { answers, type HeldSession, isOpen, letGo } from './ladder-session.js';
import type { Body, Look } from './probe.js';

type StoppedBy = Body<'imap-ladder'>['stoppedBy'];
type Outcome = Pick<Body<'imap-ladder'>, 'stoppedBy' | 'says' | 'opened' | 'canaryLost' | 'leftOpen' | 'gaveBackMs'>;

/** The sessions of a climb, and its end: whatever ends it gives all of them back at once, also while another one is being opened. */
export type Hold = {
  /** Ends what is being opened. */
  signal: Ending;
  open: () => number;
  /** A session that comes after the end is given back too. */
  add: (session: HeldSession) => void;
  /** Asks the first session whether it lives, when it has not been asked for a while; ends the climb where it does not. */
  feelPulse: () => Promise<void>;
  /** The first reason counts. */
  end: (stoppedBy: StoppedBy, says?: string) => void;
  ended: () => boolean;
  /** Waits until everything has been given back. */
  outcome: () => Promise<Outcome>;
};

/** A server that ends a session says so in an instant; it is noticed within this time. */
const WATCH_MS = 100;
const PULSE_MS = 1000;
const PULSE_ANSWER_MS = 2000;
const LAST_PULSE_MS = 400;

/** @param lastsMs when the climb ends by itself */
export const holdSessions = (look: Pick<Look, 'signal' | 'stop'>, lastsMs: number): Hold => {
  const { ending, end: endOpening } = openEnding();
  const sessions: HeldSession[] = [];
  const farewells: Promise<boolean>[] = [];
  let end: (Pick<Outcome, 'stoppedBy' | 'says' | 'opened'> & { givingBackMs: () => number }) | null = null;
  let canaryLost = false;
  let pulse: Promise<boolean> | null = null;
  let sincePulse = stopwatch();

  const stop: Hold['end'] = (stoppedBy, says) => {
    if (end) return;
    end = { stoppedBy, says: says ?? null, opened: sessions.length, givingBackMs: stopwatch() };
    clearInterval(watching);
    clearTimeout(deadline);
    look.stop.removeEventListener('abort', onStop);
    look.signal.removeEventListener('abort', onAbort);
    endOpening(new Error(stoppedBy));
    const [canary, ...others] = sessions;
    if (canary) farewells.push(afterPulse(canary));
    farewells.push(...others.map(session => letGo(session)));
  };
  /** It may just be asked whether it lives: then that answer comes first, if it comes soon. */
  const afterPulse = async (canary: HeldSession) => {
    const waitedMs = stopwatch();
    if (pulse) await within(pulse, LAST_PULSE_MS, NEVER);
    return letGo(canary, waitedMs());
  };
  const lose = (at: number, says: string) => {
    canaryLost = at === 0;
    stop('canary', says);
  };
  const onStop = () => stop('person', String(look.stop.reason));
  const onAbort = () => stop('person', 'the process that climbed was told to end');
  const watching = setInterval(() => {
    const lost = sessions.findIndex(session => !isOpen(session));
    if (lost >= 0) lose(lost, `the server ended session ${lost + 1} of ${sessions.length}, and nobody had asked it to`);
  }, WATCH_MS);
  const deadline = setTimeout(() => stop('deadline'), Math.max(0, lastsMs));
  look.stop.addEventListener('abort', onStop);
  look.signal.addEventListener('abort', onAbort);
  if (look.stop.aborted) onStop();
  if (look.signal.aborted) onAbort();

  return {
    signal: ending,
    open: () => sessions.length,
    add: session => {
      if (end) farewells.push(letGo(session));
      else sessions.push(session);
    },
    feelPulse: async () => {
      const [canary] = sessions;
      if (!canary || end || sincePulse() < PULSE_MS) return;
      sincePulse = stopwatch();
      pulse = answers(canary, PULSE_ANSWER_MS);
      if (!(await pulse)) lose(0, 'the first session no longer answers');
      pulse = null;
    },
    end: stop,
    ended: () => end !== null,
    outcome: async () => {
      stop('person', 'the climb broke off');
      const { givingBackMs, ...told } = end as NonNullable<typeof end>;
      const clean = await Promise.all(farewells);
      return {
        ...told,
        canaryLost: told.opened > 0 ? canaryLost : null,
        leftOpen: clean.filter(each => !each).length,
        gaveBackMs: givingBackMs(),
      };
    },
  };
};
