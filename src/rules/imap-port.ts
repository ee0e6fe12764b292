import { startImapServices } from '../remedies/start-imap-services.js';
import { judgeMailPort } from './judge-mail-port.js';
import { defineRule } from './rule.js';

export const imapPort = defineRule({
  id: 'imap-port',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'Does the IMAP port take connections from where UCCX and the agents are?',
  explains:
    'Each way of not connecting means something else: refused is a machine without a listener or a filter that rejects, ' +
    'no answer is a firewall that drops or a wrong address, a missing name is DNS. A connection proves only that something listens, ' +
    'and only for where it was made: with CAD that is UCCX and the PCs of agents, with Finesse UCCX (SocialMiner, CCP) alone.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/customer-collaboration/unified-contact-center-express/117589-technote-uccx-00.html',
  needs: ['tcp-connect'],
  uses: [],
  behind: [],

  judge: ({ 'tcp-connect': seen }, target) =>
    judgeMailPort(seen, {
      leg: 'imap',
      from: target.desktop === 'cad' ? ['uccx-side', 'agent-side'] : ['uccx-side'],
      whenRefused: () => ({
        remedies: target.exchange.version === 'online' ? [] : [startImapServices(target)],
        asks: [],
      }),
    }),
});
