import { exchangeVersion } from './exchange-version.js';
import { imapGreeting } from './imap-greeting.js';
import { imapLogin } from './imap-login.js';
import { imapLoginOffer } from './imap-login-offer.js';
import { imapMailbox } from './imap-mailbox.js';
import { imapPort } from './imap-port.js';
import { notifyAnswer } from './notify-answer.js';
import { notifyPort } from './notify-port.js';
import type { Rule } from './rule.js';
import { sharedAccountSessions } from './shared-account-sessions.js';
import { smtpBanner } from './smtp-banner.js';
import { smtpLoginOffer } from './smtp-login-offer.js';
import { smtpPort } from './smtp-port.js';
import { tlsCertificate } from './tls-certificate.js';
import { tlsVersion } from './tls-version.js';

/** Every rule, in the order in which they are asked: whatever explains another one comes before it. */
export const rules: readonly Rule[] = [
  imapPort,
  smtpPort,
  tlsVersion,
  tlsCertificate,
  imapGreeting,
  imapLoginOffer,
  imapLogin,
  imapMailbox,
  exchangeVersion,
  sharedAccountSessions,
  smtpBanner,
  smtpLoginOffer,
  notifyPort,
  notifyAnswer,
];
