import { setMaxListeners } from 'node:events';
import { type Clock, isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { Leg } from '../domain/evidence/evidence.js';
import type { BodyOf, Evidence, EvidenceKind } from '../domain/evidence/index.js';
import { type Observation, silence, sourceOf, type TranscriptLine } from '../domain/observation.js';
import type { ProbeOrder } from '../domain/plan.js';
import type { TargetKind, Vantage } from '../domain/target.js';
import type { LoginOutcome, Stops } from '../intake/ports.js';
import { type Ending, openEnding } from '../wire/ending.js';
import type { Hidden } from '../wire/line-session.js';
import { askSystem, type Resolve } from '../wire/tcp.js';

export type Impact = 'touch' | 'login' | 'load' | 'mail';

/** What everybody may know of a probe without loading a socket: the plan is made from these cards. */
export type ProbeCard = {
  id: string;
  for: TargetKind;
  leg: Leg;
  /** Where looking from is conclusive. Where no site stands there it runs from elsewhere, and the rules say what that is worth. */
  from: readonly Vantage[];
  /**
   * `touch` opens a connection, `login` logs in once. What has a price is planned only when asked for: `load` takes sessions
   * that agents may need (`--deep`), `mail` sends one message (`--loop`).
   */
  impact: Impact;
  /** Where not every target of the kind has what it looks at. */
  applies?: (target: ConfiguredTarget) => boolean;
  /** Another probe that this one does on its way, so that no site runs both. */
  includes: readonly string[];
  budgetMs: number;
  /**
   * Connections that it may add when its conversation is over, one at a time and without a login: one to each other address of the
   * name, or a few to the same one. None where not given.
   */
  furtherConnects?: number;
  yields: readonly EvidenceKind[];
};

/**
 * The one door to a password. `granted` has noted that an attempt is under way: whoever gets it must `settle` it with the
 * server's answer. Unsettled (the worker died), it keeps the account untouched for a while, and then this secret from being sent again.
 * Nothing else hands out secrets.
 */
export type LoginGrant =
  | {
      is: 'granted';
      user: string;
      /** What the mechanism sends or proves: where the account logs in by OAuth, an access token. */
      password: string;
      settle: (outcome: LoginOutcome) => Promise<void>;
    }
  | {
      is: 'withheld';
      why: 'refused-before' | 'attempt-unfinished' | 'secret-missing' | 'guard-unreachable' | 'no-token';
      says: string;
    };

export type Look<T extends ConfiguredTarget = ConfiguredTarget> = {
  target: T;
  /** Notes one fact at once, so that a probe that is cut off has still seen it. */
  observe: <Kind extends EvidenceKind>(kind: Kind, body: Body<Kind>) => void;
  /** Keeps one line of the conversation; `wire/` has masked and escaped it. `atMs` where it is told later than it was said. */
  transcribe: (who: TranscriptLine['who'], text: string, atMs?: number) => void;
  login: () => Promise<LoginGrant>;
  resolve: Resolve;
  /** Where each name was met first: the look goes on there. `others`: the addresses that nobody has tried. */
  reached: Map<string, { address: string; others: readonly string[] }>;
  furtherConnects: number;
  hidden: Hidden;
  /** What somebody has agreed to, for probes that use something up. */
  ladder?: NonNullable<ProbeOrder['ladder']>;
  /** Aborted when a person presses «stop», or where nobody could be heard who did; its reason is a sentence. */
  stop: AbortSignal;
  /** A word on how far it came, for whoever waits; may be lost. */
  progress: (says: string) => void;
  /** Ends everything: DNS, connect, TLS and protocol together. */
  signal: Ending;
  /** Milliseconds left of the budget. */
  leftMs: () => number;
  /** Milliseconds since the probe began, for the times of steps. */
  elapsedMs: () => number;
};
export type Body<Kind extends EvidenceKind> = BodyOf<Kind>;

export type Probe = ProbeCard & { run: (look: Look<never>) => Promise<void> };

/** A probe looks and never judges, retries, or reads clock and environment. A refusal is evidence, word for word. */
export const defineProbe = <const Kind extends TargetKind>(
  probe: Omit<ProbeCard, 'for'> & {
    for: Kind;
    run: (look: Look<Extract<ConfiguredTarget, { kind: Kind }>>) => Promise<void>;
  },
): Probe => probe;

export type LoginDoor = {
  (order: ProbeOrder, target: ConfiguredTarget): Promise<LoginGrant>;
  /** Does beforehand what a login takes of this machine and of no server, a few at a time. Throws the signal's reason, and nothing else. */
  prepare?: (order: ProbeOrder, target: ConfiguredTarget, signal: AbortSignal) => Promise<void>;
};

export type ProbeDeps = {
  clock: Clock;
  login: LoginDoor;
  /** Gives the addresses of a name; the system's resolver where not given. */
  resolve?: Resolve;
  /** Listens for «stop» while something runs that has a price; without it nobody can be heard. */
  stops?: Stops;
  onProgress?: (order: ProbeOrder, says: string) => void;
  /** Told of a bug in a probe; the report only says that it crashed. */
  onCrash: (error: unknown, order: ProbeOrder) => void;
};

const MAX_TRANSCRIPT_LINES = 200;
const NOBODY_STOPS = new AbortController().signal;

/**
 * To be waited for before a probe that logs in takes a connection of its target, and before its time begins: where thirty accounts are
 * hashed at once on a busy machine, each of them waits for all, and no probe may run out of time over that.
 */
export const prepareLogin = async (
  { impact }: Probe,
  order: ProbeOrder,
  target: ConfiguredTarget,
  signal: AbortSignal,
  { login }: Pick<ProbeDeps, 'login'>,
): Promise<void> => {
  if (impact !== 'touch') await login.prepare?.(order, target, signal);
};

/**
 * Runs one probe under one deadline and gives back what it saw, also when the deadline or `signal` cut it off.
 * Never throws: a bug in a probe is the silence `crashed`.
 */
export const runProbe = async (
  probe: Probe,
  order: ProbeOrder,
  target: ConfiguredTarget,
  signal: AbortSignal,
  deps: ProbeDeps,
): Promise<Observation> => {
  const source = sourceOf(order);
  const evidence: Evidence[] = [];
  const transcript: TranscriptLine[] = [];
  const startedAt = deps.clock.now();
  const elapsedMs = () => Math.max(0, deps.clock.now() - startedAt);
  const { ending, end } = openEnding();
  const cut = () => end(signal.reason);
  const deadline = setTimeout(() => end(new DOMException('the budget is over', 'TimeoutError')), order.budgetMs);
  setMaxListeners(0, signal); // every probe of a run listens to the one
  signal.addEventListener('abort', cut, { once: true });
  if (signal.aborted) cut();
  const hasPrice = probe.impact !== 'touch' && probe.impact !== 'login';
  const stopping = hasPrice ? new AbortController() : null;
  const unwatch = deps.stops && stopping ? deps.stops.watch(order.run, says => stopping.abort(says)) : undefined;
  const look: Look = {
    target,
    observe: (kind, body) => {
      // Not parsed here, which takes as long as a step of the conversation: whoever takes the observation does that.
      evidence.push({ kind, target: order.target, source, at: isoNow(deps.clock), ...body } as unknown as Evidence);
    },
    transcribe: (who, text, atMs = elapsedMs()) => {
      if (transcript.length < MAX_TRANSCRIPT_LINES) transcript.push({ atMs, who, text: text.slice(0, 600) });
    },
    login: () => deps.login(order, target),
    resolve: deps.resolve ?? askSystem,
    reached: new Map(),
    furtherConnects: Math.min(order.furtherConnects ?? 0, probe.furtherConnects ?? 0),
    hidden: { secrets: [] },
    ...(order.ladder ? { ladder: order.ladder } : {}),
    stop: stopping?.signal ?? NOBODY_STOPS,
    progress: says => deps.onProgress?.(order, says),
    signal: ending,
    leftMs: () => Math.max(0, order.budgetMs - elapsedMs()),
    elapsedMs,
  };
  try {
    await probe.run(look as Look<never>);
  } catch (error) {
    if (!ending.aborted) {
      deps.onCrash(error, order);
      return silence(order, 'crashed', 'broke off by a fault of our own');
    }
  } finally {
    clearTimeout(deadline);
    signal.removeEventListener('abort', cut);
    unwatch?.();
  }
  return { is: 'seen', source, tookMs: elapsedMs(), cut: ending.aborted, evidence, transcript };
};
