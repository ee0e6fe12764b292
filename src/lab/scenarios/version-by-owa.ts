import { mailTarget, READ_ON } from '../mail-target.js';
import { defineScenario } from '../scenario.js';
import { webOf } from '../web-target.js';

const TITLE = 'Version left out, OWA names it';
/** What Exchange ships with, for both limits. */
const SHIPPED = 16;

export const versionByOwa = defineScenario({
  id: 'version-by-owa',
  title: TITLE,
  tells:
    'The version of Exchange is left out of the configuration and IMAP names none, as in 2019; the login page of OWA holds the build, and the commands are for that.',
  expects: {
    state: 'problem',
    verdicts: {
      'web-port': 'healthy',
      'tls-certificate': 'healthy',
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
    const imap = await stage.imap({ namesYear: false });
    const web = await stage.web({ build: '15.2.1748.10' });
    return mailTarget(stage, TITLE, {
      exchange: { servers: ['EX01'] },
      web: webOf(stage, web.port),
      desktop: 'cad',
      agents: 12,
      imap: { port: imap.port },
      limits: { readOn: READ_ON, imapConnectionsPerUser: SHIPPED, storeSessionsPerUser: SHIPPED },
    });
  },
});
