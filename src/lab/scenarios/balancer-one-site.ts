import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Two servers, one site';

export const balancerOneSite = defineScenario({
  id: 'balancer-one-site',
  title: TITLE,
  tells:
    'A balancer hands connections to two servers in turn, and a single site looks: the next connections of the same check show it.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'healthy', 'imap-balancer': 'problem', 'every-connect': 'healthy' },
    commands: [],
  },
  start: async stage => {
    const [first, second] = [
      await stage.imap({ greeting: '* OK IMAP of EX02, at your service.\r\n' }),
      await stage.imap(),
    ];
    // As many as a check makes, so that each begins with the same one.
    return mailTarget(stage, TITLE, { imap: { port: await stage.balancer(second.port, first.port, second.port) } });
  },
});
