import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'SMTP connector full';
/** What a connector ships with, and what the SMTP server of the contact centre holds already. */
const SHIPPED = 20;

export const smtpPerSource = defineScenario({
  id: 'smtp-per-source',
  title: TITLE,
  tells: 'The receive connector turns every new connection away at once: its limit of connections is reached.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'healthy', 'imap-mailbox': 'healthy', 'smtp-port': 'healthy', 'smtp-banner': 'problem' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap({ manner: '2010' });
    const smtp = await stage.smtp({ manner: '2010', limits: { perSource: SHIPPED }, heldByOthers: SHIPPED });
    return mailTarget(stage, TITLE, {
      exchange: { servers: ['CAS01'], version: '2010-sp3' },
      imap: { port: imap.port },
      smtp: { port: smtp.port, connector: 'Client CAS01' },
    });
  },
});
