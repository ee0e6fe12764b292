import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { piped } from '../ems/cmdlet.js';
import { getImapSettings } from '../ems/exchange-cmdlets.js';
import { formatList } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { byHand, fileFor, keep, refuseOnline, shell } from './steps.js';

/** Lets the client encrypt, rather than letting every account of the server send readable passwords. */
export const useImapTls = (target: MailTarget): Remedy => {
  refuseOnline(target, 'use-imap-tls');
  const { servers, version } = target.exchange;
  const read = (server: string) => getImapSettings(version, { Server: server });
  const show = (server: string) =>
    shell(piped(read(server), formatList({ Property: ['Server', 'LoginType', 'X509CertificateName', 'SSLBindings'] })));
  return card({
    id: 'use-imap-tls',
    title: 'Let UCCX encrypt its IMAP connection',
    scope: 'client',
    formula: null,
    read: servers.flatMap(server => [keep(read(server), fileFor('imap-tls', server)), show(server)]),
    apply: [
      byHand(
        'Where the email account of UCCX is configured, choose secure IMAP: port 993, or 143 with STARTTLS. ' +
          'Then set the same «security» for this target.',
      ),
    ],
    verify: [byHand('Check this target again: the capabilities after encryption must offer a login.')],
    undo: [byHand('Choose the former port and security again.')],
    risk:
      'Agents must log in again. Setting LoginType to PlainTextLogin on Exchange would end the complaint as well, ' +
      'and let the passwords of all IMAP users cross the network readable: it is not offered here.',
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-imapsettings',
  });
};
