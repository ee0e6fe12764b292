import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'One address, too many connections';
/** What the clients of that address hold. */
const HELD = 6;

export const imapAddressLimit = defineScenario({
  id: 'imap-address-limit',
  title: TITLE,
  tells:
    'All clients reach Exchange from one address, and its limit of IMAP connections for one address is used up: whoever comes next is hung up on.',
  expects: {
    state: 'problem',
    verdicts: { 'imap-port': 'healthy', 'imap-greeting': 'problem', 'smtp-banner': 'healthy' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap({ limits: { perAddress: HELD } });
    await stage.agents(imap, HELD);
    return mailTarget(stage, TITLE, { desktop: 'cad', imap: { port: imap.port } });
  },
});
