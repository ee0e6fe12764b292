import type { Grant } from '../domain/access.js';
import type { Clock } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { RunId } from '../domain/ids.js';
import type { Plan } from '../domain/plan.js';
import type { ReplyAddress } from '../domain/request.js';
import type { Site } from '../domain/target.js';
import type { ProbeCard } from '../probes/probe.js';
import type { RuleCard } from '../rules/rule.js';
import type { DigestDeps } from './digest.js';
import type { ReadingDeps } from './keep-read.js';
import type { LimitsDeps } from './limits.js';
import type {
  Audit,
  Claims,
  Consents,
  History,
  Inbox,
  Messenger,
  Pens,
  Question,
  Runs,
  Stops,
  Submit,
} from './ports.js';
import type { QuietDeps } from './silences.js';
import type { Standing } from './sites.js';
import type { WatchDeps } from './watch.js';

/** What the intake knows and reaches; each part of it takes what it needs. */
export type IntakeDeps = {
  clock: Clock;
  targets: readonly ConfiguredTarget[];
  sites: readonly Site[];
  grants: readonly Grant[];
  cards: readonly ProbeCard[];
  rules: readonly RuleCard[];
  deadlineMs: number;
  /** By the requester's platform; with a run what it says is on record as an answer to it, without one it is not. */
  messenger: (platform: string, run?: RunId) => Messenger;
  runs: Runs;
  /** Missing where nobody could take a question over. */
  inbox?: Pick<Inbox, 'note'>;
  /** Missing where nobody else writes into our messages. */
  pens?: Pick<Pens, 'lift' | 'lay'>;
  claims: Claims;
  consents: Consents;
  stops: Stops;
  history: History;
  /** Missing where nobody keeps a record of what was asked. */
  audit?: Audit;
  /** Missing where everybody may ask as often as they like. */
  limits?: LimitsDeps;
  /** Missing where nothing is scheduled. */
  digest?: DigestDeps;
  /** Missing where nothing is muted. */
  quiet?: QuietDeps;
  /** Missing where nothing is kept of what people have read. */
  reading?: ReadingDeps;
  /** Missing where nothing is watched. */
  watch?: WatchDeps;
  /** Missing where nobody else looks: there are no workers to tell of. */
  standing?: Standing;
  submit: Submit;
  /** Follows a run and edits its message as probes answer; a courtesy that may be lost. */
  follow: (plan: Plan, at: ReplyAddress, atOnce?: boolean) => void;
  /** Told of what went wrong, for the log. */
  onTrouble: (error: unknown, question: Question) => void;
};
