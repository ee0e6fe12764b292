import { loopTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Mail loop, over the rate';

export const loopOverRate = defineScenario({
  id: 'loop-over-rate',
  title: TITLE,
  flags: '--loop',
  mail: { logins: 1, messages: 0 },
  tells: 'The connector takes so many messages a minute from one client, and the replies of agents have used them up.',
  expects: {
    state: 'problem',
    verdicts: { 'smtp-login': 'healthy', 'imap-mailbox': 'healthy', 'mail-loop': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    const { deliver } = imap.inbox;
    const smtp = await stage.smtp({ messages: 0, mail: { takes: [stage.account.identity], deliver } });
    return loopTarget(stage, TITLE, { imap, smtp });
  },
});
