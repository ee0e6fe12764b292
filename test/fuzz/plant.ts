import type { Dice } from './dice.js';

export const USER = 'uccxemail';
/** Stands wherever a secret stands in what is read; it may come out nowhere. */
export const SECRET = 'Kq7-hidden-Zw4';
const base64 = (words: string): string => Buffer.from(words).toString('base64');
export const PLAIN = base64(`\0${USER}\0${SECRET}`);
/** The two answers of AUTH LOGIN. */
export const LOGIN = { user: base64(USER), password: base64(SECRET) };
const BASIC = base64(`${USER}:${SECRET}`);
const TOKEN = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(`{"sub":"${SECRET}"}`).toString('base64url')}.c2lnbmF0dXJl`;

/** What of a secret would betray it: itself, and the forms in which it is sent. */
export const BETRAYALS: readonly string[] = [SECRET, PLAIN, LOGIN.password, BASIC, TOKEN];

/** Lines that carry it, as clients, shells and logs write them. */
const LINES: readonly string[] = [
  `C: A1 AUTHENTICATE PLAIN ${PLAIN}`,
  `C: ${PLAIN}`,
  PLAIN,
  `C: ${LOGIN.password}`,
  `A1 LOGIN "contoso/${USER}" "${SECRET}"`,
  `C: a1 login ${USER} ${SECRET}`,
  `AUTH PLAIN ${PLAIN}`,
  `AUTH LOGIN ${PLAIN}`,
  `Authorization: Basic ${BASIC}`,
  `Authorization: Bearer ${TOKEN}`,
  `Set-Cookie: JSESSIONID=${SECRET}; Path=/`,
  `Password : ${SECRET}`,
  `password=${SECRET}`,
  `"password": "${SECRET}",`,
  `the token: ${SECRET} was sent`,
  `https://${USER}:${SECRET}@mail.contoso.test/EWS/Exchange.asmx`,
  `10.4.3.90 - - [29/Jun/2014:11:35:54 +0000] "GET /?password=${SECRET} HTTP/1.1" 500 1`,
  `01:10:20.300 |6549,ex,{0b163c0f},CsEws,10,[a.cpp:1]: HTTP request failed with error: login password=${SECRET}, HTTP status code: 401, for ews URL: https://u:${SECRET}@ex/ews, verb: POST`,
  `  10609 117.949602  10.4.4.95  10.4.3.90  IMAP  92  Request: ${PLAIN}`,
  `  10610 117.949602  10.4.4.95  10.4.3.90  IMAP  92  Request: A1 LOGIN ${USER} ${SECRET}`,
];

/** The text with such a line between two of its lines, as a line of its own whatever ends the others. */
export const planted = (lines: readonly string[], write: (lines: readonly string[]) => string, dice: Dice): string => {
  const at = dice.below(lines.length + 1);
  const before = write(lines.slice(0, at));
  return `${before}${/(?:^|[\n\r])$/.test(before) ? '' : '\n'}${dice.oneOf(LINES)}\r\n${write(lines.slice(at))}`;
};
