import { UNITY_GREETING } from '../imap-words.js';
import { mailTarget } from '../mail-target.js';
import { defineScenario } from '../scenario.js';

const TITLE = 'The wrong IMAP server';

export const unityImap = defineScenario({
  id: 'unity-imap',
  title: TITLE,
  tells: 'The address is that of Unity Connection, which has an IMAP server of its own for voice mail.',
  expects: { state: 'problem', verdicts: { 'imap-port': 'healthy', 'imap-greeting': 'problem' }, commands: [] },
  start: async stage => {
    const imap = await stage.imap({ greeting: UNITY_GREETING });
    return mailTarget(stage, TITLE, { imap: { port: imap.port } });
  },
});
