import type { Dice } from './dice.js';

/** Stands wherever a secret stands in what is read; it may come out nowhere. */
export const SECRET = 'Kq7-hidden-Zw4';
const PLAIN = Buffer.from(`\0uccxemail\0${SECRET}`).toString('base64');
const BASIC = Buffer.from(`uccxemail:${SECRET}`).toString('base64');
const TOKEN = `eyJhbGciOiJIUzI1NiJ9.${Buffer.from(`{"sub":"${SECRET}"}`).toString('base64url')}.c2lnbmF0dXJl`;

/** What of a secret would betray it: itself, and the forms in which it is sent. */
export const BETRAYALS: readonly string[] = [SECRET, PLAIN, BASIC, TOKEN];

/** Lines that carry it, as clients, shells and logs write them. */
const LINES: readonly string[] = [
  `C: A1 AUTHENTICATE PLAIN ${PLAIN}`,
  `C: ${PLAIN}`,
  PLAIN,
  `A1 LOGIN "contoso/uccxemail" "${SECRET}"`,
  `C: a1 login uccxemail ${SECRET}`,
  `AUTH PLAIN ${PLAIN}`,
  `AUTH LOGIN ${PLAIN}`,
  `Authorization: Basic ${BASIC}`,
  `Authorization: Bearer ${TOKEN}`,
  `Set-Cookie: JSESSIONID=${SECRET}; Path=/`,
  `Password : ${SECRET}`,
  `password=${SECRET}`,
  `"password": "${SECRET}",`,
  `the token: ${SECRET} was sent`,
  `https://uccxemail:${SECRET}@mail.contoso.test/EWS/Exchange.asmx`,
  `10.4.3.90 - - [29/Jun/2014:11:35:54 +0000] "GET /?password=${SECRET} HTTP/1.1" 500 1`,
  `01:10:20.300 |6549,ex,{0b163c0f},CsEws,10,[a.cpp:1]: HTTP request failed with error: login password=${SECRET}, HTTP status code: 401, for ews URL: https://u:${SECRET}@ex/ews, verb: POST`,
  `  10609 117.949602  10.4.4.95  10.4.3.90  IMAP  92  Request: ${PLAIN}`,
  `  10610 117.949602  10.4.4.95  10.4.3.90  IMAP  92  Request: A1 LOGIN uccxemail ${SECRET}`,
];

/** The text with such a line between two of its lines. */
export const planted = (bytes: Buffer, dice: Dice): Buffer => {
  const from = dice.below(bytes.length + 1);
  const end = bytes.indexOf(0x0a, from);
  const at = end === -1 ? bytes.length : end + 1;
  const before = end === -1 ? '\n' : '';
  return Buffer.concat([bytes.subarray(0, at), Buffer.from(`${before}${dice.oneOf(LINES)}\r\n`), bytes.subarray(at)]);
};
