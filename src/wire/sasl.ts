import type { Mechanism } from '../domain/evidence/imap-login.js';
import type { LineSession } from './line-session.js';
import { namesIn, ntlmAuthenticate, ntlmNegotiate, readNtlmChallenge } from './ntlm.js';
import { inBytes } from './quote.js';

/** Who logs in. `password` is what the mechanism sends or proves: for XOAUTH2 an access token. */
export type Credentials = {
  user: string;
  password: string;
  /** Ties NTLM to the TLS session that carries it; null without encryption. */
  channelBinding?: Buffer | null;
};

export type SaslMechanism = Exclude<Mechanism, 'LOGIN'>;
export const SASL_NAME: Readonly<Record<SaslMechanism, string>> = {
  PLAIN: 'PLAIN',
  'SASL-LOGIN': 'LOGIN',
  NTLM: 'NTLM',
  XOAUTH2: 'XOAUTH2',
};

/** One line to say. From the first secret one on the server may judge the account. */
export type Turn = { is: 'say'; line: string; shown: string; isSecret: boolean };
/** The server's question makes no sense: nothing is told to it. */
export type Stop = { is: 'stop'; says: string };

/**
 * One SASL exchange as the client sees it: gives the line that answers each challenge of the server, null where it has none left.
 * Everything secret is hidden from the transcript before it is given.
 */
export type Sasl = (challenge: string) => Turn | Stop | null;

export const openSasl = (mechanism: SaslMechanism, credentials: Credentials, lines: Talk): Sasl => {
  hidePassword(credentials, lines);
  const turns = EXCHANGES[mechanism](credentials, lines);
  let at = 0;
  return challenge => turns[at++]?.(challenge) ?? null;
};
type Talk = Pick<LineSession, 'hide' | 'note' | 'quote'>;

/** Whatever shape a password may come back in. */
export const hidePassword = ({ user, password }: Credentials, { hide }: Talk): void => {
  // Another conversation may have sent it as IMAP quotes it.
  const quoted = password.replace(/[\\"]/g, '\\$&');
  hide([password, quoted, inBytes(password), base64(password), base64(`\0${user}\0${password}`)]);
};

type Exchange = (credentials: Credentials, lines: Talk) => ((challenge: string) => Turn | Stop)[];

const plain: Exchange = ({ user, password }) => [() => secret(base64(`\0${user}\0${password}`), '[credentials]')];

const login: Exchange = ({ user, password }) => [
  () => open(base64(user), '[user]'),
  () => secret(base64(password), '[password]'),
];

const ntlm: Exchange = ({ user, password, channelBinding = null }, lines) => [
  () => open(ntlmNegotiate().toString('base64')),
  challenge => {
    const bytes = fromBase64(challenge);
    if (!bytes) return nonsense('it is not base64');
    const read = readNtlmChallenge(bytes);
    if (read.is === 'bad') return nonsense(read.says);
    const names = namesIn(read.challenge);
    if (names.length > 0) lines.note(`by NTLM the server calls itself ${lines.quote(names.join(', '))}`);
    const answer = ntlmAuthenticate({ user, password, channelBinding }, read.challenge);
    hideParts(answer, lines);
    return secret(answer.toString('base64'), '[NTLM proof]');
  },
];
const nonsense = (says: string): Stop => ({ is: 'stop', says: `the NTLM challenge makes no sense: ${says}` });

/** With the proof and the challenge a password can be guessed at leisure, so no piece of the proof is shown either. */
const hideParts = (answer: Buffer, { hide }: Talk): void => {
  const [lm, nt] = [12, 20].map(at =>
    answer.subarray(answer.readUInt32LE(at + 4)).subarray(0, answer.readUInt16LE(at)),
  );
  const parts = [answer, nt, nt?.subarray(0, 16), lm, lm?.subarray(0, 16)].filter(part =>
    part?.some(byte => byte !== 0),
  );
  hide(parts.flatMap(part => (part ? [part.toString('base64'), part.toString('hex')] : [])));
};

/** The token in Google's and Microsoft's dress; a refusal comes as a challenge of JSON, which wants an empty answer. */
const xoauth2: Exchange = ({ user, password }, lines) => {
  const words = base64(`user=${user}\x01auth=Bearer ${password}\x01\x01`);
  lines.hide([words]);
  return [
    () => secret(words, '[token]'),
    challenge => {
      const told = fromBase64(challenge)?.toString('utf8');
      if (told) lines.note(`the server says of the token: ${lines.quote(told)}`);
      return open('', '[empty line]');
    },
  ];
};

const EXCHANGES: Readonly<Record<SaslMechanism, Exchange>> = {
  PLAIN: plain,
  'SASL-LOGIN': login,
  NTLM: ntlm,
  XOAUTH2: xoauth2,
};

const open = (line: string, shown = line): Turn => ({ is: 'say', line, shown, isSecret: false });
const secret = (line: string, shown: string): Turn => ({ is: 'say', line, shown, isSecret: true });

const base64 = (words: string): string => Buffer.from(words).toString('base64');
/** Null where it is cut or holds other signs, which Node would pass over in silence. */
const fromBase64 = (words: string): Buffer | null =>
  words.length % 4 === 0 && /^[A-Za-z0-9+/]+={0,2}$/.test(words) ? Buffer.from(words, 'base64') : null;
