import { setMaxListeners } from 'node:events';
import type { Duplex } from 'node:stream';
import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import type { EvidenceKind } from '../domain/evidence/index.js';
import { type Imap, logOut, speakImap } from '../wire/imap.js';
import { openLines } from '../wire/line-session.js';
import { enterInbox } from './imap-login.js';
import { visitImap } from './imap-visit.js';
import type { Body, Look } from './probe.js';

type Fact = { [Kind in EvidenceKind]: { kind: Kind; body: Body<Kind> } }[EvidenceKind];
type Refusal = NonNullable<Body<'imap-ladder'>['refusal']>;

/** A session that stays until it is let go. It is a bare stream meanwhile: thousands of them may stand at once. */
export type HeldSession = {
  isOpen: () => boolean;
  /** Asks whether it lives. */
  answers: (ms: number) => Promise<boolean>;
  /**
   * Says LOGOUT and closes; true where the server answered it. Once, and never while it is being asked. Never throws.
   * `waitedMs`: what has gone of its time already.
   */
  letGo: (waitedMs?: number) => Promise<boolean>;
};
export type Opening =
  | { is: 'open'; session: HeldSession }
  | { is: 'refused'; refusal: Refusal }
  /** We chose not to log in. */
  | { is: 'withheld'; says: string }
  /** Told to end meanwhile, or too little time was left for a login; what had been opened is closed. */
  | { is: 'cut' };

/**
 * Opens one session as a real client does, with one login and INBOX selected, and keeps it open. The same road as every other login of
 * ours, so the same care: encryption first, a trusted server, one login, LOGOUT however it ends.
 */
export const openSession = async (look: Look<ConfiguredMailTarget>): Promise<Opening> => {
  const facts: Fact[] = [];
  const noting: Look<ConfiguredMailTarget> = {
    ...look,
    observe: (kind, body) => {
      facts.push({ kind, body } as unknown as Fact);
      look.observe(kind, body);
    },
  };
  let kept: Duplex | null = null;
  try {
    await visitImap(noting, async visit => {
      if (await enterInbox(noting, visit)) kept = visit.keep();
    });
  } catch (error) {
    if (!look.signal.aborted) throw error;
  }
  if (kept) return { is: 'open', session: holdStream(kept, look.observe) };
  return look.signal.aborted ? { is: 'cut' } : notOpened(facts);
};

/** Together they stay below two seconds, and leave a server time that has thousands of farewells to answer at once. */
const [LOGOUT_MS, CLOSE_MS] = [1400, 300];
/** Farewells have a short time of their own, and nobody cuts them shorter. Many are said at once. */
const NEVER = new AbortController().signal;
setMaxListeners(0, NEVER);
const drop = () => {};

/** What it holds on to, thousands of others hold on to as well: nothing of how the session was opened. */
const holdStream = (stream: Duplex, observe: Look['observe']): HeldSession => {
  const converse = async <Given>(talk: (imap: Imap) => Promise<Given>): Promise<Given> => {
    const lines = openLines(stream, { signal: NEVER, transcribe: drop });
    try {
      return await talk(speakImap(lines));
    } finally {
      lines.detach();
      stream.resume();
    }
  };
  const isOpen = () => stream.writable && !stream.readableEnded;
  stream.on('data', drop).resume(); // what nobody reads would hide the end behind it
  return {
    isOpen,
    answers: async ms => {
      const answer = await converse(imap => imap.command('NOOP', ms));
      return answer.is === 'answered' && answer.status === 'OK';
    },
    letGo: async (waitedMs = 0) => {
      const lines = openLines(stream, { signal: NEVER, transcribe: drop });
      const bye = isOpen() ? await logOut(speakImap(lines), LOGOUT_MS - waitedMs) : { clean: false, bye: null };
      await lines.close(CLOSE_MS);
      observe('imap-logout', bye);
      return bye.clean;
    },
  };
};

/** What kept us out is the first thing that did not go well: nothing comes after it but the farewell. */
const notOpened = (facts: readonly Fact[]): Opening => {
  for (const fact of facts) {
    const opening = notOpenedBy(fact);
    if (opening) return opening;
  }
  return { is: 'cut' };
};

const notOpenedBy = ({ kind, body }: Fact): Opening | null => {
  switch (kind) {
    case 'tcp-connect':
      return body.outcome === 'connected' ? null : refused('connect', null, body.outcome);
    case 'imap-greeting': {
      if (body.outcome === 'ok') return null;
      return refused('greeting', body.outcome === 'bye' ? 'BYE' : null, body.text ?? body.outcome);
    }
    case 'tls-session':
      return body.outcome === 'established' ? null : refused('tls', null, body.text ?? body.outcome);
    case 'imap-capability':
      return body.outcome === 'listed' ? null : refused('greeting', null, body.text ?? body.outcome);
    case 'imap-login': {
      if (body.outcome === 'accepted') return null;
      if (body.outcome === 'withheld') return { is: 'withheld', says: body.text ?? 'no login was tried' };
      return refused('login', body.status, body.text ?? body.outcome);
    }
    case 'imap-select':
      return body.outcome === 'selected' ? null : refused('select', body.status, body.text ?? body.outcome);
    default:
      return null;
  }
};

const refused = (stage: Refusal['stage'], status: Refusal['status'], text: string): Opening => ({
  is: 'refused',
  refusal: { stage, status, text },
});
