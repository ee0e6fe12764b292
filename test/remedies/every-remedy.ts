import type { Remedy } from '../../src/domain/remedy.js';
import type { InboxTarget, MailTarget } from '../../src/domain/target.js';
import { assignImapCertificate } from '../../src/remedies/assign-imap-certificate.js';
import { assignThrottlingPolicy } from '../../src/remedies/assign-throttling-policy.js';
import { bypassProxyFor7080 } from '../../src/remedies/bypass-proxy-for-7080.js';
import { checkCredentials } from '../../src/remedies/check-credentials.js';
import { dedicatedReceiveConnector } from '../../src/remedies/dedicated-receive-connector.js';
import { enableImapForMailbox } from '../../src/remedies/enable-imap-for-mailbox.js';
import { enableTls12 } from '../../src/remedies/enable-tls12.js';
import { openPort7080 } from '../../src/remedies/open-port-7080.js';
import { raiseConnectorLimits } from '../../src/remedies/raise-connector-limits.js';
import { raiseImapUserLimit } from '../../src/remedies/raise-imap-user-limit.js';
import { raiseStoreSessions } from '../../src/remedies/raise-store-sessions.js';
import { renewCertificate } from '../../src/remedies/renew-certificate.js';
import { sessionNeedOf } from '../../src/remedies/session-need.js';
import { startImapServices } from '../../src/remedies/start-imap-services.js';
import { useImapTls } from '../../src/remedies/use-imap-tls.js';
import { fact } from '../support/build.js';

/** Each remedy in each of its forms, by name: what it gives for a target. */
export const mailRemedies: Record<string, (target: MailTarget) => Remedy | null> = {
  'raise-imap-user-limit, known': target => raiseImapUserLimit(target, sessionNeedOf(target), () => 16),
  'raise-imap-user-limit, not read': target => raiseImapUserLimit(target, sessionNeedOf(target), () => null),
  'raise-store-sessions, known': target => raiseStoreSessions(target, sessionNeedOf(target), () => 32),
  'raise-store-sessions, perhaps absent': target => raiseStoreSessions(target, sessionNeedOf(target), () => 16),
  'raise-connector-limits, connections': target =>
    raiseConnectorLimits(target, fact('connector-limits'), 'connections-per-source'),
  'raise-connector-limits, rate': target =>
    raiseConnectorLimits(target, fact('connector-limits'), 'messages-per-minute'),
  'dedicated-receive-connector': dedicatedReceiveConnector,
  'assign-throttling-policy': assignThrottlingPolicy,
  'enable-imap-for-mailbox': enableImapForMailbox,
  'use-imap-tls': useImapTls,
  'check-credentials': checkCredentials,
  'start-imap-services': startImapServices,
  'assign-imap-certificate': assignImapCertificate,
  'renew-certificate': renewCertificate,
  'enable-tls12': enableTls12,
};

export const inboxRemedies: Record<string, (target: InboxTarget) => Remedy | null> = {
  'open-port-7080': openPort7080,
  'bypass-proxy-for-7080': bypassProxyFor7080,
};
