import { binaryNoise, drip, mute } from '../../src/lab/hostile.js';
import {
  ACCOUNT_DISABLED,
  NOT_CONNECTED,
  STORE_FULL,
  THROTTLED,
  TOO_MANY_FAILURES,
  UNITY_GREETING,
} from '../../src/lab/imap-words.js';
import { type Fault, type Ground, READ_ON, type Setting } from './ground.js';
import { answersLogin, breaksOff, endsAtOnce, idle, says, script, speaksFirst } from './scripted.js';

const encrypted = ({ security }: Setting): boolean => security !== 'plain';
const starttls = ({ security }: Setting): boolean => security === 'starttls';
const cad = ({ desktop }: Setting): boolean => desktop === 'cad';
const modern = ({ version }: Setting): boolean => !version.startsWith('2010');

const options = (ground: Ground, more: Ground['imap']['options']): void => {
  ground.imap.options = { ...ground.imap.options, ...more };
};
const limits = (ground: Ground, more: NonNullable<Ground['imap']['options']['limits']>): void =>
  options(ground, { limits: { ...ground.imap.options.limits, ...more } });
/** Nobody has read a limit. */
const unread = (ground: Ground): void => {
  delete ground.target.limits;
};
const SHIPPED = 16;
/** Few enough to be quick, and as good as sixteen: what counts is that all of them are held. */
const FEW = 4;
const CERTIFICATE: Pick<Fault, 'leg' | 'depth'> = { leg: 'imap', depth: 2 };

const online = (ground: Ground): void => {
  ground.target.exchange = { servers: ['outlook'], version: 'online' };
  unread(ground);
};

export const IMAP_FAULTS: readonly Fault[] = [
  { id: 'imap-closed', label: 'port-closed', leg: 'imap', depth: 0, place: ({ stage }) => stage.closedPort() },
  {
    id: 'imap-filtered',
    waits: true,
    label: 'port-filtered',
    leg: 'imap',
    depth: 0,
    place: ({ commons }) => commons.filteredPort(),
  },
  {
    id: 'imap-closed-from-branch',
    label: 'port-closed',
    leg: 'imap',
    depth: 0,
    hides: false,
    fits: ({ sites }) => sites === 2,
    inject: ground => {
      ground.imap.away = ({ stage }) => stage.closedPort();
    },
  },
  {
    id: 'imap-filtered-from-branch',
    waits: true,
    label: 'port-filtered',
    leg: 'imap',
    depth: 0,
    hides: false,
    fits: ({ sites }) => sites === 2,
    inject: ground => {
      ground.imap.away = ({ commons }) => commons.filteredPort();
    },
  },

  {
    id: 'imap-mute',
    waits: true,
    label: 'no-greeting',
    leg: 'imap',
    depth: 1,
    fits: s => s.security !== 'tls',
    place: ({ stage }) => stage.hostile(mute),
  },
  {
    id: 'imap-drip',
    waits: true,
    label: 'no-greeting',
    leg: 'imap',
    depth: 1,
    fits: s => s.security !== 'tls',
    place: ({ stage }) => stage.hostile(drip('* OK The Microsoft Exchange IMAP4 service is ready.\r\n')),
  },
  {
    id: 'imap-address-limit',
    label: 'per-address-limit',
    needsAgents: true,
    leg: 'imap',
    depth: 1,
    fits: s => s.security !== 'tls',
    inject: ground => {
      limits(ground, { perAddress: FEW });
      ground.agents = FEW;
    },
  },
  {
    id: 'imap-total-limit',
    label: 'total-limit',
    needsAgents: true,
    leg: 'imap',
    depth: 1,
    fits: s => s.security !== 'tls',
    inject: ground => {
      limits(ground, { total: FEW });
      ground.agents = FEW;
    },
  },
  {
    id: 'imap-breaks-off',
    label: 'no-live-server',
    leg: 'imap',
    depth: 1,
    fits: s => s.security !== 'tls',
    place: breaksOff,
  },
  {
    id: 'imap-ends-at-once',
    label: 'no-live-server',
    leg: 'imap',
    depth: 1,
    fits: s => s.security !== 'tls',
    place: endsAtOnce,
  },
  ...(
    [
      ['said-too-many', '* BYE Maximum connection limit reached for your IP.'],
      ['said-too-many', '* BYE [ALERT] Too many simultaneous connections.'],
      ['said-later', '* BYE Temporary problem, please try again later'],
      ['said-later', '* BYE [UNAVAILABLE] Server shutting down.'],
      ['said-idle', '* BYE Connection is closed. 13'],
    ] as const
  ).map(
    ([label, words], index): Fault => ({
      id: `imap-bye-${index + 1}`,
      label,
      leg: 'imap',
      depth: 1,
      inject: ground => options(ground, { greeting: `${words}\r\n` }),
    }),
  ),
  {
    id: 'imap-is-unity',
    label: 'other-server',
    leg: 'imap',
    depth: 1,
    hides: false,
    inject: ground => options(ground, { greeting: UNITY_GREETING }),
  },
  {
    id: 'imap-is-smtp',
    label: 'wrong-service',
    leg: 'imap',
    depth: 1,
    fits: s => s.security !== 'tls',
    place: speaksFirst('220 ex01.contoso.test Microsoft ESMTP MAIL Service ready\r\n'),
  },
  {
    id: 'imap-is-pop',
    label: 'wrong-service',
    leg: 'imap',
    depth: 1,
    fits: s => s.security !== 'tls',
    place: speaksFirst('+OK The Microsoft Exchange POP3 service is ready.\r\n'),
  },
  {
    id: 'imap-is-noise',
    label: 'wrong-service',
    leg: 'imap',
    depth: 1,
    fits: s => s.security !== 'tls',
    place: ({ stage }) => stage.hostile(binaryNoise),
  },
  {
    id: 'imap-wants-tls',
    waits: true,
    label: 'port-wants-tls',
    leg: 'imap',
    depth: 1,
    fits: s => s.security !== 'tls',
    inject: ground => options(ground, { tls: true }),
  },
  {
    id: 'imap-is-plain',
    label: 'port-is-plain',
    leg: 'imap',
    depth: 1,
    fits: s => s.security === 'tls',
    inject: ground => options(ground, { tls: false }),
  },

  {
    id: 'imap-no-starttls',
    label: 'no-starttls',
    leg: 'imap',
    depth: 2,
    fits: starttls,
    inject: ground => options(ground, { certificate: null }),
  },
  {
    id: 'imap-starttls-refused',
    label: 'no-starttls',
    leg: 'imap',
    depth: 2,
    fits: starttls,
    inject: ground => script(ground, { STARTTLS: says('NO STARTTLS is not available now.') }),
  },
  {
    id: 'imap-tls-alert',
    label: 'tls-broken',
    ...CERTIFICATE,
    fits: ({ security }) => security === 'tls',
    // No cipher in common: the alert `insufficient_security`.
    place: speaksFirst(Buffer.from([0x15, 0x03, 0x03, 0x00, 0x02, 0x02, 0x47])),
  },
  {
    id: 'imap-old-tls',
    label: 'tls-version',
    ...CERTIFICATE,
    fits: encrypted,
    inject: ground => options(ground, { certificate: ground.commons.certificates.oldContext() }),
  },
  {
    id: 'imap-certificate-expired',
    label: 'certificate-expired',
    ...CERTIFICATE,
    fits: encrypted,
    inject: ground => options(ground, { certificate: ground.commons.certificates.context('expired') }),
  },
  {
    id: 'imap-certificate-name',
    label: 'certificate-name',
    ...CERTIFICATE,
    fits: encrypted,
    inject: ground => options(ground, { certificate: ground.commons.certificates.context('wrong-host') }),
  },
  {
    id: 'imap-certificate-runs-out',
    label: 'certificate-runs-out',
    ...CERTIFICATE,
    hides: false,
    fits: encrypted,
    inject: ground => {
      const { runningOut } = ground.commons;
      options(ground, { certificate: runningOut.context('good') });
      ground.imap.endpoint.trust = `ca:${runningOut.caFile}`;
    },
  },
  {
    id: 'imap-certificate-not-yet',
    label: 'certificate-not-yet',
    ...CERTIFICATE,
    fits: encrypted,
    inject: ground => {
      const { notYet } = ground.commons;
      options(ground, { certificate: notYet.context('good') });
      ground.imap.endpoint.trust = `ca:${notYet.caFile}`;
    },
  },
  {
    id: 'imap-certificate-untrusted',
    label: 'certificate-untrusted',
    ...CERTIFICATE,
    fits: encrypted,
    inject: ground => {
      ground.imap.endpoint.trust = 'system';
    },
  },
  {
    id: 'imap-ntlm-only',
    label: 'mechanism',
    leg: 'imap',
    depth: 2,
    hides: false,
    fits: encrypted,
    inject: ground => options(ground, { mechanisms: ['NTLM', 'GSSAPI'] }),
  },
  {
    id: 'imap-gssapi-only',
    label: 'mechanism',
    leg: 'imap',
    depth: 2,
    fits: encrypted,
    inject: ground => options(ground, { mechanisms: ['GSSAPI'] }),
  },
  {
    id: 'imap-secure-login',
    label: 'encryption-required',
    leg: 'imap',
    depth: 2,
    fits: ({ security }) => security === 'plain',
    inject: ground => options(ground, { loginType: 'SecureLogin' }),
  },
  {
    id: 'imap-login-before-tls',
    label: 'encryption-required',
    leg: 'imap',
    depth: 3,
    fits: ({ security }) => security === 'plain',
    inject: ground => answersLogin(ground, 'BAD Command received in Invalid state.'),
  },
  {
    id: 'imap-no-list',
    label: 'no-list',
    leg: 'imap',
    depth: 2,
    inject: ground => script(ground, { CAPABILITY: says('BAD Command Error. 12') }),
  },
  {
    id: 'imap-list-silent',
    waits: true,
    label: 'no-list',
    leg: 'imap',
    depth: 2,
    inject: ground => script(ground, { CAPABILITY: says('') }),
  },

  // What one line, «NO AUTHENTICATE failed.», may mean.
  {
    id: 'imap-wrong-password',
    label: 'wrong-password',
    leg: 'imap',
    depth: 3,
    inject: ground => {
      ground.password = 'the-password-of-last-quarter';
    },
  },
  {
    id: 'imap-account-locked',
    label: 'account-locked',
    leg: 'imap',
    depth: 3,
    inject: ground => limits(ground, { lockAfter: 0 }),
  },
  {
    id: 'imap-unknown-user',
    label: 'wrong-password',
    leg: 'imap',
    depth: 3,
    inject: ground => options(ground, { accounts: [{ ...ground.stage.account, user: 'CONTOSO\\somebody-else' }] }),
  },
  {
    id: 'imap-user-limit',
    label: 'per-user-limit',
    needsAgents: true,
    leg: 'imap',
    depth: 3,
    inject: ground => {
      unread(ground);
      limits(ground, { perUser: FEW });
      ground.agents = FEW;
    },
  },
  {
    id: 'imap-user-limit-read',
    label: 'per-user-limit',
    isRead: true,
    needsAgents: true,
    leg: 'imap',
    depth: 3,
    fits: cad,
    inject: ground => {
      ground.target.limits = { readOn: READ_ON, imapConnectionsPerUser: SHIPPED, storeSessionsPerUser: 200 };
      limits(ground, { perUser: SHIPPED });
      ground.agents = SHIPPED;
    },
  },
  {
    id: 'imap-back-end-at-login',
    label: 'back-end-down',
    leg: 'imap',
    depth: 3,
    fits: modern,
    inject: ground => answersLogin(ground, 'NO AUTHENTICATE failed.'),
  },
  {
    id: 'imap-off-at-login',
    label: 'imap-disabled',
    leg: 'imap',
    depth: 3,
    inject: ground => answersLogin(ground, 'NO AUTHENTICATE failed.'),
  },
  {
    id: 'imap-basic-off-online',
    label: 'basic-off',
    leg: 'imap',
    depth: 3,
    fits: encrypted,
    inject: ground => {
      online(ground);
      answersLogin(ground, 'NO AUTHENTICATE failed.');
    },
  },

  // Servers that say more.
  {
    id: 'imap-basic-off-said',
    label: 'basic-off-said',
    leg: 'imap',
    depth: 3,
    fits: encrypted,
    inject: ground => {
      online(ground);
      answersLogin(ground, 'NO Basic authentication is disabled.');
    },
  },
  {
    id: 'imap-login-throttled',
    label: 'throttled',
    leg: 'imap',
    depth: 3,
    inject: ground => answersLogin(ground, THROTTLED),
  },
  {
    id: 'imap-account-disabled',
    label: 'account-disabled',
    leg: 'imap',
    depth: 3,
    inject: ground => answersLogin(ground, ACCOUNT_DISABLED),
  },
  {
    id: 'imap-password-expired',
    label: 'account-expired',
    leg: 'imap',
    depth: 3,
    inject: ground => answersLogin(ground, 'NO [EXPIRED] Password expired'),
  },
  {
    id: 'imap-dovecot-too-many',
    label: 'said-too-many',
    leg: 'imap',
    depth: 3,
    inject: ground =>
      answersLogin(
        ground,
        'NO [LIMIT] Maximum number of connections from user+IP exceeded (mail_max_userip_connections=10)',
      ),
  },
  {
    id: 'imap-courier-too-many',
    label: 'said-too-many',
    leg: 'imap',
    depth: 3,
    inject: ground => answersLogin(ground, 'NO Error: too many logins for this account'),
  },
  {
    id: 'imap-dovecot-auth-down',
    label: 'directory-down',
    leg: 'imap',
    depth: 3,
    inject: ground => answersLogin(ground, 'NO [UNAVAILABLE] Temporary authentication failure.'),
  },
  {
    id: 'imap-dovecot-wrong',
    label: 'wrong-password',
    leg: 'imap',
    depth: 3,
    inject: ground => answersLogin(ground, 'NO [AUTHENTICATIONFAILED] Authentication failed.'),
  },
  {
    id: 'imap-cyrus-wrong',
    label: 'wrong-password',
    leg: 'imap',
    depth: 3,
    inject: ground => answersLogin(ground, 'NO Login failed: authentication failure'),
  },
  {
    id: 'imap-courier-wrong',
    label: 'wrong-password',
    leg: 'imap',
    depth: 3,
    inject: ground => answersLogin(ground, 'NO Login failed.'),
  },
  {
    id: 'imap-hung-up',
    label: 'hung-up',
    leg: 'imap',
    depth: 3,
    inject: ground => answersLogin(ground, TOO_MANY_FAILURES.trimEnd()),
  },
  { id: 'imap-login-silent', label: 'login-silent', leg: 'imap', depth: 3, inject: ground => answersLogin(ground, '') },

  {
    id: 'imap-off',
    label: 'imap-disabled',
    leg: 'imap',
    depth: 4,
    fits: modern,
    inject: ground => options(ground, { accounts: [{ ...ground.stage.account, imapEnabled: false }] }),
  },
  {
    id: 'imap-back-end-down',
    label: 'back-end-down',
    leg: 'imap',
    depth: 4,
    fits: modern,
    inject: ground => script(ground, { SELECT: says(NOT_CONNECTED) }),
  },
  {
    id: 'imap-store-limit',
    label: 'store-limit',
    needsAgents: true,
    leg: 'imap',
    depth: 4,
    inject: ground => {
      unread(ground);
      limits(ground, { storeSessions: FEW });
      ground.agents = FEW;
    },
  },
  {
    id: 'imap-store-limit-read',
    label: 'store-limit',
    isRead: true,
    needsAgents: true,
    leg: 'imap',
    depth: 4,
    fits: cad,
    inject: ground => {
      ground.target.limits = { readOn: READ_ON, imapConnectionsPerUser: 200, storeSessionsPerUser: SHIPPED };
      limits(ground, { storeSessions: SHIPPED });
      ground.agents = SHIPPED;
    },
  },
  {
    id: 'imap-database-down',
    label: 'database-down',
    leg: 'imap',
    depth: 4,
    inject: ground => script(ground, { SELECT: says(STORE_FULL) }),
  },
  {
    id: 'imap-select-throttled',
    label: 'throttled',
    leg: 'imap',
    depth: 4,
    inject: ground => script(ground, { SELECT: says(THROTTLED) }),
  },
  {
    id: 'imap-select-silent',
    waits: true,
    label: 'mailbox-silent',
    leg: 'imap',
    depth: 4,
    inject: ground => script(ground, { SELECT: says('') }),
  },

  {
    id: 'imap-too-few-sessions',
    label: 'too-few-sessions',
    leg: 'imap',
    depth: 4,
    hides: false,
    fits: cad,
    inject: ground => {
      ground.target.limits = { readOn: READ_ON, imapConnectionsPerUser: SHIPPED, storeSessionsPerUser: SHIPPED };
      limits(ground, { perUser: SHIPPED, storeSessions: SHIPPED });
    },
  },
  {
    id: 'imap-several-servers',
    label: 'several-servers',
    leg: 'imap',
    depth: 2,
    hides: false,
    fits: ({ sites }) => sites === 2,
    inject: ground => {
      ground.imap.away = async ({ stage, imap, witnesses }) => {
        const second = await stage.imap({
          ...imap.options,
          greeting: '* OK The Microsoft Exchange IMAP4 service is ready. [RQBYADAAMgA=]\r\n',
        });
        witnesses.push({ ...idle, open: () => second.counts().openNow });
        return second.port;
      };
      options(ground, { greeting: '* OK The Microsoft Exchange IMAP4 service is ready. [RQBYADAAMQA=]\r\n' });
    },
  },
  {
    id: 'imap-other-version',
    label: 'version-other',
    leg: 'imap',
    depth: 4,
    hides: false,
    fits: ({ version }) => version === '2016',
    inject: ground => options(ground, { manner: '2010', namesYear: true }),
  },
];
