/** The prefix of a line: `01:10:20.300 |6549,ex01.contoso.test,{guid}, CsEws,10,[file.cpp:1]: ` and where its words begin. */
export type Prefix = { time: string; server: string | null; user: string | null; wordsAt: number };

/** Null where the line has no such prefix: it goes on with the one before. */
export const prefixOf = (line: string): Prefix | null => {
  if (!isTime(line)) return null;
  const bar = line.indexOf('|', 12);
  const wordsAt = bar === -1 ? -1 : line.indexOf(']: ', bar);
  if (wordsAt === -1 || bar > 40) return null;
  const thread = line.indexOf(',', bar);
  const server = thread === -1 ? -1 : line.indexOf(',', thread + 1);
  const user = server === -1 ? -1 : line.indexOf(',', server + 1);
  const named = user !== -1 && user < wordsAt;
  return {
    time: line.slice(0, 12),
    server: named ? wordIn(line, thread + 1, server) : null,
    user: named ? wordIn(line, server + 1, user) : null,
    wordsAt: wordsAt + 3,
  };
};

export const isTime = (line: string): boolean =>
  line.charCodeAt(2) === COLON &&
  line.charCodeAt(5) === COLON &&
  line.charCodeAt(8) === DOT &&
  isDigit(line.charCodeAt(0)) &&
  isDigit(line.charCodeAt(4)) &&
  isDigit(line.charCodeAt(7)) &&
  isDigit(line.charCodeAt(11));

const wordIn = (line: string, from: number, to: number): string | null => {
  const word = line.slice(from, to).trim();
  return word === '' || word.length > 255 ? null : word;
};

/** A call that failed, as Unity Connection writes it: the words of its HTTP library, the status, and the address with its kind. */
export type FailedCall = { words: string; status: number | null; url: UrlKind; host: string | null };
type UrlKind = 'ews' | 'autodiscovery' | 'webdav' | 'ldap' | 'other';

const FAILED = 'HTTP request failed with error: ';
const STATUS = 'HTTP status code: ';

export const failedCall = (line: string): FailedCall | null => {
  const at = line.indexOf(FAILED);
  if (at !== -1) return curlFailure(line.slice(at + FAILED.length));
  if (line.includes('WEBDAV response headers')) return webDavFailure(line);
  return directoryFailure(line);
};

const curlFailure = (text: string): FailedCall => {
  const statusAt = text.indexOf(STATUS);
  const words = (statusAt === -1 ? text : text.slice(0, statusAt)).replace(/[\s,]{1,4}$/, '');
  const status =
    statusAt === -1 ? null : leadingNumber(text.slice(statusAt + STATUS.length, statusAt + STATUS.length + 4));
  const forAt = text.indexOf(', for ', Math.max(statusAt, 0));
  const urlAt = forAt === -1 ? -1 : text.indexOf('URL: ', forAt);
  const kind =
    urlAt === -1
      ? ''
      : text
          .slice(forAt + 6, urlAt)
          .trim()
          .toLowerCase();
  return {
    words,
    status: status === 0 ? null : status,
    url: KINDS.get(kind) ?? 'other',
    host: urlAt === -1 ? null : hostOf(text.slice(urlAt + 5, urlAt + 305)),
  };
};

/** Exchange 2003 is spoken to by WebDAV; its line is the one real line that is public. */
const webDavFailure = (line: string): FailedCall | null => {
  const status = answeredStatus(line);
  if (status === null || status < 400) return null;
  const at = line.indexOf('WEBDAV response headers');
  return { words: line.slice(at), status, url: 'webdav', host: null };
};

const DIRECTORY = ['INVALID_CREDENTIALS', 'Failed to locate a Domain Controller'];
const directoryFailure = (line: string): FailedCall | null => {
  const at = DIRECTORY.find(words => line.includes(words));
  return at === undefined ? null : { words: line.slice(line.indexOf(at)), status: null, url: 'ldap', host: null };
};

/** `HTTP Status code: 200`, which only traces write. */
export const answeredStatus = (line: string): number | null => {
  const at = line.indexOf(ANSWERED);
  return at === -1 ? null : leadingNumber(line.slice(at + 18, at + 22));
};
export const ANSWERED = 'HTTP Status code: ';

/** `ErrorServerBusy` and its like, wherever they stand: in a sentence of Unity Connection or in XML that it traces. */
export const responseCode = (line: string): string | null => {
  for (let at = line.indexOf('Error'); at !== -1; at = line.indexOf('Error', at + 5)) {
    let end = at + 5;
    while (end - at < 64 && isLetter(line.charCodeAt(end))) end++;
    const code = line.slice(at, end);
    if (CODES.has(code) && (at === 0 || !isLetter(line.charCodeAt(at - 1)))) return code;
  }
  return null;
};

/** Response codes of EWS that say why a call of Unity Connection failed; other words that begin alike mean nothing here. */
const CODES: ReadonlySet<string> = new Set([
  'ErrorADUnavailable',
  'ErrorAccessDenied',
  'ErrorAccountDisabled',
  'ErrorConnectionFailed',
  'ErrorExceededConnectionCount',
  'ErrorExceededFindCountLimit',
  'ErrorExceededSubscriptionCount',
  'ErrorImpersonateUserDenied',
  'ErrorImpersonationDenied',
  'ErrorImpersonationFailed',
  'ErrorInternalServerError',
  'ErrorInternalServerTransientError',
  'ErrorInvalidPushSubscriptionUrl',
  'ErrorInvalidSubscription',
  'ErrorMailboxMoveInProgress',
  'ErrorMailboxStoreUnavailable',
  'ErrorNonExistentMailbox',
  'ErrorNonPrimarySmtpAddress',
  'ErrorPasswordExpired',
  'ErrorServerBusy',
  'ErrorSubscriptionNotFound',
  'ErrorTimeoutExpired',
  'ErrorTooManyObjectsOpened',
]);

/** What a line tells the most of, by numbers behind it. */
export const OUTSTANDING = 'outstanding requests';
export const STALE = 'Stale subscription check';
export const BACK_OFF = 'BackOffMilliseconds';

/** In an access log of Jetty, which people paste below this one. */
const NOTIFIED = '/NotificationService/';
export const isAccessLine = (line: string): boolean =>
  line.includes(NOTIFIED) && /^\S{1,100}\s{1,9}-\s{1,9}\S{1,60}\s{1,9}\[\d\d\/[A-Z]/.test(line);

/** A line without any of these words tells nothing but its time. */
export const TELLING: readonly string[] = [
  ...[FAILED, ANSWERED, ...DIRECTORY, ...CODES],
  ...[OUTSTANDING, STALE, BACK_OFF, NOTIFIED],
];

/** The number within a few signs after some words. */
export const numberAfter = (line: string, words: string): number | null => {
  const found = line.indexOf(words);
  if (found === -1) return null;
  let at = found + words.length;
  const most = at + 20;
  while (at < most && !isDigit(line.charCodeAt(at)) && !isLetter(line.charCodeAt(at))) at++;
  let value = 0;
  let digits = 0;
  for (; digits < 10 && isDigit(line.charCodeAt(at + digits)); digits++)
    value = value * 10 + line.charCodeAt(at + digits) - 0x30;
  return digits === 0 || digits === 10 ? null : value;
};

const KINDS: ReadonlyMap<string, UrlKind> = new Map([
  ['ews', 'ews'],
  ['autodiscovery', 'autodiscovery'],
  ['autodiscover', 'autodiscovery'],
  ['webdav', 'webdav'],
]);

const hostOf = (url: string): string | null => /^https?:\/\/([^/:?#\s,@]{1,255})/i.exec(url)?.[1] ?? null;

const leadingNumber = (words: string): number | null => {
  let value = 0;
  let digits = 0;
  for (; digits < 3 && isDigit(words.charCodeAt(digits)); digits++)
    value = value * 10 + words.charCodeAt(digits) - 0x30;
  return digits === 0 ? null : value;
};

const isDigit = (sign: number): boolean => sign >= 0x30 && sign <= 0x39;
const isLetter = (sign: number): boolean => (sign >= 0x41 && sign <= 0x5a) || (sign >= 0x61 && sign <= 0x7a);
const COLON = 0x3a;
const DOT = 0x2e;
