import { cucNotify } from './cuc-notify.js';
import { imapLogin } from './imap-login.js';
import { imapService } from './imap-service.js';
import type { Probe } from './probe.js';
import { smtpService } from './smtp-service.js';

/** Every probe there is. What a site or the plan must know of one stands on its own card. */
export const probes: readonly Probe[] = [imapService, imapLogin, smtpService, cucNotify];
