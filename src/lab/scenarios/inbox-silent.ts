import { mute } from '../hostile.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Single inbox, nobody answers';

export const inboxSilent = defineScenario({
  id: 'inbox-silent',
  title: TITLE,
  tells: 'The notification port takes connections and never answers one.',
  expects: { state: 'problem', verdicts: { 'notify-port': 'healthy', 'notify-answer': 'problem' }, commands: [] },
  start: async stage => ({
    kind: 'cuc-single-inbox',
    id: stage.id,
    title: TITLE,
    exchange: { servers: ['EX01'], version: '2016' },
    cuc: { host: stage.host, notifyPort: await stage.hostile(mute) },
  }),
});
