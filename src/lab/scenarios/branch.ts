import { mailTarget, READ_ON } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Branch mail, CAD';
/** What Exchange ships with, for both limits. */
const SHIPPED = 16;

export const branch = defineScenario({
  id: 'branch',
  title: TITLE,
  tells:
    'Eight agents hold two IMAP sessions each on the shared account, which is all that Exchange allows; everybody else is refused as if the password were wrong.',
  expects: {
    state: 'problem',
    verdicts: {
      'imap-port': 'healthy',
      'imap-greeting': 'healthy',
      'imap-login-offer': 'healthy',
      'tls-certificate': 'healthy',
      'imap-login': 'problem',
      'shared-account-sessions': 'problem',
      'smtp-port': 'healthy',
      'smtp-banner': 'healthy',
    },
    commands: [
      "Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 35",
      "Invoke-Command -ComputerName 'EX01' -ScriptBlock { Restart-Service -Name 'MSExchangeIMAP4'; Restart-Service -Name 'MSExchangeIMAP4BE' }",
    ],
  },
  start: async stage => {
    const imap = await stage.imap({ limits: { perUser: SHIPPED, storeSessions: SHIPPED } });
    await stage.agents(imap, SHIPPED);
    return mailTarget(stage, TITLE, {
      desktop: 'cad',
      agents: 12,
      imap: { port: imap.port },
      limits: { readOn: READ_ON, imapConnectionsPerUser: SHIPPED, storeSessionsPerUser: SHIPPED },
    });
  },
});
