import type { Mechanism } from '../domain/evidence/imap-login.js';
import { countdown } from './countdown.js';
import type { Imap, ImapAnswer } from './imap.js';
import {
  type Credentials,
  hidePassword,
  openSasl,
  SASL_NAME,
  type SaslMechanism,
  type Stop,
  type Turn,
} from './sasl.js';

export type ImapLoginFacts = {
  /** `no-mechanism`: what was offered turned out to make no sense, and nothing was told to it. */
  outcome: 'accepted' | 'refused' | 'closed' | 'silent' | 'no-mechanism';
  status: 'OK' | 'NO' | 'BAD' | 'BYE' | null;
  text: string | null;
  /** A refusal that came before the password left says nothing about the password. */
  passwordSent: boolean;
};

/** Neither a quoted string nor SASL can carry these, and a line break would begin a command of its own. */
export const canBeSent = (secret: string): boolean => secret !== '' && !/[\r\n\0]/.test(secret);

/**
 * Logs in once and waits for the answer; sends nothing behind it. When the look is cut off after the password has left,
 * the answer still gets a moment: it decides whether this password may be tried again.
 */
export const logIn = async (
  imap: Imap,
  login: Credentials & { mechanism: Mechanism; initialResponse: boolean },
  ms: number,
): Promise<ImapLoginFacts> => {
  const { mechanism, initialResponse } = login;
  const { first, next } =
    mechanism === 'LOGIN' ? loginCommand(imap, login) : authenticate(imap, login, mechanism, initialResponse);
  const leftMs = countdown(ms);
  let passwordSent = false;
  for (let turn = first; ; ) {
    if (!imap.lines.isOpen()) return factsOf({ is: 'closed', text: null, bye: null }, passwordSent);
    passwordSent ||= turn.isSecret;
    const say = turn === first ? imap.command : imap.goOn;
    const sent = say(turn.line, leftMs(), turn.shown);
    const answer = await (passwordSent ? withGrace(imap, sent) : sent);
    const then = answer.is === 'continue' ? next(answer.words) : null;
    if (then === null) return factsOf(answer, passwordSent);
    if (then.is === 'stop') {
      await imap.goOn('*', leftMs()); // RFC 9051, 6.2.2: the client gives up, and the server says BAD
      return { outcome: 'no-mechanism', status: null, text: then.says, passwordSent };
    }
    turn = then;
  }
};

type Dialogue = { first: Turn; next: (challenge: string) => Turn | Stop | null };

const authenticate = (imap: Imap, who: Credentials, mechanism: SaslMechanism, initialResponse: boolean): Dialogue => {
  const answer = openSasl(mechanism, who, imap.lines);
  const begin = `AUTHENTICATE ${SASL_NAME[mechanism]}`;
  const single = initialResponse && (mechanism === 'PLAIN' || mechanism === 'XOAUTH2') ? answer('') : null;
  if (single?.is !== 'say') return { first: { is: 'say', line: begin, shown: begin, isSecret: false }, next: answer };
  const [line, shown] = [`${begin} ${single.line}`, `${begin} ${single.shown}`];
  return { first: { is: 'say', line, shown, isSecret: single.isSecret }, next: answer };
};

/** Quoted strings where both are plain ASCII, otherwise literals, each of which the server asks for. The password goes last. */
const loginCommand = (imap: Imap, who: Credentials): Dialogue => {
  const { user, password } = who;
  hidePassword(who, imap.lines);
  imap.lines.hide([quoted(password).slice(1, -1)]);
  const turn = (line: string, isSecret: boolean, shown = '****'): Turn => ({ is: 'say', line, shown, isSecret });
  if (isPrintable(user + password)) {
    return { first: turn(`LOGIN ${quoted(user)} ${quoted(password)}`, true, 'LOGIN ****'), next: () => null };
  }
  const more = [turn(`${user} {${Buffer.byteLength(password)}}`, false), turn(password, true)];
  return {
    first: turn(`LOGIN {${Buffer.byteLength(user)}}`, false, 'LOGIN ****'),
    next: () => more.shift() ?? null,
  };
};
const isPrintable = (words: string) => /^[\x20-\x7e]*$/.test(words);
const quoted = (words: string) => `"${words.replace(/[\\"]/g, '\\$&')}"`;

const GRACE_MS = 1500;
const withGrace = (imap: Imap, sent: Promise<ImapAnswer>): Promise<ImapAnswer> =>
  sent.catch(() => {
    // Cut off: the only thing that the wire throws.
    imap.lines.linger();
    return imap.await(GRACE_MS);
  });

const factsOf = (answer: ImapAnswer, passwordSent: boolean): ImapLoginFacts => {
  // A second question after the last answer is one that we have no answer to.
  if (answer.is === 'continue') return { outcome: 'silent', status: null, text: '+', passwordSent };
  if (answer.is === 'answered') {
    const outcome = answer.status === 'OK' && passwordSent ? 'accepted' : 'refused';
    return { outcome, status: answer.status, text: answer.text, passwordSent };
  }
  const outcome = answer.is === 'closed' ? 'closed' : 'silent';
  if (answer.bye !== null) return { outcome, status: 'BYE', text: answer.bye, passwordSent };
  if (outcome === 'silent') return { outcome, status: null, text: answer.text, passwordSent };
  const [, status = null, words = answer.text] = /^(NO|BAD)\b ?(.*)$/i.exec(answer.text ?? '') ?? [];
  return {
    outcome,
    status: status === null ? null : (status.toUpperCase() as 'NO' | 'BAD'),
    text: words,
    passwordSent,
  };
};
