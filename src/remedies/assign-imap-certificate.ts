import { isIP } from 'node:net';
import type { Placeholder, Remedy, Step } from '../domain/remedy.js';
import type { MailTarget, Target } from '../domain/target.js';
import { memberOf, piped } from '../ems/cmdlet.js';
import {
  enableExchangeCertificate,
  getExchangeCertificate,
  getImapSettings,
  setImapSettings,
} from '../ems/exchange-cmdlets.js';
import { formatList, formatTable, importClixml } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { byHand, fileFor, keep, readImapServices, refuseOnline, restartImap, shell } from './steps.js';

const THUMBPRINT = 'THUMBPRINT';

/** Which of them is right cannot be told from outside, so its thumbprint stays a placeholder. */
export const thumbprintOf = (name: string): Placeholder => ({
  name: THUMBPRINT,
  where: `the list of certificates: a valid one that holds ${name}, whose authority UCCX trusts`,
});

/** Assigns a certificate to IMAP, without which there is neither STARTTLS nor port 993, and names what clients ask for. */
export const assignImapCertificate = (target: MailTarget): Remedy => {
  refuseOnline(target, 'assign-imap-certificate');
  const { servers, version } = target.exchange;
  const name = target.imap.serverName ?? target.imap.host;
  const settings = (server: string) => getImapSettings(version, { Server: server });
  const file = (server: string) => fileFor('imap-certificate', server);
  const show = (server: string) =>
    shell(piped(settings(server), formatList({ Property: ['Server', 'X509CertificateName'] })));
  // An address is no name of a certificate; there the thumbprint alone decides.
  const named = isIP(name) === 0;
  return card({
    id: 'assign-imap-certificate',
    title: `A certificate for IMAP on ${servers.join(', ')}`,
    scope: 'server',
    formula: null,
    settings: named ? servers.map(on => ({ on, name: 'X509CertificateName', now: null, to: name })) : [],
    read: servers.flatMap(server => [
      keep(settings(server), file(server)),
      show(server),
      listCertificates(target, server),
    ]),
    apply: servers.flatMap(server => [
      shell(enableExchangeCertificate(version, { Server: server, Thumbprint: THUMBPRINT, Services: 'IMAP' })),
      ...(named ? [shell(setImapSettings(version, { Server: server, X509CertificateName: name }))] : []),
      restartImap(target, server),
    ]),
    verify: servers.flatMap(server => [
      show(server),
      listCertificates(target, server),
      readImapServices(target, server),
    ]),
    undo: [
      ...servers.flatMap(server =>
        named
          ? [
              shell(
                setImapSettings(version, {
                  Server: server,
                  X509CertificateName: memberOf(
                    importClixml({ Path: file(server), ErrorAction: 'Stop' }),
                    'X509CertificateName',
                  ),
                }),
              ),
              restartImap(target, server),
            ]
          : [],
      ),
      byHand(
        'Run the first line again with the thumbprint that the list showed for IMAP before; it moves the service back.',
      ),
    ],
    risk:
      'Every IMAP client of these servers sees the other certificate. A wildcard certificate is not enabled by its thumbprint for ' +
      'IMAP: there the name alone is set.',
    placeholders: [thumbprintOf(name)],
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/enable-exchangecertificate',
  });
};

export const listCertificates = (target: Target, server: string): Step =>
  shell(
    piped(
      getExchangeCertificate(target.exchange.version, { Server: server }),
      formatTable({ Property: ['Thumbprint', 'Services', 'NotAfter', 'Subject'], AutoSize: true }),
    ),
  );
