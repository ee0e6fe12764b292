import { countdown } from './countdown.js';
import type { LineSession } from './line-session.js';
import { type Credentials, openSasl, SASL_NAME, type SaslMechanism } from './sasl.js';
import { readSmtpReply, type SmtpReply } from './smtp.js';

export type SmtpLoginFacts = {
  outcome: 'accepted' | 'refused' | 'closed' | 'silent' | 'no-mechanism';
  code: number | null;
  enhanced: string | null;
  text: string | null;
  /** A refusal that came before the password left says nothing about the password. */
  passwordSent: boolean;
};

/**
 * Logs in once (RFC 4954) and waits for the answer; sends nothing behind it, and no secret before the server has taken the mechanism.
 * When the look is cut off after the password has left, the answer still gets a moment: it decides whether it may be tried again.
 */
export const logInSmtp = async (
  lines: LineSession,
  { mechanism, ...who }: Credentials & { mechanism: SaslMechanism },
  ms: number,
): Promise<SmtpLoginFacts> => {
  const answer = openSasl(mechanism, who, lines);
  const leftMs = countdown(ms);
  let passwordSent = false;
  lines.send(`AUTH ${SASL_NAME[mechanism]}`);
  for (let reply = await readSmtpReply(lines, leftMs()); ; ) {
    const turn = reply.is === 'answered' && reply.code === 334 ? answer(reply.words[0] ?? '') : null;
    if (turn === null) return factsOf(reply, passwordSent);
    if (!lines.isOpen()) return factsOf({ is: 'closed', text: null }, passwordSent);
    if (turn.is === 'stop') {
      lines.send('*'); // RFC 4954, section 4: the client gives up, and the server says 501
      await readSmtpReply(lines, leftMs());
      return { outcome: 'no-mechanism', code: null, enhanced: null, text: turn.says, passwordSent };
    }
    passwordSent ||= turn.isSecret;
    lines.send(turn.line, turn.shown);
    reply = passwordSent ? await readWithGrace(lines, leftMs()) : await readSmtpReply(lines, leftMs());
  }
};

const GRACE_MS = 1500;
const readWithGrace = async (lines: LineSession, ms: number): Promise<SmtpReply> => {
  try {
    return await readSmtpReply(lines, ms);
  } catch {
    // Cut off: the only thing that the wire throws.
    lines.linger();
    return readSmtpReply(lines, GRACE_MS);
  }
};

const factsOf = (reply: SmtpReply, passwordSent: boolean): SmtpLoginFacts => {
  if (reply.is !== 'answered') {
    const outcome = reply.is === 'closed' || reply.is === 'silent' ? reply.is : 'refused';
    return { outcome, code: null, enhanced: null, text: reply.text, passwordSent };
  }
  const { code, enhanced, text } = reply;
  // A question more than there are answers to leaves the login without an end.
  if (code === 334) return { outcome: 'silent', code, enhanced, text, passwordSent };
  const outcome = code === 235 && passwordSent ? 'accepted' : 'refused';
  return { outcome, code, enhanced, text, passwordSent };
};
