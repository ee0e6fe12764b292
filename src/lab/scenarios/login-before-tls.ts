import type { ImapHandler } from '../imap-session.js';
import { INVALID_STATE } from '../imap-words.js';
import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'A login that wants TLS and does not say so';

export const loginBeforeTls = defineScenario({
  id: 'login-before-tls',
  title: TITLE,
  tells: 'The server lists no LOGINDISABLED and still takes no login before encryption; UCCX is set to none.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-greeting': 'healthy', 'imap-login-offer': 'healthy', 'imap-login': 'problem' },
    commands: [],
  },
  start: async stage => {
    const refuse: ImapHandler = (session, command) => session.answer(command, INVALID_STATE);
    const imap = await stage.imap({ loginType: 'PlainTextLogin', script: { LOGIN: refuse, AUTHENTICATE: refuse } });
    return mailTarget(stage, TITLE, { imap: { port: imap.port, security: 'plain' } });
  },
});
