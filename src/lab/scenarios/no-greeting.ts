import { mute } from '../hostile.js';
import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Balancer without servers';

export const noGreeting = defineScenario({
  id: 'no-greeting',
  title: TITLE,
  tells: 'The IMAP port takes the connection and never greets, as a balancer with no server behind it.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'healthy', 'imap-greeting': 'problem', 'smtp-banner': 'healthy' },
    commands: [],
  },
  start: async stage => mailTarget(stage, TITLE, { imap: { port: await stage.hostile(mute) } }),
});
