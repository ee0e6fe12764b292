import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'IMAP service stopped';

export const portClosed = defineScenario({
  id: 'port-closed',
  title: TITLE,
  tells: 'The host is up and nothing listens on the IMAP port: the IMAP4 service starts by hand and nobody started it.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'problem', 'smtp-port': 'healthy', 'smtp-banner': 'healthy' },
    commands: [],
  },
  start: async stage => mailTarget(stage, TITLE, { imap: { port: await stage.closedPort() } }),
});
