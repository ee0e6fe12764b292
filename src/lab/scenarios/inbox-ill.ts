import { defineScenario } from '../scenario.js';

const TITLE = 'Single inbox, Jetty ill';

export const inboxIll = defineScenario({
  id: 'inbox-ill',
  title: TITLE,
  tells: 'Connection Jetty answers every call with an error of its own.',
  expects: { state: 'problem', verdicts: { 'notify-port': 'healthy', 'notify-answer': 'problem' }, commands: [] },
  start: async stage => ({
    kind: 'cuc-single-inbox',
    id: stage.id,
    title: TITLE,
    exchange: { servers: ['EX01'], version: '2016' },
    cuc: { host: stage.host, notifyPort: (await stage.notify({ ill: true })).port },
  }),
});
