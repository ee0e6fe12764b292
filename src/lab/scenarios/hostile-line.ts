import { endlessLine } from '../hostile.js';
import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'A line without an end';

export const hostileLine = defineScenario({
  id: 'hostile-line',
  title: TITLE,
  tells: 'The IMAP port begins a greeting and never ends the line.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'healthy', 'imap-greeting': 'problem', 'smtp-banner': 'healthy' },
    commands: [],
  },
  start: async stage => mailTarget(stage, TITLE, { imap: { port: await stage.hostile(endlessLine) } }),
});
