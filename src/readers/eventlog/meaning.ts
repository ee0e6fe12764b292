import type { BodyOf } from '../../domain/evidence/index.js';
import { maskedLines } from '../mask.js';
import type { EventRecord } from './record.js';

type Body = BodyOf<'exchange-event'>;
export type Meaning = Pick<Body, 'about' | 'subject' | 'limit' | 'of' | 'detail'>;

/** What is read of the words of one event, or of what was filled into them, which is the same in every language. */
type Reads = (words: string, data: readonly string[]) => Omit<Meaning, 'about'> | Meaning | null;
type Known = { provider: RegExp; id: number; about: Body['about']; reads: Reads };

const NOTHING = { subject: null, limit: null, of: null, detail: null };

/** Id and source together: 1009 is a limit of IMAP in one source and of a receive connector in another. */
const KNOWN: readonly Known[] = [
  { provider: /^MSExchangeIS\b/i, id: 9646, about: 'store-sessions', reads: (...event) => storeObjects(...event) },
  { provider: /^MSExchangeIMAP4$/i, id: 1009, about: 'imap-per-user', reads: (...event) => imapUser(...event) },
  { provider: /^MSExchangeIMAP4$/i, id: 1103, about: 'imap-per-address', reads: (...event) => imapAddress(...event) },
  { provider: /^MSExchangeIMAP4$/i, id: 1101, about: 'imap-in-all', reads: (...event) => imapAddress(...event) },
  {
    provider: /^MSExchangeTransport$/i,
    id: 1021,
    about: 'connector-per-source',
    reads: (...event) => perSource(...event),
  },
  { provider: /^MSExchangeTransport$/i, id: 1009, about: 'connector-in-all', reads: (...event) => inAll(...event) },
  { provider: /^MSExchangeTransport$/i, id: 1035, about: 'smtp-login', reads: (...event) => smtpLogin(...event) },
  ...[
    [15004, 'resources in all'],
    [15006, 'disk'],
    [15007, 'memory'],
  ].map(
    ([id, of]): Known => ({
      provider: /^MSExchangeTransport$/i,
      id: id as number,
      about: 'pressure',
      reads: () => ({ ...NOTHING, of: of as string }),
    }),
  ),
  { provider: /^MSExchange ADAccess$/i, id: 2915, about: 'over-budget', reads: (...event) => overBudget(...event) },
  ...[5, 6, 7].map(
    (id): Known => ({
      provider: /^MSExchange Web Services$/i,
      id,
      about: id === 7 ? 'push-given-up' : 'push-failed',
      reads: (...event) => push(...event),
    }),
  ),
];

/** The events that tell something about this trade: what to look for in a log of all. */
export const isKnown = ({ provider, id }: Pick<EventRecord, 'provider' | 'id'>): boolean =>
  knownAs(provider, id) !== undefined;

const knownAs = (provider: string | null, id: number): Known | undefined =>
  KNOWN.find(each => each.id === id && provider !== null && each.provider.test(provider.trim()));

/** What an event says; `unreadable` is one of ours in words that are not known; null is none of ours. */
export const meaningOf = (record: EventRecord): Meaning | 'unreadable' | null => {
  const known = knownAs(record.provider, record.id);
  if (!known) return null;
  const said = known.reads(
    inOneLine(record.message),
    record.data.slice(0, 20).map(item => inOneLine(item).trim()),
  );
  return said === null ? 'unreadable' : { about: known.about, ...said };
};
const MOST_WORDS = 8000;

/** What was filled into a message may have lines of its own, and a client's answer to a challenge shows by standing alone on one. */
export const inOneLine = (words: string): string => maskedLines(words.slice(0, MOST_WORDS)).replaceAll(/\s+/g, ' ');

/** Its three shapes: in quotes, with an id before the name, and from 2013 on with the kind of client. A version of 2003 begins `Closing`. */
const storeObjects: Reads = (words, data) => {
  const said =
    /Mapi session "?([^"]{1,600}?)"? (?:with client type (\S{1,60}) |because it )?exceeded the maximum of (\d{1,9}) objects of type "?([A-Za-z]{1,60})\b/i.exec(
      words,
    );
  if (said) return storeLimit(said[1], said[3], said[4], said[2]);
  const [type = '', count = '', client] = data.toReversed();
  if (!/^\/o=|: ?\/o=/i.test(data[0] ?? '') || !/^\d{1,9}$/.test(count)) return null;
  return storeLimit(data[0], count, type, data.length > 3 ? client : undefined);
};

const storeLimit = (dn = '', count = '', type = '', client?: string): Meaning => ({
  about: type.toLowerCase() === 'session' ? 'store-sessions' : 'store-objects',
  subject: dn.replace(/^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}:\s*/i, '').trim(),
  limit: Number(count),
  of: type.toLowerCase() === 'session' ? 'session' : type,
  detail: client ?? null,
});

const imapUser: Reads = (words, data) => {
  const said = /made by user (\S.{0,300}?) exceeded maximum \((\d{1,10})\)/i.exec(words);
  const [user, limit] = said ? [said[1], said[2]] : data;
  return user && limit && /^\d{1,10}$/.test(limit) ? { ...NOTHING, subject: user, limit: Number(limit) } : null;
};

/** Their words are in no public source: the address and the number are taken where they stand, and nothing else. */
const imapAddress: Reads = (words, data) => {
  const all = [words, ...data].join(' ');
  const limit = /\((\d{1,10})\)/.exec(words)?.[1] ?? data.find(item => /^\d{1,10}$/.test(item));
  return { ...NOTHING, subject: addressIn(all), limit: limit === undefined ? null : Number(limit) };
};

const perSource: Reads = (words, data) => {
  const said =
    /Receive connector (.{1,300}?) rejected an incoming connection from IP address (\S{1,60}?)\. .{0,120}?per source \((\d{1,10})\)/i.exec(
      words,
    );
  const [connector, address, limit] = said ? said.slice(1) : data;
  return connector && address && limit && /^\d{1,10}$/.test(limit) && addressIn(address)
    ? { ...NOTHING, subject: addressIn(address), limit: Number(limit), of: connector }
    : null;
};

const inAll: Reads = (words, data) => {
  const said =
    /Receive connector (.{1,300}?) rejected an incoming connection\. .{0,80}?connections \((\d{1,10})\)/i.exec(words);
  const [connector, limit] = said ? said.slice(1) : data;
  return connector && limit && /^\d{1,10}$/.test(limit) ? { ...NOTHING, limit: Number(limit), of: connector } : null;
};

const smtpLogin: Reads = (words, data) => {
  const said =
    /failed with error (\S{1,60}) for Receive connector (.{1,300}?)\. The authentication mechanism is (\S{1,40}?)\. .{0,200}?\[?([0-9A-Fa-f.:]{3,45})\]?/i.exec(
      words,
    );
  return said
    ? { ...NOTHING, subject: addressIn(words.slice(said.index)), of: said[2] ?? null, detail: `${said[1]}, ${said[3]}` }
    : dataOfLogin(data);
};

/** In the order of the message. */
const dataOfLogin = ([error, connector, mechanism, ...rest]: readonly string[]): Omit<Meaning, 'about'> | null => {
  const address = addressIn(rest.join(' '));
  return error && connector && mechanism && address
    ? { ...NOTHING, subject: address, of: connector, detail: `${error}, ${mechanism}` }
    : null;
};

/** The threshold at its end is of the event and not of the policy: it is not taken for a limit. */
const overBudget: Reads = (words, data) => {
  const said =
    /User '([^']{1,300})' has gone over budget '\d{1,9}' times for component '([^']{1,60})'.{0,200}?Policy:([^,']{0,200}),\s*Parts:([^;']{0,100})/i.exec(
      words,
    );
  if (!said) return budgetIn(data);
  const account = said[1]?.split('~').find(part => part.includes('\\') || part.includes('@')) ?? said[1] ?? '';
  return { ...NOTHING, subject: account, of: said[2] ?? null, detail: `${said[3]?.trim()}, ${said[4]?.trim()}` };
};

/** `Sid~DOMAIN\\user~component~false` and `Policy:…, Parts:…`, wherever they stand. */
const budgetIn = (data: readonly string[]): Omit<Meaning, 'about'> | null => {
  const [, account, component] = data.find(item => /^[^~]*~[^~]+~[A-Za-z]+~/.test(item))?.split('~') ?? [];
  const info = /Policy:([^,']{0,200}),\s*Parts:([^;']{0,100})/.exec(data.join(' '));
  return account && component
    ? { ...NOTHING, subject: account, of: component, detail: info ? `${info[1]?.trim()}, ${info[2]?.trim()}` : null }
    : null;
};

/** Ids of subscriptions stay behind: they are of no use in a report. */
const push: Reads = (words, data) => {
  const all = [words, ...data].join(' ');
  const url = /https?:\/\/([^\s/,'"\]}]{1,300})(?:\/[^\s,'"\]}]{0,2000})?/i.exec(all);
  const status = /\bStatus:\s*([A-Za-z]{3,40})/.exec(all)?.[1];
  const code = /\bStatusCode:\s*"?(\d{3})|\((\d{3})\)/.exec(all);
  const isTooLarge = /larger than (?:the )?(?:maximum )?allowed/i.test(all);
  const of = isTooLarge
    ? 'too-large'
    : (status ?? (/timed out/i.test(all) ? 'Timeout' : code ? 'ProtocolError' : null));
  return { ...NOTHING, subject: url?.[1] ?? null, of, detail: code?.[1] ?? code?.[2] ?? null };
};

const addressIn = (words: string): string | null =>
  /(?<![\d.])(?:\d{1,3}\.){3}\d{1,3}(?![\d.])/.exec(words)?.[0] ??
  /\[?([0-9A-Fa-f]{1,4}(?::[0-9A-Fa-f]{0,4}){2,7})\]?/.exec(words)?.[1] ??
  null;
