import type { Ask } from '../domain/verdict.js';
import { startImapServices } from '../remedies/start-imap-services.js';
import { judgeMailPort } from './judge-mail-port.js';
import { isShownToRun, portBehindService } from './port-behind-service.js';
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
  uses: ['sister-port', 'service-state', 'component-state', 'imap-greeting', 'imap-select', 'smtp-banner'],
  behind: ['exchange-services'],

  judge: (seen, target) =>
    portBehindService(seen, 'imap', target) ??
    judgeMailPort(seen['tcp-connect'], {
      leg: 'imap',
      sisters: seen['sister-port'],
      from: target.desktop === 'cad' ? ['uccx-side', 'agent-side'] : ['uccx-side'],
      whenRefused: () => ({
        // Where it was shown to run, starting it is no help.
        remedies:
          target.exchange.version === 'online' || isShownToRun(seen, 'imap', target) ? [] : [startImapServices(target)],
        asks: isShownToRun(seen, 'imap', target) ? [isItBound(target.imap.port)] : [],
      }),
    }),
});

const isItBound = (port: number): Ask => ({
  says: `The service runs, by what was read: is it bound to port ${port}, and does a filter on the server or before it let the connection in? SSLBindings and UnencryptedOrTLSBindings of Get-ImapSettings name its ports.`,
  steps: [],
});
