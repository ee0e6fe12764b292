import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { memberOf, piped } from '../ems/cmdlet.js';
import { getImapSettings, setImapSettings } from '../ems/exchange-cmdlets.js';
import { formatList, importClixml } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { fileFor, keep, readImapServices, refuseOnline, restartImap, shell } from './steps.js';

/**
 * Lets clients send their password without encryption. A deliberate choice for a client that cannot encrypt, and never
 * proposed by a rule: `use-imap-tls` is the right way round.
 */
export const allowPlainImapLogin = (target: MailTarget): Remedy => {
  refuseOnline(target, 'allow-plain-imap-login');
  const { servers, version } = target.exchange;
  const read = (server: string) => getImapSettings(version, { Server: server });
  const show = (server: string) => shell(piped(read(server), formatList({ Property: ['Server', 'LoginType'] })));
  return card({
    id: 'allow-plain-imap-login',
    title: `Take readable IMAP passwords on ${servers.join(', ')}`,
    scope: 'server',
    formula: null,
    settings: servers.map(on => ({ on, name: 'LoginType', now: null, to: 'PlainTextLogin' })),
    read: servers.flatMap(server => [keep(read(server), fileFor('imap-login-type', server)), show(server)]),
    apply: servers.flatMap(server => [
      shell(setImapSettings(version, { Server: server, LoginType: 'PlainTextLogin' })),
      restartImap(target, server),
    ]),
    verify: servers.flatMap(server => [show(server), readImapServices(target, server)]),
    undo: servers.flatMap(server => [
      shell(
        setImapSettings(version, {
          Server: server,
          LoginType: memberOf(
            importClixml({ Path: fileFor('imap-login-type', server), ErrorAction: 'Stop' }),
            'LoginType',
          ),
        }),
      ),
      restartImap(target, server),
    ]),
    risk:
      'WARNING: from then on the passwords of ALL IMAP users of these servers may cross the network readable. Only where a client ' +
      'cannot encrypt at all, on a network that nobody else shares, and until it can. Exchange ships SecureLogin.',
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-imapsettings',
  });
};
