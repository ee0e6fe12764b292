import { createHmac, randomBytes } from 'node:crypto';
import type { Mechanism } from '../../domain/evidence/imap-login.js';
import { decode, mask, quote } from '../../wire/quote.js';

/** Two logins of one capture can be compared by these marks, and nothing else can be learnt from them: their key dies with the reader. */
export type Login = { account: string | null; credentials: string | null };

/**
 * What one conversation may never show. It keeps what was sent as a secret for as long as the conversation lasts, so that a server
 * that repeats it is masked as well.
 */
export type Secrets = {
  /** A line that a client sent to answer a challenge. */
  answer: (mechanism: Mechanism | null, line: string) => void;
  /** Name and password of a LOGIN. */
  login: (words: string) => void;
  marks: () => Login;
  forget: () => void;
  shown: (words: string) => string;
};

export const newMark = (): ((words: string) => string) => {
  const key = randomBytes(32);
  // Most captures show one account, again and again.
  let last: readonly [words: string, mark: string][] = [];
  return words => {
    const known = last.find(([before]) => before === words);
    if (known) return known[1];
    const mark = createHmac('sha256', key).update(words).digest('base64').slice(0, 16);
    last = [...last.slice(-3), [words, mark]];
    return mark;
  };
};

const MAX_SECRETS = 16;
const MAX_SECRET = 2048;

export const openSecrets = (mark: (words: string) => string): Secrets => {
  let hidden: string[] = [];
  let answers: string[] = [];
  let marks: Login = { account: null, credentials: null };
  const hide = (...more: string[]) => {
    // One or two signs hide nothing, and would hide half of every line.
    hidden = [...hidden, ...more.filter(word => word.length > 2).map(word => word.slice(0, MAX_SECRET))].slice(
      -MAX_SECRETS,
    );
  };
  const known = (user: string, password: string) => {
    hide(user, password);
    const account = user.trim().toLowerCase();
    if (account !== '') marks = { account: mark(`a ${account}`), credentials: mark(`c ${account}\0${password}`) };
  };

  return {
    answer: (mechanism, line) => {
      const said = decode(Buffer.from(line, 'base64'));
      hide(line, said);
      answers = [...answers, said].slice(-4);
      if (mechanism === 'PLAIN') {
        const [, user = '', password = ''] = said.split('\0');
        known(user, password);
      }
      if (mechanism === 'SASL-LOGIN' && answers.length === 2) known(answers[0] ?? '', answers[1] ?? '');
      if (mechanism === 'XOAUTH2') {
        const [, user = '', token = ''] = /user=([^\x01]*)\x01auth=Bearer ([^\x01]*)/i.exec(said) ?? [];
        known(user, token);
      }
    },
    login: words => {
      const [user = '', password = ''] = argumentsIn(words);
      hide(words);
      known(user, password);
    },
    marks: () => marks,
    forget: () => {
      answers = [];
      marks = { account: null, credentials: null };
    },
    shown: words => quote(mask(words, hidden)),
  };
};

/** Atoms and quoted strings (RFC 9051, 4); at most two. */
const argumentsIn = (words: string): string[] =>
  [...words.matchAll(/"((?:[^"\\]|\\.)*)"|(\S+)/g)]
    .slice(0, 2)
    .map(([, quoted, atom]) => quoted?.replace(/\\(.)/g, '$1') ?? atom ?? '');

const MECHANISMS: Readonly<Record<string, Mechanism>> = {
  PLAIN: 'PLAIN',
  LOGIN: 'SASL-LOGIN',
  NTLM: 'NTLM',
  XOAUTH2: 'XOAUTH2',
};
export const mechanismOf = (word: string): Mechanism | null => MECHANISMS[word.toUpperCase()] ?? null;
