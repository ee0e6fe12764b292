import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Deep check, refused at once';

export const ladderFirstRefused = defineScenario({
  id: 'ladder-first-refused',
  title: TITLE,
  flags: '--deep --nobody-at-work',
  tells:
    'A deep check is refused at its very first login, with nobody on the account: that is the password, and no limit on sessions.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'problem', 'imap-sessions-per-user': 'unknown' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    return mailTarget(stage, TITLE, {
      desktop: 'cad',
      agents: 6,
      imap: { port: imap.port },
      password: 'the-password-of-last-quarter',
    });
  },
});
