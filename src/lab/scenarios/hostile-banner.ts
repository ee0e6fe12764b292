import { lastWords, SLY_WORDS } from '../hostile.js';
import type { ImapHandler } from '../imap-session.js';
import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Words that mean harm';

export const hostileBanner = defineScenario({
  id: 'hostile-banner',
  title: TITLE,
  tells:
    'The servers greet and refuse in words that would be mentions, links and formatting, if anybody took them for it.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'healthy', 'imap-greeting': 'problem', 'imap-login': 'problem', 'smtp-banner': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap({ greeting: `* OK ${SLY_WORDS}\r\n`, script: { AUTHENTICATE: refuse } });
    const smtp = await stage.hostile(lastWords(`421 4.3.2 ${SLY_WORDS}`));
    return mailTarget(stage, TITLE, { imap: { port: imap.port }, smtp: { port: smtp } });
  },
});

/** And gives back what it was told: the encoded password, if nobody masks it. */
const refuse: ImapHandler = (session, command) =>
  session.answer(command, `NO you said ${command.args[1] ?? 'nothing'}: ${SLY_WORDS}`);
