import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Slow and well';
const SLOW_MS = 700;

export const slow = defineScenario({
  id: 'slow',
  title: TITLE,
  tells: 'Every answer takes the better part of a second; nothing is wrong with any of them.',
  expects: {
    state: 'healthy',
    verdicts: {
      'imap-greeting': 'healthy',
      'imap-login': 'healthy',
      'imap-mailbox': 'healthy',
      'smtp-banner': 'healthy',
    },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap({ slowMs: SLOW_MS });
    const smtp = await stage.smtp({ slowMs: SLOW_MS });
    return mailTarget(stage, TITLE, { imap: { port: imap.port }, smtp: { port: smtp.port } });
  },
});
