import type { Scenario } from '../scenario.js';
import { badPassword } from './bad-password.js';
import { branch } from './branch.js';
import { certificateExpired } from './certificate-expired.js';
import { hostileBanner } from './hostile-banner.js';
import { hostileCapability } from './hostile-capability.js';
import { hostileDrip } from './hostile-drip.js';
import { hostileLine } from './hostile-line.js';
import { hostileNoise } from './hostile-noise.js';
import { imapDisabled } from './imap-disabled.js';
import { inbox } from './inbox.js';
import { inboxClosed } from './inbox-closed.js';
import { inboxProxy } from './inbox-proxy.js';
import { noGreeting } from './no-greeting.js';
import { noMechanism } from './no-mechanism.js';
import { oldTls } from './old-tls.js';
import { portClosed } from './port-closed.js';
import { portFiltered } from './port-filtered.js';
import { prod } from './prod.js';
import { slow } from './slow.js';
import { smtpPerSource } from './smtp-per-source.js';
import { smtpSourceLimit } from './smtp-source-limit.js';
import { starttlsRequired } from './starttls-required.js';
import { storeLimit } from './store-limit.js';
import { versionRevealed } from './version-revealed.js';
import { versionUnknown } from './version-unknown.js';

/** Every scenario, the ones that a demo shows first at the top. */
export const scenarios: readonly Scenario[] = [
  prod,
  branch,
  inbox,
  badPassword,
  storeLimit,
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
  smtpPerSource,
  smtpSourceLimit,
  inboxClosed,
  inboxProxy,
  slow,
  hostileBanner,
  hostileLine,
  hostileNoise,
  hostileCapability,
  hostileDrip,
];
