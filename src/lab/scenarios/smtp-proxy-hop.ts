import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Front end cut off';

export const smtpProxyHop = defineScenario({
  id: 'smtp-proxy-hop',
  title: TITLE,
  tells: 'The front end of the transport cannot reach the transport service behind it.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'healthy', 'smtp-port': 'healthy', 'smtp-banner': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap();
    const smtp = await stage.smtp({ refuses: 'proxy-hop' });
    return mailTarget(stage, TITLE, { imap: { port: imap.port }, smtp: { port: smtp.port } });
  },
});
