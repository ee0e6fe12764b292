/**
 * What Exchange says over IMAP4, word for word. Clients and people match these texts, so nothing here is paraphrased.
 * 2010 also stands for 2007; 2016 for 2013 and later, where a front end answers for the mailbox server behind it.
 */
export type Manner = '2010' | '2016';

/** `LoginType` of Get-ImapSettings: whether a login may come before TLS, and how. SecureLogin is what Exchange ships with. */
export type LoginType = 'SecureLogin' | 'PlainTextLogin' | 'PlainTextAuthentication';

export const GREETING = '* OK The Microsoft Exchange IMAP4 service is ready.\r\n';
export const INVALID_STATE = 'BAD Command received in Invalid state.';
export const NOT_CONNECTED = 'BAD User is authenticated but not connected.';
/** The Information Store gave no session. */
export const STORE_FULL = 'NO Server Unavailable. 15';
export const BAD_ARGUMENT = 'BAD Command Error. 11';
export const UNKNOWN_COMMAND = 'BAD Command Error. 12';
export const THROTTLED = 'BAD Request is throttled. Suggested Backoff Time: 201317 milliseconds';
export const ACCOUNT_DISABLED = 'NO Logon failure: account currently disabled.';
/** Unity Connection's own IMAP server, for voice mail. */
export const UNITY_GREETING = '* OK UMSS IMAP4rev1 Server cuc01.contoso.test ready\r\n';
export const IDLE_TOO_LONG = '* BYE Connection is closed. 13\r\n';
export const TOO_MANY_FAILURES = '* BYE Connection is closed. 14\r\n';
/** `year` is null for 2019 and later, which name none. */
export const signingOff = (year: string | null) =>
  `* BYE Microsoft Exchange Server ${year === null ? '' : `${year} `}IMAP4 server signing off.\r\n`;

/** The capability line, which changes with encryption and, on 2013 and later, with a login that reached the mailbox server. */
export const capabilityLine = (options: {
  manner: Manner;
  loginType: LoginType;
  encrypted: boolean;
  offersStarttls: boolean;
  loggedIn: boolean;
  /** SASL mechanisms once a login is allowed. */
  mechanisms: readonly string[];
}): string => {
  const open = options.encrypted || options.loginType === 'PlainTextLogin';
  const before = options.loginType === 'PlainTextAuthentication' ? ['NTLM', 'GSSAPI'] : [];
  const mechanisms = open ? options.mechanisms : before;
  // A server that would refuse LOGIN says so (RFC 9051, 6.2.3); Exchange does for every LoginType but PlainTextLogin.
  const logins = [
    ...(mechanisms.includes('PLAIN') ? [] : ['LOGINDISABLED']),
    ...mechanisms.map(mechanism => `AUTH=${mechanism}`),
  ];
  const starttls = options.offersStarttls && !options.encrypted ? ['STARTTLS'] : [];
  const extensions =
    options.manner === '2010'
      ? ['UIDPLUS']
      : ['SASL-IR', 'UIDPLUS', 'MOVE', 'ID', 'UNSELECT', ...(options.loggedIn ? BACK_END : [])];
  return ['* CAPABILITY IMAP4 IMAP4rev1', ...logins, ...starttls, ...extensions, ...COMMON].join(' ').concat('\r\n');
};

const COMMON = ['CHILDREN', 'IDLE', 'NAMESPACE', 'LITERAL+'];
const BACK_END = ['CLIENTACCESSRULES', 'CLIENTNETWORKPRESENCELOCATION', 'BACKENDAUTHENTICATE'];

/** What SELECT and EXAMINE tell of a folder before their tagged answer. */
export const folderLines = (messages: number, uidNext: number): string =>
  [
    `* ${messages} EXISTS`,
    '* 0 RECENT',
    '* FLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $MDNSent)',
    '* OK [PERMANENTFLAGS (\\Seen \\Answered \\Flagged \\Deleted \\Draft $MDNSent)] Permanent flags',
    '* OK [UIDVALIDITY 14] UIDVALIDITY value',
    `* OK [UIDNEXT ${uidNext}] The next unique identifier value`,
    '',
  ].join('\r\n');
