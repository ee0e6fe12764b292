import type { Source } from '../../src/domain/evidence/evidence.js';
import { Evidence, type EvidenceKind, type EvidenceOf } from '../../src/domain/evidence/index.js';
import { InboxTarget, MailTarget } from '../../src/domain/target.js';

/*
 * Targets and evidence for tests, as short as they read. Whatever is not said is the usual: Exchange 2016 on EX01, CAD, STARTTLS,
 * seen from the site `hq`, which stands where UCCX does.
 */
type MailWords = {
  id?: string;
  version?: string;
  servers?: string[];
  sites?: string[];
  desktop?: 'cad' | 'finesse';
  agents?: number;
  serverSessions?: number;
  user?: string;
  identity?: string;
  imap?: object;
  smtp?: object;
  clientAddress?: string;
  limits?: object;
};

export const mailTarget = (words: MailWords = {}): MailTarget => {
  const {
    id,
    version,
    servers,
    sites,
    desktop,
    agents,
    serverSessions,
    user,
    identity,
    imap,
    smtp,
    clientAddress,
    limits,
  } = words;
  return MailTarget.parse({
    kind: 'uccx-mail',
    id: id ?? 'paris-mail',
    exchange: { servers: servers ?? ['EX01'], version: version ?? '2016' },
    desktop: desktop ?? 'cad',
    agents: agents ?? 25,
    serverSessions: serverSessions ?? 4,
    mailbox: { user: user ?? 'contoso\\uccxemail', password: 'env:UCCX_PASSWORD', ...(identity ? { identity } : {}) },
    imap: { host: 'mail.contoso.test', port: 143, security: 'starttls', ...imap },
    smtp: { host: 'mail.contoso.test', port: 587, security: 'starttls', ...smtp },
    ...(sites ? { sites } : {}),
    ...(clientAddress ? { clientAddress } : {}),
    ...(limits ? { limits } : {}),
  });
};

type InboxWords = { id?: string; version?: string; servers?: string[]; sites?: string[]; cuc?: object };

export const inboxTarget = ({ id, version, servers, sites, cuc }: InboxWords = {}): InboxTarget =>
  InboxTarget.parse({
    kind: 'cuc-single-inbox',
    id: id ?? 'paris-inbox',
    exchange: { servers: servers ?? ['EX01'], version: version ?? '2016' },
    cuc: { host: 'cuc.contoso.test', ...cuc },
    ...(sites ? { sites } : {}),
  });

/** `file`: it was read in one, and not seen by a look. */
type From = { site?: string; vantages?: string[]; at?: string; statedOn?: string; file?: string };
type Body<Kind extends EvidenceKind> = Partial<Omit<EvidenceOf<Kind>, 'kind' | 'target' | 'source' | 'at'>>;

const TIME = '2026-11-21T08:00:00.000Z';

const USUAL: { [Kind in EvidenceKind]: object } = {
  'tcp-connect': {
    leg: 'imap',
    host: 'mail.contoso.test',
    port: 143,
    outcome: 'connected',
    address: '10.4.3.90',
    tried: [],
    code: null,
    tookMs: 3,
  },
  'imap-greeting': { outcome: 'ok', text: '* OK The Microsoft Exchange IMAP4 service is ready.', tookMs: 5 },
  'imap-capability': {
    when: 'after-tls',
    outcome: 'listed',
    capabilities: ['IMAP4REV1', 'AUTH=PLAIN'],
    text: null,
    tookMs: 2,
  },
  'tls-session': {
    leg: 'imap',
    how: 'starttls',
    outcome: 'established',
    protocol: 'TLSv1.2',
    cipher: 'ECDHE-RSA-AES256-GCM-SHA384',
    onlyOld: false,
    certificate: {
      subject: 'CN=mail.contoso.test',
      names: ['mail.contoso.test'],
      issuer: 'CN=Contoso CA',
      notBefore: '2026-01-01T00:00:00.000Z',
      notAfter: '2027-12-31T00:00:00.000Z',
      selfSigned: false,
      sha256: 'aa:bb',
    },
    expectedName: 'mail.contoso.test',
    nameMatches: true,
    trusted: true,
    trustProblem: null,
    text: null,
    tookMs: 20,
  },
  'imap-login': {
    outcome: 'accepted',
    mechanism: 'PLAIN',
    status: 'OK',
    text: 'A2 OK AUTHENTICATE completed.',
    withheldFor: null,
    encrypted: true,
    tookMs: 30,
  },
  'imap-select': { outcome: 'selected', status: 'OK', text: null, messages: 3, tookMs: 10 },
  'imap-logout': { clean: true, bye: '* BYE Microsoft Exchange Server 2016 IMAP4 server signing off.' },
  'smtp-banner': {
    outcome: 'greeted',
    code: 220,
    enhanced: null,
    text: '220 ex01.contoso.test Microsoft ESMTP MAIL Service ready',
    tookMs: 4,
  },
  'smtp-ehlo': {
    when: 'after-tls',
    outcome: 'listed',
    code: 250,
    enhanced: null,
    text: null,
    extensions: ['AUTH', 'SIZE'],
    auth: ['LOGIN', 'NTLM'],
    tookMs: 2,
  },
  'notify-http': {
    outcome: 'answered',
    status: 404,
    server: 'Jetty(9.4.43)',
    via: null,
    proxyHeaders: [],
    text: null,
    tookMs: 3,
  },
  'imap-limits': { server: null, maxConnectionsPerUser: 16 },
  'imap-service-limits': { server: null, maxConnectionsFromSingleIp: 2_147_483_647, maxConnections: 2_147_483_647 },
  'store-limits': { server: null, serviceSessionsPerUser: 16 },
  'connector-limits': {
    connector: 'Client Frontend EX01',
    connections: 5000,
    connectionsPerSource: 20,
    connectionsPercentPerSource: 2,
    messagesPerMinute: 5,
  },
  'imap-ladder': {
    account: 'shared',
    asked: 20,
    opened: 20,
    refusal: null,
    stoppedBy: 'asked-for',
    says: null,
    heldByOthers: null,
    canaryLost: false,
    rungs: [],
    leftOpen: 0,
    gaveBackMs: 40,
    tookMs: 6000,
  },
  'smtp-login': {
    outcome: 'accepted',
    mechanism: 'LOGIN',
    code: 235,
    enhanced: '2.7.0',
    text: '235 2.7.0 Authentication successful',
    withheldFor: null,
    encrypted: true,
    tookMs: 9,
  },
  'mail-loop': {
    stage: 'done',
    code: 250,
    text: '250 2.6.0 Queued mail for delivery',
    messageId: '<loop@uccx-doctor.test>',
    submittedMs: 30,
    deliveredMs: 900,
    watchedMs: 900,
    removed: true,
    leftovers: 0,
    tookMs: 1500,
  },
  'web-answer': {
    service: 'ews',
    url: 'https://mail.contoso.test/EWS/Exchange.asmx',
    outcome: 'answered',
    status: 401,
    server: 'Microsoft-IIS/10.0',
    via: null,
    schemes: ['negotiate', 'ntlm'],
    build: null,
    frontEnd: 'EX01',
    tookMs: 20,
  },
  'exchange-server': { server: 'EX01', build: '15.1.2507.6' },
  'throttling-policy': {
    policy: 'GlobalThrottlingPolicy_0b04ec59',
    scope: 'global',
    imapConcurrency: 'unlimited',
    imapCutoff: 'unlimited',
    rcaConcurrency: 40,
    ewsConcurrency: 27,
    ewsSubscriptions: 5000,
    messagesPerMinute: 'unlimited',
  },
  'policy-association': { names: ['uccxemail'], policy: null },
  'cas-mailbox': { names: ['uccxemail'], imapEnabled: true, ewsEnabled: true },
  'ad-user': { names: ['uccxemail'], enabled: true, lockedOut: false, passwordExpired: false },
  'further-connect': {
    leg: 'imap',
    host: 'mail.contoso.test',
    port: 143,
    address: '10.4.3.90',
    outcome: 'connected',
    code: null,
    greeted: true,
    greeting: 'The Microsoft Exchange IMAP4 service is ready.',
    certificate: null,
    tookMs: 6,
  },
  'sister-port': {
    leg: 'smtp',
    host: 'mail.contoso.test',
    port: 25,
    besides: 587,
    outcome: 'connected',
    greeting: '220 ex01.contoso.test Microsoft ESMTP MAIL Service ready',
  },
  'service-state': { server: 'EX01', service: 'MSExchangeIMAP4', status: 'Running' },
  'component-state': { server: 'EX01', component: 'ImapProxy', state: 'active' },
  'database-state': { database: 'DB01', mounted: true, server: 'EX01' },
  'exchange-mailbox': { names: ['uccxemail'], legacyDn: null, server: 'EX01', database: 'DB01' },
  'role-assignment': { role: 'ApplicationImpersonation', assignee: 'cucsvc', enabled: true, delegating: false },
  'exchange-event': {
    about: 'store-sessions',
    provider: 'MSExchangeIS',
    id: 9646,
    server: 'EX01',
    subject: '/o=First Organization/cn=Recipients/cn=uccxemail',
    limit: 16,
    of: 'session',
    detail: null,
    times: 1,
    first: '2026-11-21T07:30:00.000Z',
    last: '2026-11-21T07:30:00.000Z',
    utc: true,
  },
  'smtp-refusal': {
    after: 'connect',
    code: 421,
    enhanced: '4.3.2',
    text: '421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source limit, closing transmission channel',
    connector: null,
    remote: null,
    times: 1,
  },
  'shell-refusal': { cmdlet: 'Set-ThrottlingPolicy', parameter: 'IMAPPercentTimeInAD' },
  'notify-log': {
    from: '2026-11-21T06:00:00.000Z',
    to: TIME,
    requests: 24,
    notifications: 24,
    ids: 1,
    notFollowed: 0,
    senders: [{ address: '10.4.3.11', notifications: 24, first: '2026-11-21T06:00:00.000Z', last: TIME }],
    otherSenders: 0,
    answers: { ok: 24, unsubscribe: 0, otherBody: 0, clientError: 0, serverError: 0, other: 0 },
    errors: [],
    unsubscribed: [],
    gaps: { missed: 0, long: 0, stale: 0 },
    longestGap: null,
    renewals: 0,
    renewed: [],
    renewedAgain: 0,
    silentAtEnd: 0,
    silent: [],
    standstills: 0,
    longestStandstill: null,
    outOfOrder: 0,
  },
  'sync-log': {
    lines: 400,
    first: '09:20:01.114',
    last: '09:59:59.131',
    answered: 40,
    users: 10,
    servers: [{ server: 'ex01.contoso.test', failures: 0, answered: 40 }],
    failures: [],
    otherFailures: 0,
    codes: [],
    backOffMs: null,
    mostOutstanding: null,
    mostStale: null,
  },
  'open-ports': {
    command: 'show-open-ports',
    filter: '7080',
    isWhole: true,
    listening: [{ port: 7080, on: 'any', process: 'jetty' }],
    connected: [],
    leftOut: 0,
  },
  'push-subscriptions': {
    rows: 10,
    limit: null,
    isWhole: true,
    now: TIME,
    nowFrom: 'stated',
    newest: '2026-11-21T07:59:00.000Z',
    oldest: '2026-11-21T07:56:00.000Z',
    aheadMs: 0,
    stale: { min15: 0, min20: 0, min60: 0 },
    staleRows: [],
    freshIds: ['0a37d81c-bc62-47b3-a3d9-30b3c7384211'],
    unreadable: 0,
  },
  'push-messages': {
    keepAlives: 1,
    events: 0,
    answers: { ok: 1, unsubscribe: 0, other: 0 },
    subscriptions: [
      {
        id: '0a37d81c-bc62-47b3-a3d9-30b3c7384211',
        exchange: 'ex01.contoso.test',
        guid: '6f1d2c3b-4a59-4687-9b0c-1d2e3f405162',
        created: '2026-11-21T05:00:00.000Z',
        to: 'cuc.contoso.test:7080',
      },
    ],
    subscribes: 0,
    subscribed: [],
    statusFrequencyMin: null,
  },
  'captured-sessions': {
    leg: 'imap',
    server: '10.4.3.90',
    port: 143,
    from: TIME,
    until: TIME,
    sessions: 1,
    begun: 1,
    encrypted: 0,
    mostOpen: 1,
    mostOfOneAccount: null,
    accounts: 0,
    clients: [],
    clientsInAll: 1,
    refused: 0,
    refusals: [],
    breaks: [],
    unanswered: 0,
    turnedAway: 0,
    resets: { byClient: 0, byServer: 0 },
    greeting: null,
    missingBytes: 0,
    dropped: 0,
    notifications: null,
  },
};

const sourceOf = ({ site, vantages, statedOn, file }: From): object => {
  if (file) return { by: 'artifact', reader: 'any-reader', artifact: file };
  return statedOn
    ? { by: 'stated', readOn: statedOn }
    : { by: 'probe', probe: 'any-probe', site: site ?? 'hq', vantages: vantages ?? ['uccx-side'] };
};

/** One fact: the usual one with what differs, from the usual place or another. */
export const fact = <Kind extends EvidenceKind>(kind: Kind, body: Body<Kind> = {}, from: From = {}): EvidenceOf<Kind> =>
  Evidence.parse({
    kind,
    target: 'paris-mail',
    source: sourceOf(from) as Source,
    at: from.at ?? TIME,
    ...USUAL[kind],
    ...body,
  }) as EvidenceOf<Kind>;
