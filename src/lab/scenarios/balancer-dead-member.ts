import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'A dead server behind the balancer';

export const balancerDeadMember = defineScenario({
  id: 'balancer-dead-member',
  title: TITLE,
  tells:
    'A balancer still hands connections to a server whose IMAP service is stopped, so some work and some end at once.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'healthy', 'imap-greeting': 'healthy', 'every-connect': 'problem' },
    commands: [],
  },
  start: async stage => {
    const { port: alive } = await stage.imap();
    // As many as a check makes, so that each begins with the same one.
    const port = await stage.balancer(alive, await stage.closedPort(), alive);
    return mailTarget(stage, TITLE, { imap: { port } });
  },
});
