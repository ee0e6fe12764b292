import type { Remedy, Step } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { piped } from '../ems/cmdlet.js';
import { getExchangeCertificate, getImapSettings } from '../ems/exchange-cmdlets.js';
import { formatList, formatTable } from '../ems/windows-cmdlets.js';
import { byHand, fileFor, keep, refuseOnline, shell } from './steps.js';

/** Shows which certificate IMAP uses and which there are; the owner of the certificates chooses one. */
export const assignImapCertificate = (target: MailTarget): Remedy => {
  refuseOnline(target, 'assign-imap-certificate');
  const { servers, version } = target.exchange;
  const settings = (server: string) => getImapSettings(version, { Server: server });
  const show = (server: string) =>
    shell(piped(settings(server), formatList({ Property: ['Server', 'X509CertificateName'] })));
  return {
    id: 'assign-imap-certificate',
    title: `A certificate for IMAP on ${servers.join(', ')}`,
    scope: 'server',
    formula: null,
    read: servers.flatMap(server => [
      keep(settings(server), fileFor('imap', server)),
      show(server),
      listCertificates(target, server),
    ]),
    apply: [
      byHand(
        'Choose a valid certificate whose names hold the one that UCCX connects to, and have the owner of the certificates enable it ' +
          'for IMAP with Enable-ExchangeCertificate and name it in X509CertificateName of Set-ImapSettings.',
        'every IMAP connection of the server for some seconds, since the IMAP service must be restarted afterwards',
      ),
    ],
    verify: servers.flatMap(server => [show(server), listCertificates(target, server)]),
    undo: [
      byHand(
        'Enable the certificate that the first list shows for IMAP, and put back the name that was kept in the file.',
      ),
    ],
    risk: 'Which certificate is right cannot be told from outside, so no line is offered to paste.',
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/enable-exchangecertificate',
  };
};

export const listCertificates = (target: MailTarget, server: string): Step =>
  shell(
    piped(
      getExchangeCertificate(target.exchange.version, { Server: server }),
      formatTable({ Property: ['Thumbprint', 'Services', 'NotAfter', 'Subject'], AutoSize: true }),
    ),
  );
