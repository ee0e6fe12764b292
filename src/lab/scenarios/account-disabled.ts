import { ACCOUNT_DISABLED } from '../imap-words.js';
import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Logon failure';

export const accountDisabled = defineScenario({
  id: 'account-disabled',
  title: TITLE,
  tells: 'Exchange 2010 says that the account is disabled, which most often means that IMAP is turned off for it.',
  expects: { state: 'problem', verdicts: { 'imap-greeting': 'healthy', 'imap-login': 'problem' }, commands: [] },
  start: async stage => {
    const imap = await stage.imap({
      manner: '2010',
      script: { AUTHENTICATE: (session, command) => session.answer(command, ACCOUNT_DISABLED) },
    });
    return mailTarget(stage, TITLE, {
      exchange: { servers: ['CAS01'], version: '2010-sp3' },
      imap: { port: imap.port },
    });
  },
});
