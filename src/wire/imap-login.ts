import { countdown } from './countdown.js';
import type { Imap, ImapAnswer } from './imap.js';
import { inBytes } from './quote.js';

export type Mechanism = 'PLAIN' | 'LOGIN';
export type ImapLoginFacts = {
  outcome: 'accepted' | 'refused' | 'closed' | 'silent';
  status: 'OK' | 'NO' | 'BAD' | 'BYE' | null;
  text: string | null;
  /** A refusal that came before the password left says nothing about the password. */
  passwordSent: boolean;
};

/** How to log in with what is offered; null if not at all. In the clear LOGINDISABLED forbids every way. */
export const mechanismFor = (capabilities: readonly string[], encrypted: boolean): Mechanism | null => {
  const loginDisabled = capabilities.includes('LOGINDISABLED');
  if (loginDisabled && !encrypted) return null;
  if (capabilities.includes('AUTH=PLAIN')) return 'PLAIN';
  return loginDisabled ? null : 'LOGIN';
};

/** Neither a quoted string nor SASL can carry these, and a line break would begin a command of its own. */
export const canBeSent = (secret: string): boolean => secret !== '' && !/[\r\n\0]/.test(secret);

/**
 * Logs in once and waits for the answer; sends nothing behind it. When the look is cut off after the password has left,
 * the answer still gets a moment: it decides whether this password may be tried again.
 */
export const logIn = async (
  imap: Imap,
  {
    user,
    password,
    mechanism,
    initialResponse,
  }: { user: string; password: string; mechanism: Mechanism; initialResponse: boolean },
  ms: number,
): Promise<ImapLoginFacts> => {
  const sasl = base64(`\0${user}\0${password}`);
  imap.lines.hide([password, inBytes(password), quoted(password).slice(1, -1), base64(password), sasl]);
  const words = mechanism === 'PLAIN' ? saslWords(sasl, initialResponse) : loginWords(user, password);

  const leftMs = countdown(ms);
  let answer: ImapAnswer = { is: 'continue' };
  for (const [at, { line, shown }] of words.entries()) {
    if (answer.is !== 'continue') return factsOf(answer, false);
    if (!imap.lines.isOpen()) return factsOf({ is: 'closed', text: null, bye: null }, false);
    const sent = at === 0 ? imap.command(line, leftMs(), shown) : imap.goOn(line, leftMs(), shown);
    answer = at < words.length - 1 ? await sent : await withGrace(imap, sent);
  }
  return factsOf(answer, true);
};

type Words = { line: string; shown: string };
const saslWords = (sasl: string, initialResponse: boolean): Words[] =>
  initialResponse
    ? [{ line: `AUTHENTICATE PLAIN ${sasl}`, shown: 'AUTHENTICATE PLAIN [credentials]' }]
    : [
        { line: 'AUTHENTICATE PLAIN', shown: 'AUTHENTICATE PLAIN' },
        { line: sasl, shown: '[credentials]' },
      ];

/** Quoted strings where both are plain ASCII, otherwise literals, each of which the server asks for. The password goes last. */
const loginWords = (user: string, password: string): Words[] =>
  isPrintable(user + password)
    ? [{ line: `LOGIN ${quoted(user)} ${quoted(password)}`, shown: 'LOGIN ****' }]
    : [
        { line: `LOGIN {${Buffer.byteLength(user)}}`, shown: 'LOGIN ****' },
        { line: `${user} {${Buffer.byteLength(password)}}`, shown: '****' },
        { line: password, shown: '****' },
      ];
const isPrintable = (words: string) => /^[\x20-\x7e]*$/.test(words);
const quoted = (words: string) => `"${words.replace(/[\\"]/g, '\\$&')}"`;
const base64 = (words: string) => Buffer.from(words).toString('base64');

const GRACE_MS = 1500;
const withGrace = async (imap: Imap, sent: Promise<ImapAnswer>): Promise<ImapAnswer> => {
  try {
    return await sent;
  } catch {
    // Cut off: the only thing that the wire throws.
    imap.lines.linger();
    return imap.await(GRACE_MS);
  }
};

const factsOf = (answer: ImapAnswer, passwordSent: boolean): ImapLoginFacts => {
  // A second question after the last answer is one that we have no answer to.
  if (answer.is === 'continue') return { outcome: 'silent', status: null, text: '+', passwordSent };
  if (answer.is === 'answered') {
    const outcome = answer.status === 'OK' && passwordSent ? 'accepted' : 'refused';
    return { outcome, status: answer.status, text: answer.text, passwordSent };
  }
  const outcome = answer.is === 'closed' ? 'closed' : 'silent';
  return { outcome, status: answer.bye === null ? null : 'BYE', text: answer.bye ?? answer.text, passwordSent };
};
