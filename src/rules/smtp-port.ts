import { listConnectors } from '../remedies/dedicated-receive-connector.js';
import { judgeMailPort } from './judge-mail-port.js';
import { portBehindService } from './port-behind-service.js';
import { defineRule } from './rule.js';

export const smtpPort = defineRule({
  id: 'smtp-port',
  for: 'uccx-mail',
  leg: 'smtp',
  asks: 'Does the SMTP port take connections from where UCCX sends replies?',
  explains:
    'UCCX, SocialMiner or CCP sends the replies of agents over this port; the PCs of agents never use it. ' +
    'Refused means that no receive connector is bound to the port, that the transport service is stopped, or that a filter rejects.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/customer-collaboration/unified-contact-center-express/117589-technote-uccx-00.html',
  needs: ['tcp-connect'],
  uses: ['sister-port', 'service-state', 'component-state', 'imap-greeting', 'imap-select', 'smtp-banner'],
  behind: ['exchange-services'],

  judge: (seen, target) =>
    portBehindService(seen, 'smtp', target) ??
    judgeMailPort(seen['tcp-connect'], {
      leg: 'smtp',
      sisters: seen['sister-port'],
      from: ['uccx-side'],
      whenRefused: () => ({
        remedies: [],
        asks:
          target.exchange.version === 'online'
            ? []
            : [
                {
                  says: `Is a receive connector bound to port ${target.smtp.port}? Its Bindings say so.`,
                  steps: target.exchange.servers.map(server => listConnectors(target, server)),
                },
              ],
      }),
    }),
});
