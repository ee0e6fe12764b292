import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'No connector on that port';

export const smtpClosed = defineScenario({
  id: 'smtp-closed',
  title: TITLE,
  tells: 'No receive connector is bound to the port on which UCCX sends.',
  expects: { state: 'problem', verdicts: { 'imap-login': 'healthy', 'smtp-port': 'problem' }, commands: [] },
  start: async stage => {
    const imap = await stage.imap();
    const port = await stage.closedPort();
    return mailTarget(stage, TITLE, { imap: { port: imap.port }, smtp: { port } });
  },
});
