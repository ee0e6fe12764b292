import type { Leg } from '../../src/domain/evidence/evidence.js';

/**
 * The true causes, in the words of whoever injected them. A cause gets its label from the fault that was made, never from what a rule
 * says of it.
 */
export const LABELS = [
  'healthy',
  'port-closed',
  'port-filtered',
  'no-greeting',
  'per-address-limit',
  'total-limit',
  'no-live-server',
  'said-too-many',
  'said-later',
  'said-idle',
  'other-server',
  'wrong-service',
  'port-wants-tls',
  'port-is-plain',
  'no-starttls',
  'tls-version',
  'tls-broken',
  'certificate-expired',
  'certificate-not-yet',
  'certificate-runs-out',
  'certificate-name',
  'certificate-untrusted',
  'mechanism',
  'encryption-required',
  'no-list',
  'wrong-password',
  'account-locked',
  'address-shut',
  'said-too-often',
  'account-disabled',
  'account-expired',
  'per-user-limit',
  'basic-off',
  'basic-off-said',
  'throttled',
  'directory-down',
  'login-silent',
  'hung-up',
  'imap-disabled',
  'back-end-down',
  'store-limit',
  'database-down',
  'mailbox-silent',
  'mailbox-broken',
  'too-few-sessions',
  'several-servers',
  'version-other',
  'smtp-per-source',
  'smtp-total',
  'smtp-limit-2010',
  'smtp-rate',
  'smtp-pressure',
  'smtp-proxy-hop',
  'smtp-not-available',
  'smtp-gateway-limit',
  'smtp-turned-away',
  'smtp-not-here',
  'smtp-way-not-taken',
  'smtp-other-password',
  'smtp-may-not-send',
  'smtp-relay',
  'smtp-send-as',
  'notify-proxy',
  'notify-no-live-server',
  'notify-other-web',
  'notify-tls',
  'notify-ill',
  'notify-silent',
  'notify-nameless',
  'ews-no-login',
  'ews-other-login',
  'ews-forbidden',
  'ews-not-found',
  'ews-broken',
  'ews-stopped',
  'ews-redirect',
  'ews-gateway',
  'ews-proxy',
  'ews-other-web',
  'service-stopped',
  'notify-blocked',
  'notify-late',
  'notify-dropped',
  'notify-went-silent',
  'never-notified',
  'notify-stale',
  'stale-for-hours',
  'not-listening',
  'sync-refused',
  'sync-no-connection',
  'sync-timeout',
  'sync-denied',
  'sync-limit',
] as const;
export type Label = (typeof LABELS)[number];

/**
 * What a report about that cause must say. Rule ids are a public contract, so the answer is read by them.
 * `says` is what tells this cause from others of the same rule.
 */
export type Expected = {
  /** One of these must come first. */
  rules: readonly string[];
  says?: RegExp;
  /** Rules that may have a problem too, since the cause has consequences of its own. */
  also?: readonly string[];
  /**
   * Another cause looks the same, byte for byte. Then naming one as likely is wrong: the answer stays `possible` or `unknown`, and this
   * question, which tells it from the others, must be asked.
   */
  asks?: RegExp;
  /** Of single inbox: where inbox-direction must point to, which stands before all others. */
  points?: RegExp;
};

const port = (rule: string): Pick<Record<Label, Expected>, 'port-closed' | 'port-filtered'> => ({
  'port-closed': { rules: [rule], says: /refuses the connection/ },
  'port-filtered': { rules: [rule], says: /does not answer at all/ },
});

const certificate: Partial<Record<Label, Expected>> = {
  'tls-version': { rules: ['tls-version'], says: /can only do TLS 1\.0 or 1\.1/ },
  'tls-broken': { rules: ['tls-version'], says: /does not come about/ },
  'port-is-plain': { rules: ['tls-version'], asks: /expect encryption from the first byte|Something between/ },
  'certificate-expired': { rules: ['tls-certificate'], says: /expired on/ },
  'certificate-not-yet': { rules: ['tls-certificate'], says: /not valid before/ },
  'certificate-runs-out': { rules: ['tls-certificate'], says: /runs out on/ },
  'certificate-name': { rules: ['tls-certificate'], says: /does not hold the name/ },
};

const login = (asks: RegExp): Expected => ({ rules: ['imap-login'], asks });
const greeting = (says: RegExp, asks?: RegExp): Expected => ({
  rules: ['imap-greeting'],
  says,
  ...(asks ? { asks } : {}),
});
const banner = (says: RegExp): Expected => ({ rules: ['smtp-banner'], says });
const loop = (says: RegExp): Expected => ({ rules: ['mail-loop'], says });
const notify = (says: RegExp): Expected => ({ rules: ['notify-answer'], says });
const ews = (says: RegExp): Expected => ({ rules: ['ews-service'], says, also: ['autodiscover-service'] });
const THE_DIRECTORY = /The directory knows/;
const EVENT_1009 = /Event 1009 of MSExchangeIMAP4/;
const BEFORE_GREETING = /ends it before the greeting/;

/** Which answer is right, by cause and by the conversation that it was put into. */
export const EXPECTED: Partial<Record<Leg, Partial<Record<Label, Expected>>>> = {
  imap: {
    ...port('imap-port'),
    ...certificate,
    'no-greeting': greeting(/says nothing/),
    'per-address-limit': greeting(BEFORE_GREETING, /limit on connections of one address or of the server/),
    'total-limit': greeting(BEFORE_GREETING, /limit on connections of one address or of the server/),
    'no-live-server': {
      rules: ['imap-greeting', 'imap-port'],
      says: /ends it before the greeting|breaks it off at once/,
      asks: /IMAP service|the balancer/,
    },
    'said-too-many': { rules: ['imap-greeting', 'imap-login'], says: /there are too many/ },
    'said-later': greeting(/cannot serve it now/),
    'said-idle': greeting(/ends the connection as idle/),
    'other-server': greeting(/is the IMAP server of Unity Connection/),
    'wrong-service': greeting(/does not speak IMAP|sends without end/),
    'port-wants-tls': greeting(/says nothing|ends it before the greeting/, /expect encryption from the first byte/),
    'certificate-untrusted': { rules: ['imap-login'], says: /certificate is not trusted/, asks: /name its authority/ },
    'no-starttls': { rules: ['imap-login-offer'], says: /(?:does not offer|refuses) STARTTLS/ },
    mechanism: { rules: ['imap-login-offer'], says: /nothing with which a password can be sent/ },
    'encryption-required': {
      rules: ['imap-login-offer', 'imap-login'],
      says: /forbids logins before encryption|wants encryption/,
    },
    'no-list': { rules: ['imap-login-offer'], says: /gives no list/ },
    'wrong-password': login(THE_DIRECTORY),
    'account-locked': login(THE_DIRECTORY),
    'address-shut': { rules: ['imap-login', 'imap-greeting'], asks: THE_DIRECTORY },
    'said-too-often': { rules: ['imap-login'], says: /too often or for too much/ },
    'account-disabled': login(/Is IMAP turned off|The directory knows/),
    'account-expired': { rules: ['imap-login'], says: /has expired/ },
    'per-user-limit': login(EVENT_1009),
    'basic-off': login(/taken no passwords/),
    'basic-off-said': { rules: ['imap-login'], says: /takes no password at all/ },
    throttled: { rules: ['imap-login', 'imap-mailbox'], says: /policy allows/ },
    'directory-down': { rules: ['imap-login'], says: /cannot tell now/ },
    'login-silent': login(/Has an IMAP service stopped|Do both IMAP services run|only Microsoft/),
    'hung-up': { rules: ['imap-login'], says: /in the middle of the login/ },
    'imap-disabled': { rules: ['imap-mailbox', 'imap-login'], asks: /Is IMAP turned off/ },
    'back-end-down': { rules: ['imap-mailbox', 'imap-login'], asks: /Has an IMAP service stopped/ },
    'store-limit': { rules: ['imap-mailbox'], asks: /Event 9646/ },
    'database-down': { rules: ['imap-mailbox'], asks: /database mounted/ },
    'mailbox-silent': { rules: ['imap-mailbox'], says: /no answer came in time/ },
    'mailbox-broken': { rules: ['imap-mailbox'], says: /does not open the mailbox/ },
    'too-few-sessions': { rules: ['shared-account-sessions'], says: /allows the shared account/ },
    'several-servers': { rules: ['imap-balancer'], says: /More than one server/ },
    'version-other': { rules: ['exchange-version'], says: /is configured, but/ },
  },
  smtp: {
    ...port('smtp-port'),
    ...certificate,
    'no-greeting': banner(/takes the connection and says nothing/),
    'no-live-server': {
      rules: ['smtp-banner', 'smtp-port'],
      says: /ends it before a greeting|breaks it off at once/,
      asks: /transport service|the balancer/,
    },
    'wrong-service': banner(/does not speak SMTP/),
    'port-wants-tls': {
      rules: ['smtp-banner'],
      says: /says nothing|does not speak SMTP|ends it before a greeting/,
      asks: /encryption from the first byte/,
    },
    'no-starttls': { rules: ['smtp-login-offer'], says: /(?:does not offer|refuses) STARTTLS/ },
    mechanism: { rules: ['smtp-login-offer'], says: /offers .* (?:no login|only .* for a login)/ },
    'no-list': { rules: ['smtp-login-offer'], says: /does not answer EHLO/ },
    'wrong-password': { rules: ['smtp-login'], asks: THE_DIRECTORY },
    'address-shut': { rules: ['smtp-login'], asks: THE_DIRECTORY },
    'account-disabled': { rules: ['smtp-login'], asks: THE_DIRECTORY },
    'smtp-other-password': { rules: ['smtp-login'], says: /no ordinary password/ },
    'smtp-not-here': { rules: ['smtp-login'], asks: /Which connector/ },
    'basic-off-said': { rules: ['smtp-login'], says: /turned off/ },
    'smtp-way-not-taken': { rules: ['smtp-login'], says: /the way of logging in is not taken/ },
    'directory-down': { rules: ['smtp-login'], says: /cannot ask its directory|cannot serve it now/ },
    'encryption-required': { rules: ['smtp-login'], says: /wants encryption/ },
    'hung-up': { rules: ['smtp-login'], says: /in the middle of the SMTP login/ },
    'smtp-per-source': banner(/one address holds too many/),
    'smtp-total': banner(/too many of all senders/),
    'smtp-limit-2010': { rules: ['smtp-banner'], says: /one address or all together/, asks: /Event 1021/ },
    'smtp-rate': { rules: ['mail-loop', 'smtp-banner'], says: /sent too much in a minute/ },
    'smtp-pressure': { rules: ['smtp-banner', 'mail-loop'], says: /short of disk or memory/ },
    'smtp-proxy-hop': { rules: ['smtp-banner', 'mail-loop'], says: /cannot hand/ },
    'smtp-not-available': { rules: ['smtp-banner', 'mail-loop'], says: /out of service/ },
    'smtp-gateway-limit': banner(/not those of Exchange/),
    'smtp-turned-away': banner(/turns the connection away/),
    'smtp-may-not-send': loop(/does not let the account send/),
    'smtp-relay': loop(/takes no mail for that recipient/),
    'smtp-send-as': loop(/may not send as/),
  },
  notify: {
    'port-closed': { rules: ['notify-port'], says: /refuses the connection/ },
    'port-filtered': { rules: ['notify-port'], says: /does not answer at all/ },
    'wrong-service': notify(/does not speak plain HTTP/),
    'notify-proxy': notify(/a proxy or balancer in between\./),
    'notify-no-live-server': notify(/a balancer without a live server behind it|a proxy or balancer in between, or/),
    'notify-other-web': notify(/or another machine/),
    'notify-tls': notify(/speaks TLS/),
    'notify-ill': notify(/an error of its own/),
    'notify-silent': notify(/gives no answer/),
    'notify-nameless': { rules: ['notify-answer'], says: /names no server/ },
  },
  web: {
    'port-closed': { rules: ['web-port'], says: /refuses the connection/ },
    'port-filtered': { rules: ['web-port'], says: /does not answer at all/ },
    ...certificate,
    'ews-no-login': ews(/offers no way to log in/),
    'ews-other-login': ews(/alone, and Unity Connection logs in with/),
    'ews-forbidden': ews(/refuses whoever asks, before any login/),
    'ews-not-found': ews(/is not there/),
    'ews-broken': ews(/by a fault of its own/),
    'ews-stopped': ews(/is out of service/),
    'ews-redirect': ews(/sends on to/),
    'ews-gateway': ews(/gets no answer of Exchange itself|a balancer in between without a live server/),
    'ews-proxy': ews(/through a proxy or balancer/),
    'ews-other-web': ews(/is not answered by Exchange/),
    'wrong-service': { rules: ['tls-version', 'ews-service'], says: /does not come about|does not speak HTTP/ },
  },
};

/** What a limit that somebody has read makes certain: the same causes, and no longer alike. */
const WHEN_READ: Partial<Record<Label, Expected>> = {
  'per-user-limit': { rules: ['shared-account-sessions'], says: /in the IMAP service/, also: ['imap-login'] },
  'store-limit': { rules: ['shared-account-sessions'], says: /in the Information Store/, also: ['imap-mailbox'] },
};

const TO: Pick<Expected, 'points'> = { points: /Unity Connection to Exchange|both directions/ };
const FROM: Pick<Expected, 'points'> = { points: /Exchange to Unity Connection|both directions/ };
const account = (says: RegExp): Expected => ({ rules: ['account-state'], says });
const turnedAway = (says: RegExp): Expected => ({ rules: ['connector-refusals'], says });
const sync = (says: RegExp): Expected => ({ rules: ['sync-calls'], says, ...TO });

/** What papers must tell: mostly more than a look from outside, since the machine names the cause. */
export const BY_PAPERS: Partial<Record<Leg, Partial<Record<Label, Expected>>>> = {
  imap: {
    'per-user-limit': {
      rules: ['shared-account-sessions', 'captured-sessions'],
      says: /in the IMAP service|17th session of the account/,
    },
    'store-limit': { rules: ['shared-account-sessions'], says: /in the Information Store/ },
    'per-address-limit': { rules: ['imap-connection-limits'], says: /one address had reached its limit of 20/ },
    'total-limit': { rules: ['imap-connection-limits'], says: /all clients together had reached its limit of 200/ },
    throttled: { rules: ['throttling-policy'], says: /went over its budget for IMAP/ },
    'imap-disabled': { rules: ['imap-mailbox'], says: /IMAP is turned off/ },
    'account-locked': account(/is locked out/),
    'account-disabled': account(/is disabled/),
    'account-expired': account(/has expired/),
    'service-stopped': { rules: ['exchange-services'], says: /MSExchangeIMAP4\b/ },
    'back-end-down': { rules: ['exchange-services'], says: /MSExchangeIMAP4BE/ },
    'database-down': { rules: ['mailbox-database'], says: /DB01/ },
    'too-few-sessions': { rules: ['shared-account-sessions'], says: /allows the shared account 16 sessions/ },
    'wrong-password': login(THE_DIRECTORY),
  },
  smtp: {
    'smtp-per-source': turnedAway(/away.*one address/),
    'smtp-total': turnedAway(/of all senders together/),
    'smtp-rate': turnedAway(/too much in a minute/),
    'smtp-pressure': turnedAway(/short of disk/),
    'smtp-not-here': turnedAway(/refused logins of 10\.4\.3\.20/),
    'smtp-relay': { ...turnedAway(/would not take mail for that recipient/) },
    'smtp-send-as': turnedAway(/would not let this account send/),
  },
  notify: {
    'notify-blocked': { rules: ['notify-events'], says: /no connection came about/, ...FROM },
    'notify-proxy': { rules: ['notify-events', 'notify-senders'], says: /proxy/, also: ['inbox-direction'] },
    'notify-dropped': { rules: ['captured-notifications'], says: /without any answer/ },
    'notify-late': { rules: ['notify-flow'], says: /late, not cut off/, ...FROM },
    'notify-went-silent': { rules: ['notify-flow'], says: /1 subscription had been silent/, ...FROM },
    'never-notified': { rules: ['notify-flow'], says: /not one notification came/, ...FROM },
    'notify-ill': { rules: ['notify-flow'], says: /error/, ...FROM },
    'notify-stale': { rules: ['push-subscriptions'], says: /2 of 5 subscriptions had no notification/, ...FROM },
    'stale-for-hours': { rules: ['push-subscriptions'], says: /stale for over an hour/, ...TO },
    'not-listening': { rules: ['notify-listener'], says: /nothing listens|listens on/i, ...FROM },
  },
  web: {
    'sync-refused': sync(/refuses the login/),
    'sync-no-connection': sync(/cannot be reached|no connection|connect/),
    'sync-timeout': sync(/time|answer/),
    'sync-denied': sync(/impersonation/),
    'sync-limit': sync(/by a limit of EWS/),
  },
};

/** How a cause shows: to whoever looks; where somebody has read a limit as well; or in papers alone. */
export type Shows = 'seen' | 'read' | 'papers';

export const expectedOf = (label: Label, leg: Leg, shows: Shows): Expected => {
  const expected =
    shows === 'papers'
      ? BY_PAPERS[leg]?.[label]
      : ((shows === 'read' ? WHEN_READ[label] : undefined) ?? EXPECTED[leg]?.[label]);
  if (!expected) throw new Error(`nobody has said what must be found of ${label} on ${leg}`);
  return expected;
};
