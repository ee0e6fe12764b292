import { IDLE_TOO_LONG } from '../imap-words.js';
import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Closed as idle';

export const imapIdle = defineScenario({
  id: 'imap-idle',
  title: TITLE,
  tells: 'Exchange ends the connection as idle before the login is through.',
  expects: { state: 'problem', verdicts: { 'imap-greeting': 'healthy', 'imap-login': 'problem' }, commands: [] },
  start: async stage => {
    const imap = await stage.imap({ script: { AUTHENTICATE: session => session.hangUp(IDLE_TOO_LONG) } });
    return mailTarget(stage, TITLE, { imap: { port: imap.port } });
  },
});
