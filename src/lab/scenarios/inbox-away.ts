import { defineScenario } from '../scenario.js';

const TITLE = 'Single inbox, seen from elsewhere';

export const inboxAway = defineScenario({
  id: 'inbox-away',
  title: TITLE,
  tells: 'No site stands beside Exchange, so an open port says nothing about the way that notifications take.',
  expects: { state: 'unknown', verdicts: { 'notify-port': 'unknown', 'notify-answer': 'healthy' }, commands: [] },
  start: async stage => ({
    kind: 'cuc-single-inbox',
    id: stage.id,
    title: TITLE,
    sites: ['branch'],
    exchange: { servers: ['EX01'], version: '2016' },
    cuc: { host: stage.host, notifyPort: (await stage.notify()).port },
  }),
});
