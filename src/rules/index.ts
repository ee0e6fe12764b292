import { accountState } from './account-state.js';
import { autodiscoverService } from './autodiscover-service.js';
import { capturedNotifications } from './captured-notifications.js';
import { capturedSessions } from './captured-sessions.js';
import { connectorRefusals } from './connector-refusals.js';
import { everyConnect } from './every-connect.js';
import { ewsRights } from './ews-rights.js';
import { ewsService } from './ews-service.js';
import { exchangeServices } from './exchange-services.js';
import { exchangeVersion } from './exchange-version.js';
import { imapBalancer } from './imap-balancer.js';
import { imapConnectionLimits } from './imap-connection-limits.js';
import { imapGreeting } from './imap-greeting.js';
import { imapLogin } from './imap-login.js';
import { imapLoginOffer } from './imap-login-offer.js';
import { imapMailbox } from './imap-mailbox.js';
import { imapPort } from './imap-port.js';
import { imapSessionsPerUser } from './imap-sessions-per-user.js';
import { inboxDirection } from './inbox-direction.js';
import { mailLoop } from './mail-loop.js';
import { mailboxDatabase } from './mailbox-database.js';
import { notifyAnswer } from './notify-answer.js';
import { notifyEvents } from './notify-events.js';
import { notifyFlow } from './notify-flow.js';
import { notifyListener } from './notify-listener.js';
import { notifyPort } from './notify-port.js';
import { notifySenders } from './notify-senders.js';
import { pushMessages } from './push-messages.js';
import { pushSubscriptions } from './push-subscriptions.js';
import type { Rule } from './rule.js';
import { sharedAccountSessions } from './shared-account-sessions.js';
import { smtpBanner } from './smtp-banner.js';
import { smtpLogin } from './smtp-login.js';
import { smtpLoginOffer } from './smtp-login-offer.js';
import { smtpPort } from './smtp-port.js';
import { syncCalls } from './sync-calls.js';
import { throttlingPolicy } from './throttling-policy.js';
import { tlsCertificate } from './tls-certificate.js';
import { tlsVersion } from './tls-version.js';
import { webPort } from './web-port.js';

/** Every rule, in the order in which they are asked: whatever explains another one comes before it. */
export const rules: readonly Rule[] = [
  accountState,
  exchangeServices,
  mailboxDatabase,
  imapPort,
  smtpPort,
  webPort,
  tlsVersion,
  tlsCertificate,
  imapConnectionLimits,
  imapGreeting,
  imapBalancer,
  everyConnect,
  imapLoginOffer,
  imapLogin,
  imapMailbox,
  exchangeVersion,
  imapSessionsPerUser,
  sharedAccountSessions,
  throttlingPolicy,
  capturedSessions,
  smtpBanner,
  smtpLoginOffer,
  smtpLogin,
  mailLoop,
  connectorRefusals,
  inboxDirection,
  syncCalls,
  ewsService,
  autodiscoverService,
  ewsRights,
  notifyListener,
  notifyPort,
  notifyAnswer,
  notifySenders,
  notifyFlow,
  pushSubscriptions,
  pushMessages,
  notifyEvents,
  capturedNotifications,
];
