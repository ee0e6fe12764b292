import { loopTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Mail loop, healthy';

export const loopHealthy = defineScenario({
  id: 'loop-healthy',
  title: TITLE,
  flags: '--loop',
  mail: { logins: 1, messages: 1 },
  tells:
    'A message that is sent as UCCX sends its replies is taken at once, shows in the mailbox a second later, and is removed again.',
  expects: {
    state: 'healthy',
    verdicts: { 'smtp-login': 'healthy', 'imap-mailbox': 'healthy', 'mail-loop': 'healthy' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    const { deliver } = imap.inbox;
    const smtp = await stage.smtp({ mail: { takes: [stage.account.identity], deliver, deliversAfterMs: 1000 } });
    return loopTarget(stage, TITLE, { imap, smtp });
  },
});
