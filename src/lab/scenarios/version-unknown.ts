import { mailTarget, READ_ON } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Version left out, nobody names it';
/** What Exchange ships with, for both limits. */
const SHIPPED = 16;

export const versionUnknown = defineScenario({
  id: 'version-unknown',
  title: TITLE,
  tells:
    'The version of Exchange is left out of the configuration and the server names none, so one command asks for it and no change is printed.',
  expects: {
    state: 'problem',
    verdicts: {
      'imap-port': 'healthy',
      'imap-login': 'healthy',
      'exchange-version': 'unknown',
      'shared-account-sessions': 'problem',
    },
    commands: ["Get-ExchangeServer | Format-List -Property 'Name','AdminDisplayVersion'"],
  },
  start: async stage => {
    const imap = await stage.imap({ namesYear: false });
    return mailTarget(stage, TITLE, {
      exchange: { servers: ['EX01'] },
      desktop: 'cad',
      agents: 12,
      imap: { port: imap.port },
      limits: { readOn: READ_ON, imapConnectionsPerUser: SHIPPED, storeSessionsPerUser: SHIPPED },
    });
  },
});
