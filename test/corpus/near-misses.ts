import {
  BAD_PASSWORD,
  CAPTURED_REFUSAL,
  IDLE_TIMEOUT,
  JETTY_OK,
  LOGIN_DISABLED,
  NOT_CONNECTED,
  NTLM_GSSAPI_ONLY,
  OK_143_STARTTLS,
  otherServer,
  PROXY_ERROR,
  SERVER_UNAVAILABLE,
  SMTP_PER_SOURCE,
  SMTP_RATE,
  THIRD_FAILURE,
} from './dialogues.js';
import { type Fault, READ_ON } from './ground.js';
import { answersHttp, replay, sendsAround, smtpSaying } from './scripted.js';

type Made = Pick<Fault, 'place' | 'inject'>;
const imapPlays = (
  dialogue: string,
  security: 'plain' | 'starttls' = 'plain',
  more: Fault['inject'] = () => {},
): Made => ({
  place: replay('imap', dialogue),
  inject: ground => {
    ground.imap.endpoint.security = security;
    more(ground);
  },
});
const played = (id: string, label: Fault['label'], made: Made, more: Partial<Fault> = {}): Fault => ({
  id: `replay-${id}`,
  label,
  leg: 'imap',
  depth: 3,
  ...made,
  ...more,
});
const is2010: Fault['fits'] = ({ version }) => version.startsWith('2010');

/** What was recorded, or rebuilt from it, played again word for word. */
export const REPLAYS: readonly Fault[] = [
  played('ok-143-starttls', 'healthy', imapPlays(OK_143_STARTTLS, 'starttls'), { fits: is2010 }),
  played(
    'captured-refusal',
    'per-user-limit',
    imapPlays(CAPTURED_REFUSAL, 'plain', ground => {
      delete ground.target.limits;
    }),
  ),
  played('bad-password', 'wrong-password', imapPlays(BAD_PASSWORD)),
  played('third-failure', 'hung-up', imapPlays(THIRD_FAILURE)),
  played('not-connected', 'imap-disabled', imapPlays(NOT_CONNECTED), {
    fits: ({ version }) => !version.startsWith('2010'),
  }),
  played('server-unavailable', 'store-limit', imapPlays(SERVER_UNAVAILABLE)),
  played('idle-timeout', 'no-list', imapPlays(IDLE_TIMEOUT)),
  played('login-disabled', 'encryption-required', imapPlays(LOGIN_DISABLED)),
  played('ntlm-gssapi-only', 'encryption-required', imapPlays(NTLM_GSSAPI_ONLY)),
  played(
    'smtp-per-source',
    'smtp-limit-2010',
    { place: replay('smtp', SMTP_PER_SOURCE) },
    { leg: 'smtp', fits: is2010 },
  ),
  played(
    'smtp-rate',
    'smtp-rate',
    {
      place: replay('smtp', SMTP_RATE),
      inject: ground => {
        ground.smtp.endpoint.security = 'plain';
        sendsAround(ground);
      },
    },
    // It offers nothing but NTLM.
    { leg: 'smtp', besides: ['mechanism'] },
  ),
  played('jetty-ok', 'healthy', { place: answersHttp(JETTY_OK) }, { leg: 'notify' }),
  played('proxy-error', 'notify-proxy', { place: answersHttp(PROXY_ERROR) }, { leg: 'notify' }),
];

const well = (id: string, made: Made | NonNullable<Fault['inject']>, more: Partial<Fault> = {}): Fault => ({
  id: `well-${id}`,
  label: 'healthy',
  leg: 'imap',
  depth: 4,
  hides: false,
  ...(typeof made === 'function' ? { inject: made } : made),
  ...more,
});
const cad: Fault['fits'] = ({ desktop }) => desktop === 'cad';
const SLOW_MS = 350;

const DOVECOT = otherServer({
  greeting: '[CAPABILITY IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN] Dovecot (Debian) ready.',
  offers: 'IMAP4rev1 SASL-IR LOGIN-REFERRALS ID ENABLE IDLE LITERAL+ AUTH=PLAIN',
  login: 'OK [CAPABILITY IMAP4rev1 SASL-IR IDLE UIDPLUS] Logged in',
  select: '* 3 EXISTS\nS: * 0 RECENT\nS: a2 OK [READ-WRITE] Select completed (0.001 + 0.000 secs).',
  bye: 'Logging out',
});
const COURIER = otherServer({
  greeting:
    '[CAPABILITY IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=REFERENCES SORT QUOTA IDLE AUTH=PLAIN] Courier-IMAP ready.',
  offers: 'IMAP4rev1 UIDPLUS CHILDREN NAMESPACE THREAD=REFERENCES SORT QUOTA IDLE AUTH=PLAIN',
  login: 'OK LOGIN Ok.',
  select: '* 3 EXISTS\nS: * 0 RECENT\nS: a2 OK [READ-WRITE] Ok',
  bye: 'Courier-IMAP server shutting down',
});
const CYRUS = otherServer({
  greeting:
    '[CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE AUTH=PLAIN SASL-IR] mail.contoso.test Cyrus IMAP 3.6.1 server ready',
  offers: 'IMAP4rev1 LITERAL+ ID ENABLE AUTH=PLAIN SASL-IR',
  login: 'OK [CAPABILITY IMAP4rev1 LITERAL+ ID ENABLE] Success (no protection) SESSIONID=<cyrus-1-1>',
  select: '* 3 EXISTS\nS: * 0 RECENT\nS: a2 OK [READ-WRITE] Completed',
  bye: 'LOGOUT received',
});

/** What looks like a fault and is none. */
export const NEAR_MISSES: readonly Fault[] = [
  well('all', () => {}),
  well(
    'slow',
    ground => {
      ground.imap.options = { ...ground.imap.options, slowMs: SLOW_MS };
      ground.smtp.options = { ...ground.smtp.options, slowMs: SLOW_MS };
    },
    { waits: true },
  ),
  well(
    'last-seat',
    ground => {
      ground.imap.options = { ...ground.imap.options, limits: { perUser: 5, storeSessions: 5 } };
      ground.agents = 4;
    },
    { needsAgents: true },
  ),
  well(
    'exactly-enough',
    ground => {
      // Two for each agent and four for the server: sixteen, as shipped.
      ground.target = {
        ...ground.target,
        agents: 6,
        limits: { readOn: READ_ON, imapConnectionsPerUser: 16, storeSessionsPerUser: 16 },
      };
      ground.imap.options = { ...ground.imap.options, limits: { perUser: 16, storeSessions: 16 } };
    },
    { fits: cad },
  ),
  well('readable', ground => {
    ground.imap.options = { ...ground.imap.options, loginType: 'PlainTextLogin' };
  }),
  well('forty-days', ground => {
    ground.imap.options = { ...ground.imap.options, certificate: ground.commons.fortyDays.context('good') };
    ground.imap.endpoint.trust = `ca:${ground.commons.fortyDays.caFile}`;
  }),
  well('dovecot', imapPlays(DOVECOT)),
  well('courier', imapPlays(COURIER)),
  well('cyrus', imapPlays(CYRUS)),
  well('changed-banner', ground => {
    ground.imap.options = { ...ground.imap.options, greeting: '* OK Authorized use only.\r\n' };
  }),
  well('named-server', ground => {
    ground.imap.options = {
      ...ground.imap.options,
      greeting: '* OK The Microsoft Exchange IMAP4 service is ready. [RQBYADAAMQA=]\r\n',
    };
  }),
  well('talk-of-limits', ground => {
    ground.imap.options = {
      ...ground.imap.options,
      greeting: '* OK The Microsoft Exchange IMAP4 service is ready. Maximum 16 connections per user.\r\n',
    };
  }),
  well(
    'smtp-last-seat',
    ground => {
      ground.smtp.options = { ...ground.smtp.options, limits: { perSource: 20, total: 30 }, heldByOthers: 17 };
    },
    { leg: 'smtp' },
  ),
  well(
    'smtp-postfix',
    {
      place: smtpSaying({
        banner: '220 gate.contoso.test ESMTP Postfix (Debian/GNU)',
        EHLO: '250-gate.contoso.test\n250-PIPELINING\n250-SIZE 10240000\n250-VRFY\n250-ETRN\n250-STARTTLS\n250-AUTH PLAIN LOGIN\n250-AUTH=PLAIN LOGIN\n250-ENHANCEDSTATUSCODES\n250-8BITMIME\n250-DSN\n250 CHUNKING',
        STARTTLS: '220 2.0.0 Ready to start TLS',
        QUIT: '221 2.0.0 Bye',
      }),
    },
    { leg: 'smtp' },
  ),
  well(
    'smtp-long-greeting',
    {
      place: smtpSaying({
        banner: '220-ex01.contoso.test Authorized use only.\r\n220-Too many connections will be logged.\r\n220 ready',
      }),
    },
    { leg: 'smtp' },
  ),
  well('notify', () => {}, { leg: 'notify' }),
  well('notify-slow', { place: async ({ stage }) => (await stage.notify({ slowMs: 1200 })).port }, { leg: 'notify' }),
  well(
    'notify-new-jetty',
    {
      place: answersHttp(
        'HTTP/1.1 404 Not Found\nServer: Jetty(9.4.51.v20230217)\nContent-Length: 0\nConnection: close\n\n',
      ),
    },
    { leg: 'notify' },
  ),
  well(
    'notify-http10',
    { place: answersHttp('HTTP/1.0 405 Method Not Allowed\nserver: jetty(8.1.5)\n\n') },
    { leg: 'notify' },
  ),
  well('web', () => {}, { leg: 'web' }),
  well(
    'web-basic',
    ground => {
      ground.web = {
        ...ground.web,
        options: { ...ground.web.options, schemes: { ews: ['Basic realm="ex01"'], autodiscover: ['NTLM'] } },
      };
    },
    { leg: 'web' },
  ),
  well(
    'web-nameless-owa',
    ground => {
      ground.web.options = { ...ground.web.options, namesBuild: false };
    },
    { leg: 'web' },
  ),
  well(
    'web-slow',
    ground => {
      ground.web.options = { ...ground.web.options, slowMs: SLOW_MS };
    },
    { leg: 'web' },
  ),
];
