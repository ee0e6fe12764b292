import { cucNotify } from './cuc-notify.js';
import { exchangeWeb, exchangeWebInbox } from './exchange-web.js';
import { imapLadder } from './imap-ladder.js';
import { imapLogin } from './imap-login.js';
import { imapService } from './imap-service.js';
import { mailLoop } from './mail-loop.js';
import type { Probe } from './probe.js';
import { smtpLogin } from './smtp-login.js';
import { smtpService } from './smtp-service.js';

/** Every probe there is. What a site or the plan must know of one stands on its own card. */
export const probes: readonly Probe[] = [
  imapService,
  imapLogin,
  imapLadder,
  smtpService,
  smtpLogin,
  mailLoop,
  cucNotify,
  exchangeWeb,
  exchangeWebInbox,
];
