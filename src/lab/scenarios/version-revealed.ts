import { mailTarget, READ_ON } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Version left out, the server names it';
/** What Exchange ships with, for both limits. */
const SHIPPED = 16;

export const versionRevealed = defineScenario({
  id: 'version-revealed',
  title: TITLE,
  tells:
    'The version of Exchange is left out of the configuration; the server calls itself 2016, and the commands are for that.',
  expects: {
    state: 'problem',
    verdicts: {
      'imap-port': 'healthy',
      'imap-login': 'healthy',
      'exchange-version': 'healthy',
      'shared-account-sessions': 'problem',
    },
    commands: [
      "Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 35",
      "Invoke-Command -ComputerName 'EX01' -ScriptBlock { Restart-Service -Name 'MSExchangeIMAP4'; Restart-Service -Name 'MSExchangeIMAP4BE' }",
    ],
  },
  start: async stage => {
    const imap = await stage.imap();
    return mailTarget(stage, TITLE, {
      exchange: { servers: ['EX01'] },
      desktop: 'cad',
      agents: 12,
      imap: { port: imap.port },
      limits: { readOn: READ_ON, imapConnectionsPerUser: SHIPPED, storeSessionsPerUser: SHIPPED },
    });
  },
});
