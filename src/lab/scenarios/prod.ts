import { mailTarget, READ_ON } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Production mail, CAD';

export const prod = defineScenario({
  id: 'prod',
  title: TITLE,
  tells: 'Nothing is wrong: 25 agents work, every limit leaves them room.',
  expects: {
    state: 'healthy',
    verdicts: {
      'imap-port': 'healthy',
      'imap-greeting': 'healthy',
      'imap-login-offer': 'healthy',
      'tls-version': 'healthy',
      'tls-certificate': 'healthy',
      'imap-login': 'healthy',
      'imap-mailbox': 'healthy',
      'shared-account-sessions': 'healthy',
      'smtp-port': 'healthy',
      'smtp-banner': 'healthy',
      'smtp-login-offer': 'healthy',
    },
    commands: [],
  },
  start: async stage => {
    const limit = 200;
    const imap = await stage.imap({
      limits: { perUser: limit, storeSessions: limit },
      tls: true,
    });
    await stage.agents(imap, 2 * AGENTS_AT_WORK, { tls: true });
    return mailTarget(stage, TITLE, {
      desktop: 'cad',
      agents: 25,
      imap: { port: imap.port, security: 'tls' },
      limits: { readOn: READ_ON, imapConnectionsPerUser: limit, storeSessionsPerUser: limit },
    });
  },
});

/** Of the 25, those that are on shift; each CAD holds two sessions. */
const AGENTS_AT_WORK = 10;
