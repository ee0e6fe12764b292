import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Exchange 2010 without TLS updates';

export const oldTls = defineScenario({
  id: 'old-tls',
  title: TITLE,
  tells: 'The IMAP service speaks TLS 1.0 and nothing newer.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'healthy', 'imap-greeting': 'healthy', 'tls-version': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap({ manner: '2010', certificate: stage.certificates.oldContext() });
    const smtp = await stage.smtp({ manner: '2010' });
    return mailTarget(stage, TITLE, {
      exchange: { servers: ['CAS01'], version: '2010-sp3' },
      imap: { port: imap.port },
      smtp: { port: smtp.port, connector: 'Client CAS01' },
    });
  },
});
