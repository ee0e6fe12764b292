import { loopTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Mail loop, no right to send';

export const loopRelayRefused = defineScenario({
  id: 'loop-relay-refused',
  title: TITLE,
  flags: '--loop',
  mail: { logins: 1, messages: 0 },
  tells:
    'The account may log in to the connector, and the connector takes no mail from it: a reply would fail after a login that works.',
  expects: {
    state: 'problem',
    verdicts: { 'smtp-login': 'healthy', 'imap-mailbox': 'healthy', 'mail-loop': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    const { deliver } = imap.inbox;
    const smtp = await stage.smtp({ mail: { takes: [stage.account.identity], deliver, refuses: 'relay' } });
    return loopTarget(stage, TITLE, { imap, smtp });
  },
});
