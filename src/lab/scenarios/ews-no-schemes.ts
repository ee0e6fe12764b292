import { defineScenario } from '../scenario.js';
import { inboxTarget } from '../web-target.js';

const TITLE = 'Single inbox, EWS takes no login';

export const ewsNoSchemes = defineScenario({
  id: 'ews-no-schemes',
  title: TITLE,
  tells: 'EWS and Autodiscover ask for a login, and every way to log in has been turned off.',
  expects: {
    state: 'problem',
    verdicts: {
      'web-port': 'healthy',
      'tls-version': 'healthy',
      'tls-certificate': 'healthy',
      'exchange-version': 'healthy',
      'ews-service': 'problem',
      'autodiscover-service': 'unknown',
      'notify-port': 'healthy',
    },
    commands: [
      "Set-WebServicesVirtualDirectory -Identity 'EX01\\EWS (Default Web Site)' -BasicAuthentication $true",
      "Set-AutodiscoverVirtualDirectory -Identity 'EX01\\Autodiscover (Default Web Site)' -BasicAuthentication $true",
    ],
  },
  start: async stage => inboxTarget(stage, TITLE, (await stage.web({ schemes: { ews: [], autodiscover: [] } })).port),
});
