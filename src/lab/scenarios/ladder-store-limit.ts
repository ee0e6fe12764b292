import { mailTarget, READ_ON } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Deep check, store sessions';
const IN_STORE = 6;

export const ladderStoreLimit = defineScenario({
  id: 'ladder-store-limit',
  title: TITLE,
  flags: '--deep',
  logins: IN_STORE + 2,
  tells:
    'The limit of the IMAP service was raised, that of the Information Store was forgotten: a deep check on a test mailbox logs in a seventh time, and INBOX does not open.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'healthy', 'imap-mailbox': 'healthy', 'imap-sessions-per-user': 'problem' },
    commands: [
      "Invoke-Command -ComputerName 'EX01' -ScriptBlock { New-ItemProperty -Path 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\MSExchangeIS\\ParametersSystem' -Name 'Maximum Allowed Service Sessions Per User' -PropertyType 'DWord' -Value 30 -Force }",
    ],
  },
  start: async stage => {
    const { account, testAccount } = stage;
    const imap = await stage.imap({
      accounts: [account, testAccount],
      limits: { perUser: 200, storeSessions: IN_STORE },
    });
    await stage.agents(imap, 4);
    return mailTarget(stage, TITLE, {
      desktop: 'cad',
      agents: 10,
      imap: { port: imap.port },
      limits: { readOn: READ_ON, imapConnectionsPerUser: 200 },
      ladder: {
        testMailbox: { user: testAccount.user, password: await stage.secret(testAccount.password, `${stage.id}-test`) },
      },
    });
  },
});
