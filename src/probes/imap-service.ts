import { FURTHER_CONNECTS } from './further-connects.js';
import { meetImapAgain } from './imap-meeting.js';
import { visitImap } from './imap-visit.js';
import { defineProbe } from './probe.js';

/** Looks at the IMAP service without logging in: whether it answers, what it offers, and how it encrypts. */
export const imapService = defineProbe({
  id: 'imap-service',
  for: 'uccx-mail',
  leg: 'imap',
  from: ['uccx-side', 'agent-side'],
  impact: 'touch',
  includes: [],
  budgetMs: 12_000,
  furtherConnects: FURTHER_CONNECTS,
  yields: [
    'tcp-connect',
    'sister-port',
    'imap-greeting',
    'imap-capability',
    'tls-session',
    'imap-logout',
    'further-connect',
  ],
  run: async look => meetImapAgain(look, await visitImap(look)),
});
