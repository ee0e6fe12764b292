import { defineScenario } from '../scenario.js';

const TITLE = 'Single inbox behind a proxy';

export const inboxProxy = defineScenario({
  id: 'inbox-proxy',
  title: TITLE,
  tells: 'A web proxy answers in place of Jetty, and cannot reach Unity Connection itself.',
  expects: { state: 'problem', verdicts: { 'notify-port': 'healthy', 'notify-answer': 'problem' }, commands: [] },
  start: async stage => {
    const proxy = await stage.notifyProxy(await stage.closedPort());
    return {
      kind: 'cuc-single-inbox',
      id: stage.id,
      title: TITLE,
      exchange: { servers: ['EX01'], version: '2016' },
      cuc: { host: stage.host, notifyPort: proxy.port },
    };
  },
});
