import { defineScenario } from '../scenario.js';

const TITLE = 'Single inbox, Jetty stopped';

export const inboxClosed = defineScenario({
  id: 'inbox-closed',
  title: TITLE,
  tells:
    'Nothing listens on the notification port of Unity Connection, so changes in Outlook arrive a quarter of an hour late.',
  expects: { state: 'problem', verdicts: { 'notify-port': 'problem' }, commands: [] },
  start: async stage => ({
    kind: 'cuc-single-inbox',
    id: stage.id,
    title: TITLE,
    exchange: { servers: ['EX01'], version: '2016' },
    cuc: { host: stage.host, notifyPort: await stage.closedPort() },
  }),
});
