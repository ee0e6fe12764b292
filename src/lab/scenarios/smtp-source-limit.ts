import { mailTarget, READ_ON } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'SMTP, one address full';
/** What a `Client` connector ships with, and what the SMTP server of the contact centre holds already. */
const SHIPPED = 20;

export const smtpSourceLimit = defineScenario({
  id: 'smtp-source-limit',
  title: TITLE,
  tells:
    'UCCX and its gateway reach Exchange from one address; together they hold all the connections that the receive connector grants it.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-login': 'healthy', 'imap-mailbox': 'healthy', 'smtp-port': 'healthy', 'smtp-banner': 'problem' },
    commands: [
      "Set-ReceiveConnector -Identity 'EX01\\Client Frontend EX01' -MaxInboundConnectionPerSource 250 -MaxInboundConnectionPercentagePerSource 5",
    ],
  },
  start: async stage => {
    const imap = await stage.imap();
    const smtp = await stage.smtp({ limits: { perSource: SHIPPED }, heldByOthers: SHIPPED });
    return mailTarget(stage, TITLE, {
      imap: { port: imap.port },
      smtp: { port: smtp.port },
      limits: { readOn: READ_ON, connectorConnectionsPerSource: SHIPPED, connectorConnectionsPercentPerSource: 2 },
    });
  },
});
