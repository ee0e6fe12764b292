import type { Manner } from './imap-words.js';

/** What Exchange says over SMTP, word for word, and what its `Client` connectors offer on 587. */

export const banner = (name: string, at: Date): string =>
  `220 ${name} Microsoft ESMTP MAIL Service ready at ${dateWords(at)}\r\n`;

/** The ways in which a receive connector turns a connection away before its banner. 2010 has one text for both limits. */
export type SmtpRefusal = 'per-source' | 'total' | 'service-not-available' | 'back-pressure' | 'proxy-hop' | 'gateway';
export const refusal = (manner: Manner, why: SmtpRefusal): string => {
  if (why === 'service-not-available') return '421 4.3.2 Service not available\r\n';
  if (why === 'back-pressure') return '452 4.3.1 Insufficient system resources\r\n';
  if (why === 'proxy-hop') return '451 4.7.0 Temporary server error. Please try again later. PRX5\r\n';
  // Postfix's words over smtpd_client_connection_count_limit.
  if (why === 'gateway') return '421 4.7.0 gate.contoso.test Error: too many connections from 10.4.4.95\r\n';
  const limit =
    manner === '2010'
      ? 'connections has exceeded a limit'
      : `server connections has exceeded a ${why === 'total' ? 'limit' : 'per-source limit'}`;
  return `421 4.3.2 The maximum number of concurrent ${limit}, closing transmission channel\r\n`;
};
/** The ways in which a connector refuses a message of somebody who may log in. */
export type MailRefusal = 'pressure' | 'relay' | 'no-mailbox' | 'send-as' | 'proxy-hop';
export const mailRefusal: Readonly<Record<MailRefusal, string>> = {
  pressure: '452 4.3.1 Insufficient system resources\r\n',
  relay: '550 5.7.1 Unable to relay\r\n',
  'no-mailbox': '550 5.1.1 User unknown\r\n',
  'send-as': '550 5.7.60 SMTP; Client does not have permissions to send as this sender\r\n',
  'proxy-hop': '451 4.7.0 Temporary server error. Please try again later. PRX5\r\n',
};
export const RATE_EXCEEDED = '421 4.4.2 Message submission rate for this client has exceeded the configured limit\r\n';

/** The EHLO answer. LOGIN stands among the mechanisms only once the session is encrypted. */
export const ehloLines = (options: {
  manner: Manner;
  name: string;
  address: string;
  encrypted: boolean;
  offersStarttls: boolean;
  /** Mechanisms once encrypted; an empty list is no AUTH at all. */
  mechanisms: readonly string[];
}): string => {
  const { manner, encrypted, mechanisms } = options;
  const offered = encrypted ? mechanisms : mechanisms.filter(mechanism => mechanism !== 'LOGIN');
  const lines = [
    `${options.name} Hello [${options.address}]`,
    manner === '2010' ? 'SIZE' : 'SIZE 37748736',
    'PIPELINING',
    'DSN',
    'ENHANCEDSTATUSCODES',
    ...(options.offersStarttls && !encrypted ? ['STARTTLS'] : []),
    ...(offered.length > 0 ? [`AUTH ${offered.join(' ')}`] : []),
    ...(manner === '2010' ? ['X-EXPS GSSAPI NTLM'] : []),
    '8BITMIME',
    'BINARYMIME',
    'CHUNKING',
    ...(manner === '2010' ? ['XEXCH50', 'XRDST', 'XSHADOW'] : ['SMTPUTF8']),
  ];
  return lines.map((line, at) => `250${at === lines.length - 1 ? ' ' : '-'}${line}\r\n`).join('');
};

const DAYS = ['Sun', 'Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat'];
const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const dateWords = (at: Date): string =>
  `${DAYS[at.getUTCDay()]}, ${at.getUTCDate()} ${MONTHS[at.getUTCMonth()]} ${at.getUTCFullYear()} ${at.toISOString().slice(11, 19)} +0000`;
