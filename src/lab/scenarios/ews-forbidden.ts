import { defineScenario } from '../scenario.js';
import { inboxTarget } from '../web-target.js';

const TITLE = 'Single inbox, EWS forbidden';

export const ewsForbidden = defineScenario({
  id: 'ews-forbidden',
  title: TITLE,
  tells: 'EWS refuses whoever asks before any login: a restriction of addresses, a filter, or it is turned off.',
  expects: {
    state: 'problem',
    verdicts: {
      'web-port': 'healthy',
      'ews-service': 'problem',
      'autodiscover-service': 'healthy',
      'notify-port': 'healthy',
    },
    commands: ["Get-OrganizationConfig | Format-List -Property 'Ews*'"],
  },
  start: async stage => inboxTarget(stage, TITLE, (await stage.web({ faults: { ews: 403 } })).port),
});
