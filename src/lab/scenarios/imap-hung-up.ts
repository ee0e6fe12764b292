import { TOO_MANY_FAILURES } from '../imap-words.js';
import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Hung up on';

export const imapHungUp = defineScenario({
  id: 'imap-hung-up',
  title: TITLE,
  tells: 'Exchange has counted too many failures and hangs up in the middle of the login.',
  expects: { state: 'problem', verdicts: { 'imap-greeting': 'healthy', 'imap-login': 'problem' }, commands: [] },
  start: async stage => {
    const imap = await stage.imap({ script: { AUTHENTICATE: session => session.hangUp(TOO_MANY_FAILURES) } });
    return mailTarget(stage, TITLE, { imap: { port: imap.port } });
  },
});
