import { loopTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Mail loop, never delivered';

export const loopNotDelivered = defineScenario({
  id: 'loop-not-delivered',
  title: TITLE,
  flags: '--loop',
  mail: { logins: 1, messages: 1 },
  tells: 'The connector takes the message, and it never shows in the mailbox: a queue behind the connector holds it.',
  expects: {
    state: 'problem',
    verdicts: { 'smtp-login': 'healthy', 'imap-mailbox': 'healthy', 'mail-loop': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    const smtp = await stage.smtp({ mail: { takes: [stage.account.identity], deliver: null } });
    return { ...(await loopTarget(stage, TITLE, { imap, smtp })), loopWaitSec: 5 };
  },
});
