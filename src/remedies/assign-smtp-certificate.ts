import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { enableExchangeCertificate } from '../ems/exchange-cmdlets.js';
import { listCertificates, thumbprintOf } from './assign-imap-certificate.js';
import { card } from './card.js';
import { byHand, refuseOnline, shell } from './steps.js';

/** Assigns a certificate to SMTP, without which STARTTLS is not offered there. */
export const assignSmtpCertificate = (target: MailTarget): Remedy => {
  refuseOnline(target, 'assign-smtp-certificate');
  const { servers, version } = target.exchange;
  const name = target.smtp.serverName ?? target.smtp.host;
  const placeholder = thumbprintOf(name);
  const lists = servers.map(server => listCertificates(target, server));
  return card({
    id: 'assign-smtp-certificate',
    title: `A certificate for SMTP on ${servers.join(', ')}`,
    scope: 'server',
    formula: null,
    read: lists,
    apply: servers.map(server =>
      shell(enableExchangeCertificate(version, { Server: server, Thumbprint: placeholder.name, Services: 'SMTP' })),
    ),
    verify: lists,
    undo: [
      byHand(
        'SMTP cannot be taken from a certificate. Run the same line with the thumbprint that the list showed for SMTP before; ' +
          'both then carry it, and Exchange chooses by name.',
      ),
    ],
    risk:
      'When Exchange asks whether to overwrite the default SMTP certificate, answer No: with Yes the mail between Exchange servers ' +
      'uses the new one as well. The connector must also have Tls in its AuthMechanism.',
    placeholders: [placeholder],
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/enable-exchangecertificate',
  });
};
