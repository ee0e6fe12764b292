import type { CapturedRefusal } from '../../domain/evidence/captured-sessions.js';
import type { Leg } from '../../domain/evidence/evidence.js';
import type { Mechanism } from '../../domain/evidence/imap-login.js';
import type { BodyOf, EvidenceKind } from '../../domain/evidence/index.js';
import type { Login } from './secrets.js';
import type { Flowing } from './stream.js';

/** One conversation as it stands. Talks fill it, the tally counts it. */
export type Session = {
  leg: Leg;
  client: string;
  server: string;
  port: number;
  /** When it was asked for; null where it stood before the capture began. */
  askedMs: number | null;
  stage: 'connect' | 'greeting' | 'before-login' | 'login' | 'logged-in' | 'encrypted' | 'request';
  command: string | null;
  mechanism: Mechanism | null;
  /** It was let in, or nobody can see whether it was. */
  works: boolean;
  account: string | null;
  /** Somebody said farewell, so its end is none that needs a reason. */
  farewell: boolean;
  missingBytes: number;
};

/** What the talks of one capture tell: the moment is that of the packet at hand. */
export type Telling = {
  nowMs: () => number;
  packet: () => number;
  /** A fact as a probe would see it; one for each key is enough. */
  fact: <Kind extends EvidenceKind>(kind: Kind, key: string, body: BodyOf<Kind>) => void;
  greeted: (session: Session, tookMs: number) => void;
  works: (session: Session, login: Login | null) => void;
  refused: (session: Session, refusal: Refused) => void;
  /** A request to the notification port that came whole, the id that it is for, and headers of something in between. */
  posted: (session: Session, id: string | null, via: readonly string[]) => void;
  /** Its answer. */
  notified: (session: Session, answer: Notified) => void;
  /** An answer that tells Exchange to stop. */
  unsubscribed: (session: Session) => void;
};
export type Notified = {
  status: number;
  server: string | null;
  via: string | null;
  between: readonly string[];
  tookMs: number;
};
export type Refused = {
  stage: CapturedRefusal['stage'];
  command: string | null;
  text: string | null;
  login: Login | null;
  /** The fact that tells of it where no others were at work beside it. */
  alone?: () => void;
};

/** One protocol as it is overheard. */
export type Talk = {
  fromClient: Flowing;
  fromServer: Flowing;
  /** Nothing more comes; `by` ended it. */
  ended: (by: 'client' | 'server', how: 'reset' | 'closed') => void;
  /** Nothing that follows can be understood, so nobody need put it in order. */
  isDone?: () => boolean;
  /** What still waits for an answer; for the end of the capture. */
  waits?: () => number;
};

export const tookSince = (fromMs: number | null, nowMs: number): number => {
  const took = fromMs === null ? 0 : nowMs - fromMs;
  // Times since 1970 in milliseconds hold about a quarter of a microsecond.
  return Number.isFinite(took) && took > 0 ? Math.round(took * 1000) / 1000 : 0;
};
