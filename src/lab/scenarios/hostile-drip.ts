import { drip } from '../hostile.js';
import { GREETING } from '../imap-words.js';
import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'A byte a second';

export const hostileDrip = defineScenario({
  id: 'hostile-drip',
  title: TITLE,
  tells: 'The IMAP port greets at one byte a second: always alive, never through.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'healthy', 'imap-greeting': 'problem', 'smtp-banner': 'healthy' },
    commands: [],
  },
  start: async stage => mailTarget(stage, TITLE, { imap: { port: await stage.hostile(drip(GREETING)) } }),
});
