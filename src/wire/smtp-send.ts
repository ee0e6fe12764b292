import { countdown, stopwatch } from './countdown.js';
import type { LineSession } from './line-session.js';
import { readSmtpReply } from './smtp.js';

export type SmtpSent = {
  /** What was said last; `taken` is a 2xx behind the end of the message. */
  stage: 'mail-from' | 'rcpt-to' | 'data' | 'taken';
  code: number | null;
  enhanced: string | null;
  /** The answer with its code, or null where none came. */
  text: string | null;
  /** From the end of the message to its answer. */
  submittedMs: number | null;
};

/** The date is the moment at which it leaves. `leaves` is told before the first byte of the message goes out: from there on it may arrive, whatever the answer is. */
export type Letter = { from: string; to: string; content: readonly string[]; leaves: () => void };

/** Hands over one message from one address to one address (RFC 5321, 3.3) and stops at the first answer that is no. */
export const sendMessage = async (
  lines: LineSession,
  { from, to, content, leaves }: Letter,
  ms: number,
): Promise<SmtpSent> => {
  const leftMs = countdown(ms);
  const said = async (stage: SmtpSent['stage'], wanted: number) => {
    const reply = await readSmtpReply(lines, leftMs());
    const answered = reply.is === 'answered';
    return {
      isWanted: answered && Math.floor(reply.code / 100) === wanted,
      facts: {
        stage,
        code: answered ? reply.code : null,
        enhanced: answered ? reply.enhanced : null,
        text: answered ? `${reply.code} ${reply.text}` : reply.text,
        submittedMs: null,
      } satisfies SmtpSent,
    };
  };
  lines.send(`MAIL FROM:<${from}>`);
  const sender = await said('mail-from', 2);
  if (!sender.isWanted) return sender.facts;
  lines.send(`RCPT TO:<${to}>`);
  const recipient = await said('rcpt-to', 2);
  if (!recipient.isWanted) return recipient.facts;
  lines.send('DATA');
  const data = await said('data', 3);
  if (!data.isWanted) return data.facts;
  leaves();
  lines.send(`Date: ${new Date().toUTCString().replace('GMT', '+0000')}`);
  for (const line of content) lines.send(line.startsWith('.') ? `.${line}` : line);
  lines.send('.');
  const tookMs = stopwatch();
  const taken = await said('data', 2);
  const answered = taken.facts.code !== null;
  return { ...taken.facts, stage: taken.isWanted ? 'taken' : 'data', submittedMs: answered ? tookMs() : null };
};
