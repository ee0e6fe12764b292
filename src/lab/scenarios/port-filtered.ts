import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Firewall in between';

export const portFiltered = defineScenario({
  id: 'port-filtered',
  title: TITLE,
  tells: 'Packets to the IMAP port are dropped without an answer, as a firewall does.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'problem', 'smtp-port': 'healthy', 'smtp-banner': 'healthy' },
    commands: [],
  },
  start: async stage => mailTarget(stage, TITLE, { imap: { port: await stage.filteredPort() } }),
});
