import { defineScenario } from '../scenario.js';
import { inboxTarget } from '../web-target.js';

const TITLE = 'Single inbox, EWS behind a proxy';

export const ewsProxy = defineScenario({
  id: 'ews-proxy',
  title: TITLE,
  tells:
    'A proxy between Unity Connection and Exchange takes the encryption apart, and with it what NTLM and Extended Protection rest on.',
  expects: {
    state: 'problem',
    verdicts: {
      'web-port': 'healthy',
      'ews-service': 'problem',
      'autodiscover-service': 'unknown',
      'notify-answer': 'healthy',
    },
    commands: [],
  },
  start: async stage => inboxTarget(stage, TITLE, (await stage.web({ via: '1.1 proxy01.contoso.test (squid)' })).port),
});
