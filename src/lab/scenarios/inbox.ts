import { defineScenario } from '../scenario.js';

const TITLE = 'Single inbox';

export const inbox = defineScenario({
  id: 'inbox',
  title: TITLE,
  tells: 'Nothing is wrong: Exchange reaches the notification port of Unity Connection and Jetty answers.',
  expects: { state: 'healthy', verdicts: { 'notify-port': 'healthy', 'notify-answer': 'healthy' }, commands: [] },
  start: async stage => ({
    kind: 'cuc-single-inbox',
    id: stage.id,
    title: TITLE,
    exchange: { servers: ['EX01'], version: '2016' },
    cuc: { host: stage.host, notifyPort: (await stage.notify()).port },
  }),
});
