import { defineScenario } from '../scenario.js';

const TITLE = 'Single inbox, TLS on the port';

export const inboxTls = defineScenario({
  id: 'inbox-tls',
  title: TITLE,
  tells: 'A service that speaks TLS stands on the notification port, which Exchange calls in plain HTTP.',
  expects: { state: 'problem', verdicts: { 'notify-port': 'healthy', 'notify-answer': 'problem' }, commands: [] },
  start: async stage => ({
    kind: 'cuc-single-inbox',
    id: stage.id,
    title: TITLE,
    exchange: { servers: ['EX01'], version: '2016' },
    cuc: { host: stage.host, notifyPort: (await stage.imap({ tls: true })).port },
  }),
});
