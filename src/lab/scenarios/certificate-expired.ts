import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Certificate run out';

export const certificateExpired = defineScenario({
  id: 'certificate-expired',
  title: TITLE,
  tells: 'The certificate of the IMAP service ended some weeks ago.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'healthy', 'imap-greeting': 'healthy', 'tls-certificate': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap({ certificate: stage.certificates.context('expired') });
    return mailTarget(stage, TITLE, { imap: { port: imap.port } });
  },
});
