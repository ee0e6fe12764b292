import { isIP } from 'node:net';

/** One request of an access log. Made anew for each line in the same object: whoever keeps something of it copies that. */
export type AccessLine = {
  sender: string;
  /** Milliseconds in UTC. */
  at: number;
  /** Of a notification of Exchange; null for any other request. */
  id: string | null;
  status: number;
  /** Length of the body; null where the log has `-`. */
  bytes: number | null;
  /** Where the time of day and the id stand in the line. */
  timeAt: number;
  idAt: number;
};

/** Understands a line, or gives null: with any blanks between the fields, and whatever follows the length. */
export type ReadAccessLine = (line: string) => AccessLine | null;

/** NCSA lines, common or combined. */
export const accessLines = (): ReadAccessLine => {
  const seen: AccessLine = { sender: '', at: 0, id: null, status: 0, bytes: null, timeAt: 0, idAt: 0 };
  const dayOf = days();

  return line => {
    const senderEnd = blankAt(line, 0);
    if (senderEnd < 1 || senderEnd > 100) return null;
    const senderAt = senderIn(line, senderEnd);
    if (senderAt === -1) return null;
    const bracket = line.indexOf('[', senderEnd);
    if (bracket === -1 || line.charCodeAt(bracket + 27) !== CLOSE) return null;
    const timeAt = bracket + 13;
    const day = dayOf(line.slice(bracket + 1, timeAt), line.slice(timeAt + 8, bracket + 27));
    const time = timeOfDay(line, timeAt);
    const open = line.indexOf('"', bracket + 28);
    const close = open === -1 ? -1 : line.indexOf('"', open + 1);
    if (day === null || time === null || close === -1) return null;

    const statusAt = afterBlanks(line, close + 1);
    const status = numberAt(line, statusAt, 3);
    if (status === null || status < 100 || statusAt === close + 1) return null;
    const bytesAt = afterBlanks(line, statusAt + 3);
    const length = digitsAt(line, bytesAt);
    if (bytesAt === statusAt + 3 || (length === 0 && line.charCodeAt(bytesAt) !== DASH)) return null;

    const [idAt, idEnd] = idIn(line, open + 1, close);
    const isBracketed = line.charCodeAt(senderAt) === OPEN && line.charCodeAt(senderEnd - 1) === CLOSE;
    seen.sender = isBracketed ? line.slice(senderAt + 1, senderEnd - 1) : line.slice(senderAt, senderEnd);
    seen.at = day + time;
    seen.id = idAt === -1 ? null : line.slice(idAt, idEnd);
    seen.status = status;
    seen.bytes = length === 0 || length > 15 ? null : numberAt(line, bytesAt, length);
    seen.timeAt = timeAt;
    seen.idAt = idAt;
    return seen;
  };
};

/** Where the address begins: behind the name of the file, or the number of the line, where `grep` put one. -1 where there is none. */
const senderIn = (line: string, end: number): number => {
  const first = line.charCodeAt(0);
  if (!isDigit(first) && !/^[A-Za-z_:[/.]/.test(line)) return -1;
  const colon = line.indexOf(':');
  if (colon === -1 || colon >= end || isIP(line.slice(0, end).replace(/^\[|\]$/g, '')) !== 0) return 0;
  for (let at = colon + 1; at > 0 && at < end; at = line.indexOf(':', at) + 1) {
    const rest = line.slice(at, end);
    if (isIP(rest) !== 0) return at;
  }
  return -1;
};

const PATH = '/NotificationService/services/NotificationService';

/** Where the id of the subscription stands in a request that is a notification; -1 where it is another request. */
const idIn = (line: string, from: number, to: number): readonly [from: number, to: number] => {
  if (!line.startsWith('POST ', from)) return NONE;
  const pathAt = afterBlanks(line, from + 5);
  if (!line.startsWith(PATH, pathAt)) return NONE;
  for (let at = pathAt + PATH.length; at < to; ) {
    const sign = line.charCodeAt(at);
    if (sign !== QUESTION && sign !== AMPERSAND) return NONE;
    let end = at + 1;
    while (end < to && line.charCodeAt(end) !== AMPERSAND && !isBlank(line.charCodeAt(end))) end++;
    if (line.startsWith('id=', at + 1)) return end - at - 4 > 64 || end === at + 4 ? NONE : [at + 4, end];
    at = end;
  }
  return NONE;
};
const NONE = [-1, -1] as const;

/** `29/Jun/2014:` and ` +0000` as the milliseconds of that midnight; the answer before is kept, for it is nearly always the same. */
const days = () => {
  let last: { date: string; zone: string; at: number | null } = { date: '', zone: '', at: null };
  return (date: string, zone: string): number | null => {
    if (date === last.date && zone === last.zone) return last.at;
    last = { date: copyOf(date), zone: copyOf(zone), at: midnight(date, zone) };
    return last.at;
  };
};

const midnight = (words: string, zone: string): number | null => {
  const date = /^(\d{2})\/([A-Z][a-z]{2})\/(\d{4}):$/.exec(words);
  const offset = /^ ([+-])(\d{2})(\d{2})$/.exec(zone);
  const month = date ? MONTHS.indexOf(date[2] ?? '') : -1;
  if (!date || !offset || month === -1) return null;
  const [, sign, hours, mins] = offset;
  if (Number(date[1]) < 1 || Number(date[1]) > 31 || Number(hours) > 14 || Number(mins) > 59) return null;
  const local = Date.UTC(Number(date[3]), month, Number(date[1]));
  return local - (sign === '-' ? -1 : 1) * (Number(hours) * 60 + Number(mins)) * 60_000;
};

/** `11:35:54` as milliseconds. */
export const timeOfDay = (line: string, at: number): number | null => {
  const [hour, min, second] = [numberAt(line, at, 2), numberAt(line, at + 3, 2), numberAt(line, at + 6, 2)];
  if (hour === null || min === null || second === null || hour > 23 || min > 59 || second > 60) return null;
  if (line.charCodeAt(at + 2) !== COLON || line.charCodeAt(at + 5) !== COLON) return null;
  return (hour * 3600 + min * 60 + second) * 1000;
};
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** A string of its own, which keeps nothing else alive. */
export const copyOf = (part: string): string => Buffer.from(part, 'utf16le').toString('utf16le');

const isBlank = (sign: number): boolean => sign === 0x20 || sign === 0x09;
const blankAt = (line: string, from: number): number => {
  const most = Math.min(line.length, from + 101);
  for (let at = from; at < most; at++) if (isBlank(line.charCodeAt(at))) return at;
  return -1;
};
const afterBlanks = (line: string, from: number): number => {
  let at = from;
  while (isBlank(line.charCodeAt(at))) at++;
  return at;
};
const digitsAt = (line: string, from: number): number => {
  let at = from;
  while (isDigit(line.charCodeAt(at)) && at - from < 20) at++;
  return at - from;
};
const numberAt = (line: string, from: number, length: number): number | null => {
  let value = 0;
  for (let at = from; at < from + length; at++) {
    const sign = line.charCodeAt(at);
    if (!isDigit(sign)) return null;
    value = value * 10 + sign - 0x30;
  }
  return value;
};
const isDigit = (sign: number): boolean => sign >= 0x30 && sign <= 0x39;
const OPEN = 0x5b;
const CLOSE = 0x5d;
const DASH = 0x2d;
const COLON = 0x3a;
const QUESTION = 0x3f;
const AMPERSAND = 0x26;
