import type { Fault } from './ground.js';
import type { Label } from './labels.js';
import { answersLogin, says, script, smtpSaying } from './scripted.js';

/*
 * What servers say at one point of the conversation, Exchange's rarer words and those of other products, with the cause that their own
 * documentation or source gives. The rules were not written for most of them: behaviour counts before words.
 */
type Row = readonly [label: Label, words: string];

const AT_LOGIN: readonly Row[] = [
  // Exchange
  ['wrong-password', 'NO LOGIN failed.'],
  ['wrong-password', 'NO AUTHENTICATE failed. [Error="LogonFailed" AuthResult=0 Proxy=EX01]'],
  ['throttled', 'BADRequest is throttled. Suggested Backoff Time: 201317 milliseconds'],
  // Gmail, Yahoo, hMailServer, GroupWise, Zimbra, Cyrus, Dovecot, iCloud, Kerio
  ['wrong-password', 'NO [AUTHENTICATIONFAILED] Invalid credentials (Failure)'],
  ['wrong-password', 'NO [AUTHENTICATIONFAILED] LOGIN Invalid credentials'],
  ['wrong-password', 'NO Invalid user name or password.'],
  ['wrong-password', 'NO LOGIN Invalid user or password'],
  ['wrong-password', 'NO LOGIN failed'],
  ['wrong-password', 'NO Login failed: user not found'],
  ['wrong-password', 'NO authentication error'],
  ['said-too-many', 'NO [ALERT] Too many simultaneous connections. (Failure)'],
  ['said-too-many', 'NO [LIMIT] Too many sessions for this user'],
  ['said-too-many', 'NO Maximum number of concurrent sessions reached'],
  ['directory-down', 'NO [UNAVAILABLE] Internal authentication failure. Refer to server log for more information.'],
  ['directory-down', 'NO [UNAVAILABLE] Temporary authentication failure'],
  ['directory-down', 'NO [SERVERBUG] Internal error occurred. Refer to server log for more information.'],
  ['account-locked', 'NO [ALERT] Your account has been locked'],
  ['account-expired', 'NO [EXPIRED] That password has expired'],

  // What counts or blames in one line with «too many», «try again» or a code; and what only sounds so. Labels from what was done there.
  ['address-shut', 'NO Too many failed login attempts'],
  ['address-shut', 'NO [ALERT] Too many invalid logins from your IP, blocked for 10 minutes'],
  ['address-shut', 'NO [AUTHENTICATIONFAILED] Too many login failures'],
  ['address-shut', 'NO [LIMIT] Too many failed login attempts'],
  [
    'account-locked',
    'NO Authentication failed, your account is locked out for 5 minutes because of too many failed login attempts',
  ],
  ['address-shut', 'NO Access denied. Invalid login attempt limit reached'],
  ['address-shut', 'NO Login failed: password incorrect, temporary block after 5 tries'],
  ['address-shut', 'NO [AUTHENTICATIONFAILED] Your IP has been blocked after too many logins per minute'],
  ['address-shut', '* BYE Invalid user name or password, too many attempts'],
  ['address-shut', '* BYE Too many invalid commands or logins.'],
  ['wrong-password', 'NO Incorrect username or password. Try again.'],
  ['wrong-password', 'NO Invalid credentials. Please try again.'],
  ['wrong-password', 'NO Invalid login or password (server error)'],
  ['wrong-password', 'NO Bad username or password, please try again later'],
  ['wrong-password', 'NO [AUTHORIZATIONFAILED] Invalid credentials'],
  ['account-locked', 'NO LOGIN failed: account is locked'],
  ['account-locked', 'NO Account is temporarily locked, try again later'],
  ['account-disabled', 'NO account maintenance: LOGIN failed: account has been disabled'],
  ['said-too-often', 'NO Login rate exceeded'],
  ['said-too-often', 'NO [ALERT] Account exceeded command or bandwidth limits. (Failure)'],
  // Courier, Cyrus, hMailServer, Zimbra, Gmail, Dovecot behind nginx
  ['wrong-password', 'NO Login failed.'],
  ['wrong-password', 'NO Login failed: authentication failure'],
  ['wrong-password', 'NO Invalid user name or password. Please use full email address as user name.'],
  ['wrong-password', 'NO LOGIN failed'],
  ['wrong-password', 'NO [ALERT] Invalid credentials (Failure)'],
  ['wrong-password', 'NO [AUTHENTICATIONFAILED] Authentication failed.'],
  ['said-too-many', 'NO [LIMIT] Too many open connections of user'],
  ['directory-down', 'NO [UNAVAILABLE] Temporary authentication failure. [mail:2026-11-21 09:00:00]'],
  // nginx as a mail proxy, and Perdition: what stands behind does not answer.
  ['directory-down', 'BAD internal server error'],
  ['directory-down', 'NO failed to connect to real server'],
];

const AT_GREETING: readonly Row[] = [
  ['said-too-many', '* BYE Too many connections from your IP address'],
  ['said-too-many', '* BYE [LIMIT] Maximum number of connections reached'],
  ['said-too-many', '* BYE Error: Maximum number of sessions reached, try again later'],
  ['said-later', '* BYE Temporary System Error'],
  ['said-later', '* BYE [UNAVAILABLE] Backend is not reachable'],
  ['said-later', '* BYE Server unavailable'],

  ['address-shut', '* BYE Connection refused; too many failed logins from your address'],
  ['address-shut', '* BYE Temporarily blocked: repeated login failures'],
  ['said-too-many', '* BYE Maximum number of connections from user+IP exceeded'],
  ['wrong-service', 'HTTP/1.0 400 Bad request'],
  ['wrong-service', 'Http/1.1 Service Unavailable'],
];

const AT_SELECT: readonly Row[] = [
  ['mailbox-broken', 'NO [SERVERBUG] Internal error occurred. Refer to server log for more information.'],
  ['mailbox-broken', 'NO [INUSE] Timeout while waiting for lock'],
  ['mailbox-broken', 'NO Mailbox does not exist'],
  ['mailbox-broken', 'NO Server Unavailable. 21'],
  ['mailbox-broken', 'NO Unable to open this mailbox.'],
  ['throttled', 'NO [Error="OverBudget"]'],
];

const AT_BANNER: readonly Row[] = [
  ['smtp-gateway-limit', '421 4.7.0 mail.contoso.test Error: too many connections from 192.0.2.7'],
  ['smtp-gateway-limit', '421 4.7.0 mail.contoso.test Connection rate limit exceeded.'],
  ['smtp-gateway-limit', '421 4.3.2 All server ports are busy'],
  ['smtp-gateway-limit', '421 Too many connections from this host, try later'],
  ['smtp-gateway-limit', '452 4.3.2 Too many concurrent SMTP connections from this IP address; please try again later'],
  ['smtp-gateway-limit', '421 4.7.0 Too many open connections'],
  ['smtp-rate', '421 4.7.1 Too many messages from your address in the last minute'],
  ['smtp-turned-away', '421 4.3.0 Try again later'],
  ['smtp-turned-away', '421 4.4.5 Directory lookup failed'],
  ['smtp-turned-away', '554 5.7.1 Service unavailable; client host blocked using a list'],
  ['smtp-turned-away', '550 5.7.1 Connections not accepted from servers without a name'],
  ['smtp-turned-away', '554 No SMTP service here'],
  ['smtp-pressure', '452 4.3.1 Insufficient system storage'],
  ['smtp-not-available', '421 4.3.2 Service not available, closing transmission channel'],
  ['smtp-proxy-hop', '451 4.7.0 Temporary server error. Please try again later. PRX2'],

  ['smtp-gateway-limit', '421 mx.contoso.test service not available, too many sessions for 192.0.2.7 (max 20)'],
  ['smtp-turned-away', '421 4.3.1 Load average too high'],
  ['smtp-gateway-limit', '421 mail.contoso.test: Too many concurrent SMTP connections; please try again later'],
  ['smtp-turned-away', '421 4.7.1 SSL certificate error'],
  ['smtp-turned-away', '451 4.3.2 Internal server error'],
  ['wrong-service', 'HTTP/1.0 400 Bad request'],
];

const AT_AUTH: readonly Row[] = [
  ['wrong-password', '535 5.7.8 Username and Password not accepted.'],
  ['wrong-password', '535 Incorrect authentication data'],
  ['wrong-password', '535 5.7.0 authentication failed'],
  ['directory-down', '454 4.7.0 Temporary authentication failure: Connection lost to authentication server'],
  ['smtp-way-not-taken', '504 5.7.4 Unrecognized authentication type'],
  ['smtp-way-not-taken', '534 5.7.9 Authentication mechanism is too weak'],
  ['basic-off-said', '550 5.7.30 Basic authentication is not supported for Client Submission.'],

  ['address-shut', '454 4.7.0 Too many login attempts, please try again later.'],
  ['address-shut', '421 4.7.0 Too many failed login attempts'],
  ['address-shut', '535 5.7.0 (#AUTH005) Too many bad auth attempts.'],
  ['wrong-password', '421 4.7.0 Authentication failed, closing'],
  ['account-disabled', '550 5.7.0 Account disabled'],
  ['account-disabled', '525 5.7.13 User account disabled'],
  ['smtp-other-password', '534 5.7.9 Application-specific password required.'],
  ['smtp-other-password', '534 5.7.14 Please log in via your web browser and then try again.'],
  // sendmail, Exim, Postfix with Dovecot, hMailServer, Zimbra
  ['wrong-password', '535 5.7.0 authentication failed'],
  ['wrong-password', '535 5.7.8 Error: authentication failed: authentication failure'],
  ['wrong-password', '535 Authentication failed. Restarting authentication process.'],
  ['directory-down', '454 4.3.0 Temporary authentication failure'],
  ['directory-down', '435 Unable to authenticate at present'],
  ['directory-down', '451 4.3.2 Internal server error'],
];

const named = (stage: string, rows: readonly Row[], make: (words: string) => Partial<Fault>): Fault[] =>
  rows.map(([label, words], index) => ({
    id: `words-${stage}-${index + 1}`,
    label,
    leg: 'imap',
    depth: 3,
    ...make(words),
  }));

export const OTHER_WORDS: readonly Fault[] = [
  ...named('login', AT_LOGIN, words => ({ inject: ground => answersLogin(ground, words) })),
  ...named('greeting', AT_GREETING, words => ({
    inject: ground => {
      ground.imap.options = { ...ground.imap.options, greeting: `${words}\r\n` };
    },
  })),
  ...named('select', AT_SELECT, words => ({ inject: ground => script(ground, { SELECT: says(words) }) })),
  ...named('banner', AT_BANNER, words => ({ leg: 'smtp', place: smtpSaying({ banner: words }) })),
  ...named('auth', AT_AUTH, words => ({
    leg: 'smtp',
    place: smtpSaying({ AUTH: words }),
    inject: ground => {
      ground.smtp.endpoint.login = true;
      ground.only = ['smtp'];
    },
  })),
];
