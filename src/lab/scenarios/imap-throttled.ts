import { THROTTLED } from '../imap-words.js';
import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Throttled account';

export const imapThrottled = defineScenario({
  id: 'imap-throttled',
  title: TITLE,
  tells: 'The account has used up the budget of its throttling policy: it logs in and is turned away after that.',
  expects: { state: 'problem', verdicts: { 'imap-login': 'healthy', 'imap-mailbox': 'problem' }, commands: [] },
  start: async stage => {
    const imap = await stage.imap({ script: { SELECT: (session, command) => session.answer(command, THROTTLED) } });
    return mailTarget(stage, TITLE, { imap: { port: imap.port } });
  },
});
