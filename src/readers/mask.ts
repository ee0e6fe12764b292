import { quote } from '../wire/quote.js';

/** Words of a file as they may be kept and shown: without credentials, with whatever cannot be seen escaped, and cut. */
export const shown = (words: string, most?: number): string => quote(withoutSecrets(words.slice(0, LOOKED_AT)), most);

/** The same for every text in a fact, however deep. */
export const shownIn = <T>(value: T): T => {
  if (typeof value === 'string') return shown(value, LOOKED_AT) as T;
  if (Array.isArray(value)) return value.map(shownIn) as T;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [key, shownIn(part)])) as T;
};

/**
 * A line before it is put together with others: behind that nobody can tell any more where a secret began. Longer lines are whole objects,
 * and their values are masked one by one when they are told.
 */
export const maskedLine = (line: string): string =>
  line.length <= LOOKED_AT && MAY_HOLD.test(line) ? withoutSecrets(line) : line;

/** The same for a value of several lines, before they become one. */
export const maskedLines = (text: string): string =>
  MAY_HOLD.test(text) ? text.split('\n').map(maskedLine).join('\n') : text;

const MAY_HOLD =
  /login|auth|pass|pwd|kennwort|secret|token|cookie|api[_-]?key|session|shared|eyJ|:\/\/|[A-Za-z0-9+/]{16}/i;

/*
 * Nobody can tell every secret from a word, so what stands where a secret stands goes, also where it may have been none. Patterns take
 * one pass over at most `LOOKED_AT` signs: what is read is hostile.
 */
const withoutSecrets = (words: string): string => {
  let left = words;
  for (const [pattern, masked] of PLACES) left = left.replace(pattern, masked);
  left = left.replace(BASE64, word => (isCredential(word) ? HIDDEN : word));
  return left.replace(ONLY_BASE64, (line, before: string, word: string) => (isText(word) ? before + HIDDEN : line));
};

const HIDDEN = '****';
const LOOKED_AT = 2000;
const MECHANISMS = 'PLAIN|LOGIN|NTLM|GSSAPI|XOAUTH2|OAUTHBEARER|CRAM-MD5|DIGEST-MD5';
const VALUE = '"[^"]*"?|\'[^\']*\'?|[^\\s&,;"\']+';

const PLACES: readonly (readonly [RegExp, string])[] = [
  // What follows a mechanism is its first answer, unless it is the next mechanism of a list.
  [
    new RegExp(`(\\bAUTH(?:ENTICATE)?\\s+(?:${MECHANISMS})\\s+)(?!(?:${MECHANISMS})\\b)[A-Za-z0-9+/=]{4,}`, 'gi'),
    `$1${HIDDEN}`,
  ],
  [
    new RegExp(`((?:^|[\\s:>"])(?!(?:NO|OK|BAD|AUTH)\\s)[\\w.-]{1,20}\\s+LOGIN\\s+)(?:${VALUE})\\s+(?:${VALUE})`, 'gi'),
    `$1${HIDDEN} ${HIDDEN}`,
  ],
  [/((?:authorization|cookie2?)["']?\s{0,8}[:=]\s{0,8})\S.*/gi, `$1${HIDDEN}`],
  [
    new RegExp(
      `((?:passw(?:or)?d|pwd|passphrase|kennwort|secret|token|api[_-]?key|sessionid|sharedkey)["']?\\s{0,40}[:=]\\s{0,8})(?:${VALUE})`,
      'gi',
    ),
    `$1${HIDDEN}`,
  ],
  [/(\b[a-z][a-z0-9+.-]{1,20}:\/\/[^\s:@/]{1,200}:)[^\s@/]{1,200}@/gi, `$1${HIDDEN}@`],
  [/\beyJ[\w-]{8,}\.[\w-]{4,}(?:\.[\w-]*)?/g, HIDDEN],
];

const BASE64 = /[A-Za-z0-9+/]{8,}={0,2}/g;
/** A client's answer to a challenge stands alone on its line; a value may have several. */
const ONLY_BASE64 = /^([ \t]{0,20}(?:[CS]:|[<>]{1,3}|-->)?[ \t]{0,20})([A-Za-z0-9+/]{8,}={0,2})[ \t]{0,20}$/gm;

/** SASL PLAIN, NTLM and XOAUTH2 show what they are once they are decoded. */
const isCredential = (word: string): boolean => {
  const said = Buffer.from(word, 'base64').toString('latin1');
  return (
    /^[^\0-\x1f]*\0[^\0-\x1f]+\0[^\0-\x1f]*$/.test(said) ||
    /^NTLMSSP\0|^(?:n,[^\x01]*,)?(?:\x01?user=|\x01auth=)/.test(said)
  );
};
/** A word of one case is a name: eight letters of it decode to something as well, and chance writes no secret so. */
const isText = (word: string): boolean =>
  word.length % 4 === 0 &&
  !/^[A-Z]?(?:[a-z]+|[A-Z]+)$/.test(word) &&
  /^[\x20-\x7e\xa0-\xff]+$/.test(Buffer.from(word, 'base64').toString('latin1'));
