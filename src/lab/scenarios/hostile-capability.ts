import { floodOfCapability } from '../hostile.js';
import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Megabytes of capability';

export const hostileCapability = defineScenario({
  id: 'hostile-capability',
  title: TITLE,
  tells: 'The IMAP port greets like Exchange and answers the question for its abilities with megabytes.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'healthy', 'imap-greeting': 'healthy', 'smtp-banner': 'healthy' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap({ script: { CAPABILITY: floodOfCapability } });
    return mailTarget(stage, TITLE, { imap: { port: imap.port } });
  },
});
