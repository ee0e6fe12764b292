import { defineScenario } from '../scenario.js';

const TITLE = 'Single inbox behind a firewall';

export const inboxFiltered = defineScenario({
  id: 'inbox-filtered',
  title: TITLE,
  tells: 'A firewall drops what Exchange sends to the notification port.',
  expects: { state: 'problem', verdicts: { 'notify-port': 'problem', 'notify-answer': 'unknown' }, commands: [] },
  start: async stage => ({
    kind: 'cuc-single-inbox',
    id: stage.id,
    title: TITLE,
    exchange: { servers: ['EX01'], version: '2016' },
    cuc: { host: stage.host, notifyPort: await stage.filteredPort() },
  }),
});
