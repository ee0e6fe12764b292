import type { Scenario } from '../scenario.js';
import { accountDisabled } from './account-disabled.js';
import { backEndDown } from './back-end-down.js';
import { badPassword } from './bad-password.js';
import { balancer } from './balancer.js';
import { balancerDeadMember } from './balancer-dead-member.js';
import { balancerOneSite } from './balancer-one-site.js';
import { branch } from './branch.js';
import { certificateExpired } from './certificate-expired.js';
import { ewsForbidden } from './ews-forbidden.js';
import { ewsNoSchemes } from './ews-no-schemes.js';
import { ewsProxy } from './ews-proxy.js';
import { hostileBanner } from './hostile-banner.js';
import { hostileCapability } from './hostile-capability.js';
import { hostileDrip } from './hostile-drip.js';
import { hostileLine } from './hostile-line.js';
import { hostileNoise } from './hostile-noise.js';
import { imapAddressLimit } from './imap-address-limit.js';
import { imapDisabled } from './imap-disabled.js';
import { imapHungUp } from './imap-hung-up.js';
import { imapIdle } from './imap-idle.js';
import { imapThrottled } from './imap-throttled.js';
import { imapTotalLimit } from './imap-total-limit.js';
import { inbox } from './inbox.js';
import { inboxAway } from './inbox-away.js';
import { inboxClosed } from './inbox-closed.js';
import { inboxFiltered } from './inbox-filtered.js';
import { inboxIll } from './inbox-ill.js';
import { inboxOtherWeb } from './inbox-other-web.js';
import { inboxProxy } from './inbox-proxy.js';
import { inboxSilent } from './inbox-silent.js';
import { inboxTls } from './inbox-tls.js';
import { ladderFirstRefused } from './ladder-first-refused.js';
import { ladderShared } from './ladder-shared.js';
import { ladderStoreLimit } from './ladder-store-limit.js';
import { ladderTestMailbox } from './ladder-test-mailbox.js';
import { loginBeforeTls } from './login-before-tls.js';
import { loginThrottled } from './login-throttled.js';
import { loopHealthy } from './loop-healthy.js';
import { loopNotDelivered } from './loop-not-delivered.js';
import { loopOverRate } from './loop-over-rate.js';
import { loopRelayRefused } from './loop-relay-refused.js';
import { noGreeting } from './no-greeting.js';
import { noMechanism } from './no-mechanism.js';
import { noStarttls } from './no-starttls.js';
import { oldTls } from './old-tls.js';
import { plainLogin } from './plain-login.js';
import { portClosed } from './port-closed.js';
import { portFiltered } from './port-filtered.js';
import { prod } from './prod.js';
import { slow } from './slow.js';
import { smtpBackPressure } from './smtp-back-pressure.js';
import { smtpClosed } from './smtp-closed.js';
import { smtpGateway } from './smtp-gateway.js';
import { smtpLoginRefused } from './smtp-login-refused.js';
import { smtpNeedsTls } from './smtp-needs-tls.js';
import { smtpNoLogin } from './smtp-no-login.js';
import { smtpNotAvailable } from './smtp-not-available.js';
import { smtpOtherPort } from './smtp-other-port.js';
import { smtpPerSource } from './smtp-per-source.js';
import { smtpProxyHop } from './smtp-proxy-hop.js';
import { smtpSourceLimit } from './smtp-source-limit.js';
import { smtpTotal } from './smtp-total.js';
import { starttlsRequired } from './starttls-required.js';
import { storeLimit } from './store-limit.js';
import { tlsOnPlain } from './tls-on-plain.js';
import { unityImap } from './unity-imap.js';
import { versionByOwa } from './version-by-owa.js';
import { versionRevealed } from './version-revealed.js';
import { versionUnknown } from './version-unknown.js';

/** Every scenario, the ones that a demo shows first at the top. */
export const scenarios: readonly Scenario[] = [
  prod,
  branch,
  inbox,
  badPassword,
  storeLimit,
  ladderShared,
  ladderTestMailbox,
  ladderStoreLimit,
  ladderFirstRefused,
  loopHealthy,
  loopNotDelivered,
  loopRelayRefused,
  loopOverRate,
  smtpLoginRefused,
  imapDisabled,
  portClosed,
  portFiltered,
  noGreeting,
  starttlsRequired,
  noMechanism,
  certificateExpired,
  oldTls,
  versionRevealed,
  versionUnknown,
  versionByOwa,
  smtpPerSource,
  smtpSourceLimit,
  inboxClosed,
  inboxProxy,
  ewsNoSchemes,
  ewsForbidden,
  ewsProxy,
  slow,
  imapAddressLimit,
  imapTotalLimit,
  imapThrottled,
  loginThrottled,
  accountDisabled,
  imapHungUp,
  imapIdle,
  loginBeforeTls,
  plainLogin,
  backEndDown,
  noStarttls,
  tlsOnPlain,
  unityImap,
  balancer,
  balancerOneSite,
  balancerDeadMember,
  smtpTotal,
  smtpNotAvailable,
  smtpBackPressure,
  smtpProxyHop,
  smtpGateway,
  smtpNoLogin,
  smtpNeedsTls,
  smtpClosed,
  smtpOtherPort,
  inboxFiltered,
  inboxTls,
  inboxOtherWeb,
  inboxIll,
  inboxSilent,
  inboxAway,
  hostileBanner,
  hostileLine,
  hostileNoise,
  hostileCapability,
  hostileDrip,
];
