import { drip, lastWords, mute } from '../../src/lab/hostile.js';
import type { Fault, Ground, Place } from './ground.js';
import { breaksOff, endsAtOnce, sendsAround, smtpSaying, speaksFirst } from './scripted.js';

const options = (ground: Ground, more: Ground['smtp']['options']): void => {
  ground.smtp.options = { ...ground.smtp.options, ...more };
};
type Made = Pick<Fault, 'place' | 'inject'>;
const at = (place: Place): Made => ({ place });
const saying = (own: Readonly<Record<string, string>>): Made => at(smtpSaying(own));
const modern: Fault['fits'] = ({ version }) => !version.startsWith('2010');
const is2010: Fault['fits'] = ({ version }) => version.startsWith('2010');

/** UCCX sends with a login; only a check of SMTP alone tries it, for one account logs in once in a run. */
const loggingIn = (own: Readonly<Record<string, string>>): Made => ({
  ...saying(own),
  inject: ground => {
    ground.smtp.endpoint.login = true;
    ground.only = ['smtp'];
  },
});
/** What only a message shows. The lab has no message to hand over: each of these is refused before its content. */
const sending = (own: Readonly<Record<string, string>>): Made => ({ ...saying(own), inject: sendsAround });
const WAITING = new Set(['smtp-filtered', 'smtp-mute', 'smtp-drip', 'smtp-ehlo-silent']);

const fault = (
  id: string,
  label: Fault['label'],
  depth: Fault['depth'],
  made: Made | NonNullable<Fault['inject']>,
  more: Partial<Fault> = {},
): Fault => ({
  id,
  label,
  leg: 'smtp',
  depth,
  ...(WAITING.has(id) ? { waits: true } : {}),
  ...(typeof made === 'function' ? { inject: made } : made),
  ...more,
});

export const SMTP_FAULTS: readonly Fault[] = [
  fault(
    'smtp-closed',
    'port-closed',
    0,
    at(({ stage }) => stage.closedPort()),
  ),
  fault(
    'smtp-filtered',
    'port-filtered',
    0,
    at(({ commons }) => commons.filteredPort()),
  ),

  fault(
    'smtp-mute',
    'no-greeting',
    1,
    at(({ stage }) => stage.hostile(mute)),
  ),
  fault(
    'smtp-drip',
    'no-greeting',
    1,
    at(({ stage }) => stage.hostile(drip('220 ex01.contoso.test Microsoft ESMTP\r\n'))),
  ),
  fault('smtp-breaks-off', 'no-live-server', 1, at(breaksOff)),
  fault('smtp-ends-at-once', 'no-live-server', 1, at(endsAtOnce)),
  fault('smtp-is-imap', 'wrong-service', 1, at(speaksFirst('* OK The Microsoft Exchange IMAP4 service is ready.\r\n'))),
  fault('smtp-is-ssh', 'wrong-service', 1, at(speaksFirst('SSH-2.0-OpenSSH_9.2\r\n'))),
  fault(
    'smtp-per-source',
    'smtp-per-source',
    1,
    ground => options(ground, { limits: { perSource: 20 }, heldByOthers: 20 }),
    { fits: modern },
  ),
  fault('smtp-total', 'smtp-total', 1, ground => options(ground, { limits: { total: 100 }, heldByOthers: 100 }), {
    fits: modern,
  }),
  fault(
    'smtp-source-2010',
    'smtp-limit-2010',
    1,
    ground => options(ground, { limits: { perSource: 20 }, heldByOthers: 20 }),
    { fits: is2010 },
  ),
  fault(
    'smtp-total-2010',
    'smtp-limit-2010',
    1,
    ground => options(ground, { limits: { total: 100 }, heldByOthers: 100 }),
    { fits: is2010 },
  ),
  fault('smtp-not-available', 'smtp-not-available', 1, ground => options(ground, { refuses: 'service-not-available' })),
  fault('smtp-not-active', 'smtp-not-available', 1, saying({ banner: '421 4.3.2 Service not active' })),
  fault('smtp-pressure', 'smtp-pressure', 1, ground => options(ground, { refuses: 'back-pressure' })),
  fault('smtp-proxy-hop', 'smtp-proxy-hop', 1, ground => options(ground, { refuses: 'proxy-hop' })),
  fault('smtp-gateway-postfix', 'smtp-gateway-limit', 1, ground => options(ground, { refuses: 'gateway' })),
  fault(
    'smtp-gateway-sendmail',
    'smtp-gateway-limit',
    1,
    at(({ stage }) => stage.hostile(lastWords('421 4.3.2 Too many open connections.'))),
  ),
  fault(
    'smtp-gateway-exim',
    'smtp-gateway-limit',
    1,
    at(({ stage }) =>
      stage.hostile(lastWords('421 gate.contoso.test: Too many concurrent SMTP connections; please try again later.')),
    ),
  ),
  fault(
    'smtp-blocked',
    'smtp-turned-away',
    1,
    at(({ stage }) => stage.hostile(lastWords('554 5.7.1 Service refused, your address is on a list'))),
  ),

  fault('smtp-no-starttls', 'no-starttls', 2, ground => options(ground, { certificate: null })),
  fault(
    'smtp-starttls-refused',
    'no-starttls',
    2,
    saying({ STARTTLS: '454 4.7.0 TLS not available due to temporary reason' }),
  ),
  fault(
    'smtp-old-tls',
    'tls-version',
    2,
    ground => options(ground, { certificate: ground.commons.certificates.oldContext() }),
    // Only a login is kept back from TLS 1.0; what is offered behind it still shows.
    { hides: false },
  ),
  fault(
    'smtp-certificate-expired',
    'certificate-expired',
    2,
    ground => options(ground, { certificate: ground.commons.certificates.context('expired') }),
    {
      hides: false,
    },
  ),
  fault(
    'smtp-certificate-name',
    'certificate-name',
    2,
    ground => options(ground, { certificate: ground.commons.certificates.context('wrong-host') }),
    {
      hides: false,
    },
  ),
  fault(
    'smtp-certificate-runs-out',
    'certificate-runs-out',
    2,
    ground => {
      const { runningOut } = ground.commons;
      options(ground, { certificate: runningOut.context('good') });
      ground.smtp.endpoint.trust = `ca:${runningOut.caFile}`;
    },
    { hides: false },
  ),
  fault('smtp-no-ehlo', 'no-list', 2, saying({ EHLO: '502 5.5.1 Command not implemented' })),
  fault('smtp-ehlo-silent', 'no-list', 2, saying({ EHLO: '' })),
  fault('smtp-no-login', 'mechanism', 3, ground => options(ground, { mechanisms: [] })),
  fault('smtp-integrated-only', 'mechanism', 3, ground => options(ground, { mechanisms: ['GSSAPI', 'NTLM'] })),

  fault('smtp-wrong-password', 'wrong-password', 4, loggingIn({ AUTH: '535 5.7.3 Authentication unsuccessful' })),
  fault(
    'smtp-postfix-wrong',
    'wrong-password',
    4,
    loggingIn({ AUTH: '535 5.7.8 Error: authentication failed: UGFzc3dvcmQ6' }),
  ),
  fault('smtp-login-not-here', 'smtp-not-here', 4, loggingIn({ AUTH: '535 5.7.3 Authentication unsuccessful' })),
  fault('smtp-directory-down', 'directory-down', 4, loggingIn({ AUTH: '454 4.7.0 Temporary authentication failure' })),
  fault(
    'smtp-basic-off',
    'basic-off-said',
    4,
    loggingIn({
      AUTH: '535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.',
    }),
  ),
  fault(
    'smtp-encrypt-first',
    'encryption-required',
    4,
    loggingIn({ AUTH: '538 5.7.11 Encryption required for requested authentication mechanism' }),
  ),
  fault('smtp-hung-up', 'hung-up', 4, loggingIn({ AUTH: 'hang up' })),

  fault(
    'smtp-rate',
    'smtp-rate',
    4,
    sending({ MAIL: '421 4.4.2 Message submission rate for this client has exceeded the configured limit' }),
  ),
  fault('smtp-pressure-at-mail', 'smtp-pressure', 4, sending({ MAIL: '452 4.3.1 Insufficient system resources' })),
  fault(
    'smtp-proxy-hop-at-mail',
    'smtp-proxy-hop',
    4,
    sending({ MAIL: '451 4.7.0 Temporary server error. Please try again later. PRX5' }),
  ),
  fault('smtp-not-available-at-mail', 'smtp-not-available', 4, sending({ MAIL: '421 4.3.2 Service not active' })),
  fault(
    'smtp-may-not-send',
    'smtp-may-not-send',
    4,
    sending({ MAIL: '530 5.7.57 SMTP; Client was not authenticated to send anonymous mail during MAIL FROM' }),
  ),
  fault('smtp-may-not-send-2010', 'smtp-may-not-send', 4, sending({ MAIL: '530 5.7.1 Client was not authenticated' })),
  fault(
    'smtp-no-relay',
    'smtp-relay',
    4,
    sending({ RCPT: '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain' }),
  ),
  fault(
    'smtp-send-as',
    'smtp-send-as',
    4,
    sending({ RCPT: '550 5.7.60 SMTP; Client does not have permissions to send as this sender' }),
  ),
];
