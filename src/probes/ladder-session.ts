import type { Duplex } from 'node:stream';
import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import type { EvidenceKind } from '../domain/evidence/index.js';
import { NEVER } from '../wire/ending.js';
import { logOut, speakImap } from '../wire/imap.js';
import { openLines } from '../wire/line-session.js';
import { enterInbox } from './imap-login.js';
import { visitImap } from './imap-visit.js';
import type { Body, Look } from './probe.js';

type Fact = { [Kind in EvidenceKind]: { kind: Kind; body: Body<Kind> } }[EvidenceKind];
type Refusal = NonNullable<Body<'imap-ladder'>['refusal']>;

/** A session that stays until it is let go. A bare stream and nothing of how it was opened: thousands of them may stand at once. */
export type HeldSession = { readonly stream: Duplex } & Readonly<Pick<Look, 'observe' | 'hidden'>>;
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
  let notOpened: Opening | null = null;
  const noting: Look<ConfiguredMailTarget> = {
    ...look,
    observe: (kind, body) => {
      // What kept us out is the first thing that did not go well: nothing comes after it but the farewell.
      notOpened ??= notOpenedBy({ kind, body } as unknown as Fact);
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
  if (kept) return { is: 'open', session: held(kept, look) };
  return look.signal.aborted ? { is: 'cut' } : (notOpened ?? { is: 'cut' });
};

/** Together they stay below two seconds, and leave a server time that has thousands of farewells to answer at once. */
const [LOGOUT_MS, CLOSE_MS] = [1400, 300];
const drop = () => {};

const held = (stream: Duplex, { observe, hidden }: Pick<Look, 'observe' | 'hidden'>): HeldSession => {
  stream.on('data', drop).resume(); // what nobody reads would hide the end behind it
  return { stream, observe, hidden };
};

export const isOpen = ({ stream }: HeldSession): boolean => stream.writable && !stream.readableEnded;

/** Asks whether it lives. */
export const answers = async ({ stream }: HeldSession, ms: number): Promise<boolean> => {
  const lines = openLines(stream, { signal: NEVER, transcribe: drop });
  try {
    const answer = await speakImap(lines).command('NOOP', ms);
    return answer.is === 'answered' && answer.status === 'OK';
  } finally {
    lines.detach();
    stream.resume();
  }
};

/**
 * Says LOGOUT and closes; true where the server answered it. Once, and never while it is being asked. Never throws.
 * @param waitedMs what has gone of its time already
 */
export const letGo = async (session: HeldSession, waitedMs = 0): Promise<boolean> => {
  const lines = openLines(session.stream, { signal: NEVER, transcribe: drop, hidden: session.hidden });
  const bye = isOpen(session) ? await logOut(speakImap(lines), LOGOUT_MS - waitedMs) : { clean: false, bye: null };
  await lines.close(CLOSE_MS);
  session.observe('imap-logout', bye);
  return bye.clean;
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
