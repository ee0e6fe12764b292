import { loopTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'SMTP login refused';

export const smtpLoginRefused = defineScenario({
  id: 'smtp-login-refused',
  title: TITLE,
  flags: '--loop',
  mail: { logins: 1, messages: 0 },
  tells:
    'IMAP takes the account and SMTP refuses it, so replies fail while reading works: the form of the name, or the right to log in on this connector.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'healthy', 'smtp-login-offer': 'healthy', 'smtp-login': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    const smtp = await stage.smtp({ account: null });
    return loopTarget(stage, TITLE, { imap, smtp });
  },
});
