import type { Remedy } from '../domain/remedy.js';
import type { Target } from '../domain/target.js';
import { listCertificates } from './assign-imap-certificate.js';
import { card } from './card.js';
import { byHand, refuseOnline } from './steps.js';

/** Shows which certificate runs out and what it serves; renewing belongs to its owner. */
export const renewCertificate = (target: Target): Remedy => {
  refuseOnline(target, 'renew-certificate');
  const lists = target.exchange.servers.map(server => listCertificates(target, server));
  return card({
    id: 'renew-certificate',
    title: `Renew the certificate of ${target.exchange.servers.join(', ')}`,
    scope: 'server',
    formula: null,
    read: lists,
    apply: [
      byHand(
        'Have the owner of the certificate renew it and enable the new one for the same services. ' +
          'When Exchange asks whether to overwrite the default SMTP certificate, answer No unless that is meant.',
        'connections of the services that are restarted with it',
      ),
    ],
    verify: lists,
    undo: [
      byHand('Enable the former certificate again for the same services; keep it until the new one has proved itself.'),
    ],
    risk: 'One certificate often serves IMAP, SMTP and the web at once: the column Services shows it.',
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/get-exchangecertificate',
  });
};
