import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'Deep check, shared account';
const ALLOWED = 9;
const AGENTS_SESSIONS = 4;

export const ladderShared = defineScenario({
  id: 'ladder-shared',
  title: TITLE,
  flags: '--deep --nobody-at-work',
  logins: ALLOWED - AGENTS_SESSIONS + 1,
  tells:
    'A deep check climbs on the account that agents work with: the sixth session is refused, and as nobody knows how many others are held, the limit is not known.',
  expects: {
    state: 'unknown',
    verdicts: { 'imap-login': 'healthy', 'imap-mailbox': 'healthy', 'imap-sessions-per-user': 'unknown' },
    commands: [],
  },
  start: async stage => {
    const imap = await stage.imap({ limits: { perUser: ALLOWED, storeSessions: 64 } });
    await stage.agents(imap, AGENTS_SESSIONS);
    return mailTarget(stage, TITLE, { desktop: 'cad', agents: 6, imap: { port: imap.port } });
  },
});
