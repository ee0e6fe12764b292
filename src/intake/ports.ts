import type { AuditEntry, AuditHead, AuditRecord } from '../domain/audit.js';
import type { Clock, IsoTime } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { Digest, DigestMemory, DigestTold } from '../domain/digest.js';
import type { DigestId } from '../domain/digest-when.js';
import { UccxDoctorError } from '../domain/errors.js';
import type { GoingReading } from '../domain/going-reading.js';
import type { HistoryRow } from '../domain/history-row.js';
import type { RunId, SiteId, TargetId } from '../domain/ids.js';
import type { Board } from '../domain/incident.js';
import type { KeptReading } from '../domain/kept-reading.js';
import type { LadderOffer } from '../domain/ladder.js';
import type { Plan } from '../domain/plan.js';
import type { Quiet, QuietId, WindowMemory } from '../domain/quiet.js';
import type { Report } from '../domain/report.js';
import type { ReplyAddress, Request, Requester, Wants } from '../domain/request.js';
import type { Backlog, WorkerBeat, WorkerHeard } from '../domain/site-state.js';
import type { SecretRef } from '../domain/target.js';
import type { WatchId } from '../domain/watch-slots.js';
import type { Watch, WatchMemory } from '../domain/watching.js';
import type { View } from '../view/view.js';

/**
 * Carries what we say to where it was asked, for one platform.
 * `post` gives back the address that `edit` then changes; editing twice is editing once. Both throw `MessengerBusyError` when it is
 * worth trying again, `MessengerRefusedError` when it is not; `edit` of a message that is gone posts anew and gives that address.
 */
export type Messenger = {
  post: (to: ReplyAddress, view: View) => Promise<ReplyAddress>;
  edit: (at: ReplyAddress, view: View) => Promise<ReplyAddress>;
  /** Tells the asker alone where the platform can; for help, refusals and mistakes, never for a result. */
  tell: (to: ReplyAddress, view: View) => Promise<void>;
  /** A link to the message, if the platform has one. */
  link: (at: ReplyAddress) => Promise<string | null>;
  /** Where the same conversation can be told something later, unasked. Missing where the platform forgets its conversations. */
  lasting?: (to: ReplyAddress) => ReplyAddress;
  /** The conversation that the configuration names so; null where the bot is in none of that name (yet). */
  named?: (name: string) => Promise<ReplyAddress | null>;
  /** Where something is said under that message of ours. Missing where a platform has no such place. */
  under?: (at: ReplyAddress) => ReplyAddress;
  /** The asker's time zone as their profile has it; null where that cannot be had. */
  zoneOf?: (to: ReplyAddress) => Promise<string | null>;
};

/** The platform asks us to wait, or does not answer. */
export class MessengerBusyError extends UccxDoctorError {
  readonly retryAfterMs: number | null;
  /** It is sure that nothing was carried out: what is sent again stands there once. */
  readonly untaken: boolean;
  constructor(
    message: string,
    retryAfterMs: number | null,
    facts: UccxDoctorError['facts'] = {},
    { untaken = false, ...options }: { cause?: unknown; untaken?: boolean } = {},
  ) {
    super(message, facts, options);
    this.retryAfterMs = retryAfterMs;
    this.untaken = untaken;
  }
}

/** The platform will not take this message however often it is sent: no such channel, no right to write there. */
export class MessengerRefusedError extends UccxDoctorError {}

/**
 * Lets each event of a platform start one run, however often it is delivered.
 * `begin` is true for the first; unless `keep` follows within half a minute (the process died), another delivery may begin anew.
 */
export type Runs = {
  begin: (run: RunId) => Promise<boolean>;
  keep: (run: RunId) => Promise<void>;
  /** Lets it begin anew at once where whoever began it is gone; false where it was kept. */
  resume: (run: RunId) => Promise<boolean>;
};

/**
 * Questions that a platform brought and nobody has answered yet, as that platform brought them: a bot that has acknowledged one and dies
 * leaves it to the next bot. An owner is one process; it counts as gone when it has not called `adopt` for some seconds.
 */
export type Inbox = {
  /** True where it is this owner's: kept now, or before. One that is kept already is not kept anew. */
  put: (owner: string, question: Omit<LeftQuestion, 'at'>) => Promise<boolean>;
  /** Where the message stands that becomes its answer. */
  note: (run: RunId, at: ReplyAddress) => Promise<void>;
  /** It is answered, or on its way through the queue. */
  drop: (owner: string, run: RunId) => Promise<void>;
  /** Takes over what owners have left who are gone, each of it to one owner; gives all that is this owner's. */
  adopt: (owner: string) => Promise<LeftQuestion[]>;
};
/** `heard` is the platform's own; whoever takes it over reads it as if it had come anew. */
export type LeftQuestion = { run: RunId; platform: string; heard: unknown; at: ReplyAddress | null };

/** One check of one target at a time. A claim ends with its run, or by itself after `forMs`. Claiming again for the same run is fine. */
export type Claims = {
  take: (target: TargetId, holder: Holder, forMs: number) => Promise<{ is: 'taken' } | { is: 'held'; by: Holder }>;
  /** Notes where the running check is answered, so that the next asker can be pointed there. */
  locate: (target: TargetId, run: RunId, link: string) => Promise<void>;
  release: (target: TargetId, run: RunId) => Promise<void>;
  /** Whose check of it runs now. */
  holder: (target: TargetId) => Promise<Holder | null>;
};
export type Holder = { run: RunId; since: IsoTime; link: string | null };

/** Who may write into one message now. The result seals it: after that no progress can overwrite it, from whichever process. */
export type Pens = {
  /** True if the message may be written to; give it back with `lay`. Held for at most ten seconds. */
  lift: (run: RunId) => Promise<boolean>;
  lay: (run: RunId) => Promise<void>;
  /** Waits until nobody writes, then keeps the pen for good. Sealing twice is sealing once. */
  seal: (run: RunId) => Promise<void>;
};

/** One deep check of an account at a time on one machine. Null where one is under way; else what ends it, as does the end of the process. */
export type Climbs = { begin: (account: string) => Promise<(() => Promise<void>) | null> };

/** At most two connections to one target at a time, across workers and sites. Waits until there is room; the hold ends by itself after `forMs`. */
export type Slots = {
  hold: (target: TargetId, forMs: number, signal: AbortSignal) => Promise<() => Promise<void>>;
};

/** What is remembered of logins by account and a short fingerprint of the secret, never the secret. */
export type LoginMemory = {
  /** Notes that an attempt is under way, or says why there must be none. `anyway` goes past a remembered refusal, not past a running attempt. */
  begin: (account: string, fingerprint: string, anyway: boolean) => Promise<LoginState>;
  /** Writes down how it ended. An attempt that nobody ends counts as `unheard` when its time is over. */
  settle: (account: string, fingerprint: string, outcome: LoginOutcome, at: IsoTime) => Promise<void>;
};
/** `refused` lasts until the secret changes or somebody insists, `unheard` (begun at that time, and nobody heard what became of it) a day at most. */
export type LoginState = { is: 'free' } | { is: 'refused' | 'unheard'; at: IsoTime } | { is: 'running' };
/**
 * How a login ended. `refused` and `unheard` (the secret has left, and no answer came that says what became of it) keep this secret from
 * being sent again, and what was refused before stays so; `not-now` leaves the account alone for a while; `accepted` forgets everything,
 * `not-sent` the attempt alone.
 */
export type LoginOutcome = 'accepted' | 'refused' | 'unheard' | 'not-now' | 'not-sent';

/**
 * What a person was shown and may agree to, under the run that asked. `take` gives it once, to whoever comes first;
 * it ends by itself ten minutes after it was put.
 */
export type Consents = {
  put: (run: RunId, consent: Consent) => Promise<void>;
  take: (target: TargetId, run: RunId) => Promise<Consent | null>;
};
/** `wants` is the check as it was asked for, `offer` what the card showed. */
export type Consent = { target: TargetId; offer: LadderOffer; wants: CheckWish };
export type CheckWish = Extract<Wants, { do: 'check' }>;

/** A person's «stop» for a run, heard by whichever process carries it out. */
export type Stops = {
  press: (run: RunId) => Promise<void>;
  /**
   * Calls back once when it is pressed, or was, with the reason as a sentence; also where pressing could not be heard any more, for what
   * nobody can stop must not go on. Gives back the end of the watching.
   */
  watch: (run: RunId, onStop: (says: string) => void) => () => void;
};

export const PRESSED = 'somebody pressed «stop»';
export const ENDING = 'the worker that looked was told to end';
export const UNHEARD = 'Redis was away, so nobody could have stopped it';

/**
 * Reports, whole for a while, and one row of each look for far longer, thinned as it ages. The same run twice is kept once. What is too
 * old or too much goes when something is put; failures stay longer than successes, and the newest report always stays.
 */
export type History = {
  /**
   * @param of tells what the target needs, and whether everything was asked about; without it the row leaves that open.
   * @param looked the same look judged without what people had read: the row tells how that was.
   */
  put: (report: Report, of?: ConfiguredTarget, looked?: Report) => Promise<void>;
  last: (target: TargetId) => Promise<Report | null>;
  /** Every row that touches the time from `from` up to `until`, in order of time. */
  rows: (target: TargetId, from: IsoTime, until: IsoTime) => Promise<HistoryRow[]>;
};

/**
 * Where a platform lets the bot speak unasked: noted when it is installed there, refreshed whenever somebody speaks there, dropped
 * when it is removed. What a handle holds, only its platform knows.
 */
export type Conversations = {
  put: (conversation: Conversation) => Promise<void>;
  drop: (platform: string, id: string) => Promise<void>;
  /** Each once, in no order. */
  all: (platform: string) => Promise<Conversation[]>;
};
export type Conversation = { platform: string; id: string; handle: ReplyAddress['handle']; seenAt: IsoTime };

/** Files that wait until their reader agrees to get them; gone after an hour. */
export type Parcels = {
  put: (id: string, parcel: Parcel) => Promise<void>;
  get: (id: string) => Promise<Parcel | null>;
  drop: (id: string) => Promise<void>;
};
export type Parcel = { name: string; content: string; user: string };

/**
 * What was read for a target, for the checks after it; each reading is gone after the configured hours. The same run twice is kept once;
 * of too much the oldest goes. `kept` gives them oldest first.
 */
export type Readings = {
  keep: (reading: KeptReading) => Promise<void>;
  kept: (target: TargetId) => Promise<KeptReading[]>;
  forget: (target: TargetId) => Promise<void>;
};

/** How often something may be done: `most` at once, and as many again over `perMs`. */
type Rate = { what: string; most: number; perMs: number };
/** Counts all of them, or none where one has no room: then it gives back after how many milliseconds there is. 0: counted. */
export type Rates = { take: (wanted: readonly Rate[]) => Promise<number> };

/**
 * Who asked what, what was looked at for it and what was shown: append-only, each entry bound to the one before. Once `note` is done the
 * record is kept; it throws `StoreDownError` where it is not.
 */
export type Audit = {
  note: (record: AuditRecord) => Promise<void>;
  /** Newest first, back to that time, at most so many (of one kind, where it is named); `more` where older ones were left out. */
  since: (fromMs: number, most: number, only?: AuditEntry['is']) => Promise<{ entries: AuditEntry[]; more: boolean }>;
};

/** The lines of the audit by their numbers, which begin with 1. What stands in them only `src/audit` knows. */
export type AuditLog = {
  /** The last line and its hash, and the first that is still kept, 0 where none is. */
  state: () => Promise<{ head: AuditHead; first: number }>;
  /** All of them or none: false where the chain no longer stands at `behind`. Up to `letGo` they are let go. */
  append: (behind: AuditHead, lines: readonly string[], head: AuditHead, letGo: number | null) => Promise<boolean>;
  /** Upwards from that number. */
  lines: (from: number, most: number) => Promise<string[]>;
  /** Downwards, beginning below that number. */
  newest: (before: number, most: number) => Promise<string[]>;
};

/**
 * Readings under way. One that is not noted again within ten seconds has lost its process: `lost` gives it once, to whoever
 * asks first.
 */
export type GoingReadings = {
  note: (going: GoingReading) => Promise<void>;
  end: (going: GoingReading) => Promise<void>;
  lost: () => Promise<GoingReading[]>;
};

/** Digests that people asked for, and what is remembered of every digest, also of those of the configuration. */
export type Digests = {
  put: (digest: Digest) => Promise<void>;
  /** Forgets it with all that is remembered of it; false where there was none. */
  drop: (id: DigestId) => Promise<boolean>;
  /** Each once, in no order. */
  all: () => Promise<Digest[]>;
  memory: (id: DigestId) => Promise<DigestMemory | null>;
  remember: (id: DigestId, memory: DigestMemory) => Promise<void>;
  /** What it said last, null where it has not said anything yet. */
  told: (id: DigestId) => Promise<DigestTold | null>;
  tell: (id: DigestId, told: DigestTold) => Promise<void>;
};

/** Mutes, windows and acceptances that people asked for, apart from all results; and what was told of every window. */
export type Quiets = {
  put: (quiet: Quiet) => Promise<void>;
  /** Forgets it with all that is remembered of it; false where there was none. */
  drop: (id: QuietId) => Promise<boolean>;
  /** Each once, in no order; also those that have ended and were not dropped yet. */
  all: () => Promise<Quiet[]>;
  memory: (id: QuietId) => Promise<WindowMemory | null>;
  remember: (id: QuietId, memory: WindowMemory) => Promise<void>;
  /** Of which windows anything is remembered. */
  remembered: () => Promise<QuietId[]>;
};

/** Watches that people asked for, and what is remembered of every watch, also of those of the configuration. */
export type Watches = {
  put: (watch: Watch) => Promise<void>;
  /** Forgets it with all that is remembered of it; false where there was none. Incidents stay: they are still to be told. */
  drop: (id: WatchId) => Promise<boolean>;
  /** Each once, in no order. */
  all: () => Promise<Watch[]>;
  memory: (id: WatchId) => Promise<WatchMemory | null>;
  /** False where somebody else has written since: `version` must be one more than what is kept, and 1 the first time. */
  remember: (id: WatchId, memory: WatchMemory) => Promise<boolean>;
  /** Empty, of version 0, where nothing has happened. */
  board: (place: string) => Promise<Board>;
  boards: () => Promise<Board[]>;
  /** As `remember`. A board without incidents is taken down. */
  pin: (board: Board) => Promise<boolean>;
};

/**
 * Who looks from which site. The last word of a worker is kept for a week, so that it can be told when it fell silent; of one site the
 * newest hundred. `clock` is that of whoever calls: clocks are compared by the store's.
 */
export type Heartbeats = {
  beat: (beat: WorkerBeat, clock: Clock) => Promise<void>;
  /** It was told to end: it counts as gone at once, and in order. */
  leave: (beat: WorkerBeat, clock: Clock) => Promise<void>;
  /** Newest first. */
  heard: (site: SiteId, clock: Clock) => Promise<WorkerHeard[]>;
};

/** What waits in the queue of a site. Throws `StoreDownError` where it cannot be asked. */
export type SiteBacklog = (site: SiteId) => Promise<Backlog>;

/** Lays the whole run into the queue in one call; nothing is half queued. The same run twice is laid once. */
export type Submit = (request: Request, plan: Plan) => Promise<void>;

/** Resolves a reference to a secret where it is needed. Throws `ConfigError` naming the reference, never the value. */
export type Secrets = (ref: SecretRef) => Promise<string>;

/** A file that somebody sent along. `bytes` as the platform says, null where it does not. */
export type AttachedFile = {
  name: string;
  bytes: number | null;
  /** Fetches it, at most so many bytes of it; throws `UccxDoctorError` with words for the person where that cannot be. */
  open: (signal: AbortSignal, most: number) => AsyncIterable<Buffer>;
};

/** What an adapter hands in: one question of one person, in the platform's ids. */
export type Question = {
  run: RunId;
  by: Requester;
  to: ReplyAddress;
  text: string;
  /** A button under a message of ours: `to` names that message, and the result of a check takes its place. */
  fromButton?: true;
  /** A message that somebody had begun to answer in, who is gone: the answer takes its place. */
  begun?: ReplyAddress;
  files?: readonly AttachedFile[];
};

/**
 * Understands, allows, plans and lays a question; answers through the messenger. Never throws. Whoever has kept it asks again in a while
 * where it is not `done`: it is `open` where nothing came of it, or nobody knows whether it was started; `untold` where this process has the
 * answer, and tells it then without working on the question again.
 */
export type Intake = { ask: (question: Question) => Promise<Asked> };
export type Asked = 'done' | 'open' | 'untold';
