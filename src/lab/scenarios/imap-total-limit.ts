import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'IMAP service full';
const HELD = 6;

export const imapTotalLimit = defineScenario({
  id: 'imap-total-limit',
  title: TITLE,
  tells: 'The IMAP service has as many connections as it may have in all, so it hangs up on everybody else.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'healthy', 'imap-greeting': 'problem', 'smtp-banner': 'healthy' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap({ limits: { total: HELD } });
    await stage.agents(imap, HELD);
    return mailTarget(stage, TITLE, { desktop: 'cad', imap: { port: imap.port } });
  },
});
