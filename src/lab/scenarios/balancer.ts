import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Two servers behind one name';

export const balancer = defineScenario({
  id: 'balancer',
  title: TITLE,
  tells: 'A balancer hands each connection to the next of two servers; the configuration names only one of them.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-greeting': 'healthy', 'imap-balancer': 'problem', 'smtp-banner': 'healthy' },
    commands: [],
  },
  start: async stage => {
    const [first, second] = [
      await stage.imap(),
      await stage.imap({ greeting: '* OK IMAP of EX02, at your service.\r\n' }),
    ];
    const port = await stage.balancer(first.port, second.port);
    return mailTarget(stage, TITLE, { sites: ['hq', 'branch'], imap: { port } });
  },
});
