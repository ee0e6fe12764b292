import { defineProbe } from './probe.js';
import { visitSmtp } from './smtp-visit.js';

/** Looks at the SMTP service: whom it greets, what it offers before and after encryption. It sends no login and no mail. */
export const smtpService = defineProbe({
  id: 'smtp-service',
  for: 'uccx-mail',
  leg: 'smtp',
  from: ['uccx-side'],
  impact: 'touch',
  includes: [],
  budgetMs: 10_000,
  yields: ['tcp-connect', 'smtp-banner', 'smtp-ehlo', 'tls-session'],
  run: look => visitSmtp(look),
});
