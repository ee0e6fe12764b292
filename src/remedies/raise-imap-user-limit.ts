import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { memberOf, piped } from '../ems/cmdlet.js';
import { getImapSettings, highestImapCount, setImapSettings } from '../ems/exchange-cmdlets.js';
import { formatList, importClixml } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import type { Present, SessionNeed } from './session-need.js';
import { fileFor, keep, readImapServices, refuseOnline, restartImap, shell } from './steps.js';

/**
 * Lets one account hold more IMAP connections to each server. Exchange ships with 16.
 * Null where no server stands below what is proposed: the other values of Cisco's checklist would lower limits from 2013 on.
 */
export const raiseImapUserLimit = (target: MailTarget, need: SessionNeed, present: Present): Remedy | null => {
  refuseOnline(target, 'raise-imap-user-limit');
  const { servers, version } = target.exchange;
  const proposed = Math.min(need.proposed, highestImapCount(version));
  const below = servers.filter(server => (present(server) ?? 0) < proposed);
  if (below.length === 0) return null;

  const read = (server: string) => getImapSettings(version, { Server: server });
  const file = (server: string) => fileFor('imap', server);
  const before = (server: string) =>
    present(server) ?? memberOf(importClixml({ Path: file(server), ErrorAction: 'Stop' }), 'MaxConnectionsPerUser');
  const show = (server: string) =>
    shell(piped(read(server), formatList({ Property: ['Server', 'MaxConnectionsPerUser'] })));

  return card({
    id: 'raise-imap-user-limit',
    title: `Let one account hold ${proposed} IMAP connections on ${below.join(', ')}`,
    scope: 'server',
    formula: need.formula,
    settings: below.map(server => ({
      on: server,
      name: 'MaxConnectionsPerUser',
      now: present(server)?.toString() ?? null,
      to: String(proposed),
    })),
    read: below.flatMap(server => [keep(read(server), file(server)), show(server)]),
    apply: below.flatMap(server => [
      shell(setImapSettings(version, { Server: server, MaxConnectionsPerUser: proposed })),
      restartImap(target, server),
    ]),
    verify: below.flatMap(server => [show(server), readImapServices(target, server)]),
    undo: below.flatMap(server => [
      shell(setImapSettings(version, { Server: server, MaxConnectionsPerUser: before(server) })),
      restartImap(target, server),
    ]),
    risk:
      'It counts for every account on these servers, and the restart ends every IMAP connection: use a maintenance window. ' +
      'Leave out a server that already shows as much or more: this may only raise.',
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-imapsettings',
  });
};
