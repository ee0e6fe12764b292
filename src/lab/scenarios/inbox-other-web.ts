import { defineScenario } from '../scenario.js';

const TITLE = 'Single inbox, another web server';

export const inboxOtherWeb = defineScenario({
  id: 'inbox-other-web',
  title: TITLE,
  tells: 'Another web server answers on the notification port, with a page of its own.',
  expects: { state: 'problem', verdicts: { 'notify-port': 'healthy', 'notify-answer': 'problem' }, commands: [] },
  start: async stage => ({
    kind: 'cuc-single-inbox',
    id: stage.id,
    title: TITLE,
    exchange: { servers: ['EX01'], version: '2016' },
    cuc: { host: stage.host, notifyPort: (await stage.otherWeb()).port },
  }),
});
