import { FURTHER_CONNECTS } from './further-connects.js';
import { defineProbe } from './probe.js';
import { meetSmtpElsewhere } from './smtp-meeting.js';
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
  furtherConnects: FURTHER_CONNECTS,
  yields: ['tcp-connect', 'sister-port', 'smtp-banner', 'smtp-ehlo', 'tls-session', 'further-connect'],
  run: async look => {
    await visitSmtp(look);
    await meetSmtpElsewhere(look);
  },
});
