import type { Leg } from '../../domain/evidence/evidence.js';

/** What one line of a mail client's log tells of Exchange; null where it tells nothing of it. */
export type FeedLine =
  | { is: 'tls'; leg: Leg; text: string; old: string | null }
  | { is: 'login'; text: string }
  | { is: 'no-connection'; leg: Leg; host: string; port: number }
  | { is: 'reply'; code: number; enhanced: string; text: string }
  | { is: 'said'; text: string };

/** Words without which no line of these logs is about mail: whatever has none is passed over as quickly as can be. */
const SIGNS = [
  'xception',
  'but that protocol version',
  'connection with the email server',
  'to reply to customer',
  ' 4.',
  ' 5.',
];
export const mayTell = (line: string): boolean => SIGNS.some(sign => line.includes(sign));

/**
 * SocialMiner, CCP and UCCX fetch and send mail with JavaMail, and log its exceptions in its words. Cisco documents the TLS line and the
 * two sentences for people (TechNote 200892); the others are JavaMail's and Java's own.
 */
export const feedLine = (line: string): FeedLine | null => {
  const leg: Leg = /smtp/i.test(line) ? 'smtp' : 'imap';
  const old = /Server chose (SSLv3|TLSv1(?:\.[01])?), but that protocol version is not enabled[^\r\n]{0,80}/i.exec(
    line,
  );
  if (old) return { is: 'tls', leg, text: old[0], old: old[1] ?? null };
  const tls =
    /(?:SSLHandshakeException|SSLException|ValidatorException|SunCertPathBuilderException): ([^\r\n]{1,200})/.exec(
      line,
    );
  if (tls) return { is: 'tls', leg, text: tls[1] as string, old: null };
  const connect = /Couldn't connect to host, port: ([A-Za-z0-9._:-]{1,255}), (\d{1,5})\b/.exec(line);
  const port = Number(connect?.[2]);
  if (connect && port > 0 && port < 65_536)
    return { is: 'no-connection', leg: SMTP_PORTS.has(port) ? 'smtp' : 'imap', host: connect[1] as string, port };
  const reply = /(?:^|[^\d.])([45]\d\d) ([45]\.\d{1,3}\.\d{1,3}) ([^\r\n]{1,300})/.exec(line);
  if (reply) {
    const [, code, enhanced = '', text] = reply;
    return { is: 'reply', code: Number(code), enhanced, text: `${code} ${enhanced} ${text}` };
  }
  const login = /AuthenticationFailedException: ([^\r\n]{1,200})/.exec(line);
  if (login) return { is: 'login', text: (login[1] as string).trim() };
  const said = /Cannot establish connection with the email server|Unable to reply to customer['’]s email/i.exec(line);
  return said ? { is: 'said', text: said[0] } : null;
};

const SMTP_PORTS: ReadonlySet<number> = new Set([25, 465, 587]);

/** Why a connection did not come about; it stands behind «nested exception is», often on the line below. */
export const whyNot = (line: string): 'refused' | 'timed-out' | 'name-not-found' | 'unreachable' | null => {
  if (/Connection refused/i.test(line)) return 'refused';
  if (/timed out/i.test(line)) return 'timed-out';
  if (/UnknownHostException/.test(line)) return 'name-not-found';
  return /No route to host|Network is unreachable/i.test(line) ? 'unreachable' : null;
};

/** `Jun 29 2014 11:30:53.123 +0000`: UTC where the line names year and zone, else null. */
export const timeIn = (line: string): string | null => {
  const [, month = '', day, year, time, ms, zone = ''] =
    /\b([A-Z][a-z]{2}) (\d{1,2}),? (\d{4}) (\d\d:\d\d:\d\d)(?:\.(\d{3}))? ([+-]\d{4}|UTC|GMT)\b/.exec(
      line.slice(0, 200),
    ) ?? [];
  const at = MONTHS.indexOf(month);
  if (at === -1) return null;
  const offset = /^[+-]/.test(zone) ? `${zone.slice(0, 3)}:${zone.slice(3)}` : 'Z';
  const moment = Date.parse(`${year}-${two(at + 1)}-${two(Number(day))}T${time}.${ms ?? '000'}${offset}`);
  return Number.isNaN(moment) ? null : new Date(moment).toISOString();
};
const two = (number: number): string => String(number).padStart(2, '0');
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
