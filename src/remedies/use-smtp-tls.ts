import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { card } from './card.js';
import { listConnectors } from './dedicated-receive-connector.js';
import { byHand, refuseOnline } from './steps.js';

/** Lets the client encrypt before it logs in to hand in mail, rather than letting Exchange take readable passwords. */
export const useSmtpTls = (target: MailTarget): Remedy => {
  refuseOnline(target, 'use-smtp-tls');
  return card({
    id: 'use-smtp-tls',
    title: 'Let UCCX encrypt its SMTP connection',
    scope: 'client',
    formula: null,
    read: target.exchange.servers.map(server => listConnectors(target, server)),
    apply: [
      byHand(
        'Where the email account of UCCX is configured, choose secure SMTP with STARTTLS on port 587. ' +
          'Then set the same port and «security» for this target.',
      ),
    ],
    verify: [byHand('Check this target again: after encryption the server must offer a login.')],
    undo: [byHand('Choose the former port and security again.')],
    risk:
      'Replies wait while the account is changed. Port 465 of Exchange on premises is for Exchange servers among themselves, ' +
      'not for clients. A client that cannot encrypt needs a connector of its own, over which its password goes readable.',
    source: 'https://learn.microsoft.com/exchange/mail-flow/connectors/receive-connectors',
  });
};
