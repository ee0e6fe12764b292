import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Slow and well';
/** IMAP answers last by three seconds, so that whoever waits is told in between, on a busy machine too. */
const SLOW_MS = { imap: 700, smtp: 250 };

export const slow = defineScenario({
  id: 'slow',
  title: TITLE,
  tells: 'Every answer takes its time, those of IMAP the better part of a second; nothing is wrong with any of them.',
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
    const imap = await stage.imap({ slowMs: SLOW_MS.imap });
    const smtp = await stage.smtp({ slowMs: SLOW_MS.smtp });
    return mailTarget(stage, TITLE, { imap: { port: imap.port }, smtp: { port: smtp.port } });
  },
});
