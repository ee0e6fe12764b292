import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Deep check, test mailbox';
const ALLOWED = 8;

export const ladderTestMailbox = defineScenario({
  id: 'ladder-test-mailbox',
  title: TITLE,
  flags: '--deep',
  logins: ALLOWED + 2,
  tells:
    'A deep check climbs on a test mailbox of its own, beside three agents at work: the ninth session is refused, so eight is the limit, and ten agents cannot work with that.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'healthy', 'imap-mailbox': 'healthy', 'imap-sessions-per-user': 'problem' },
    commands: ["Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 30"],
  },
  start: async stage => {
    const { account, testAccount } = stage;
    const imap = await stage.imap({
      accounts: [account, testAccount],
      limits: { perUser: ALLOWED, storeSessions: 64 },
    });
    await stage.agents(imap, 6);
    return mailTarget(stage, TITLE, {
      desktop: 'cad',
      agents: 10,
      imap: { port: imap.port },
      ladder: {
        testMailbox: { user: testAccount.user, password: await stage.secret(testAccount.password, `${stage.id}-test`) },
      },
    });
  },
});
