import { binaryNoise } from '../hostile.js';
import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Noise on the port';

export const hostileNoise = defineScenario({
  id: 'hostile-noise',
  title: TITLE,
  tells: 'The IMAP port sends bytes of no protocol, terminal escapes among them.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'healthy', 'imap-greeting': 'problem', 'smtp-banner': 'healthy' },
    commands: [],
  },
  start: async stage => mailTarget(stage, TITLE, { imap: { port: await stage.hostile(binaryNoise) } }),
});
