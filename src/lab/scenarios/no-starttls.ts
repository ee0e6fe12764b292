import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'IMAP without a certificate';

export const noStarttls = defineScenario({
  id: 'no-starttls',
  title: TITLE,
  tells: 'No certificate is assigned to IMAP, so Exchange does not offer STARTTLS, which this target wants.',
  expects: { state: 'problem', verdicts: { 'imap-greeting': 'healthy', 'imap-login-offer': 'problem' }, commands: [] },
  start: async stage => {
    const imap = await stage.imap({ certificate: null });
    return mailTarget(stage, TITLE, { imap: { port: imap.port } });
  },
});
