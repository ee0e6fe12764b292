import type { Remedy } from '../domain/remedy.js';
import type { ExchangeVersion, MailTarget } from '../domain/target.js';
import { piped } from '../ems/cmdlet.js';
import { getImapSettings, highestImapCount, setImapSettings } from '../ems/exchange-cmdlets.js';
import { is2010 } from '../ems/parameter.js';
import { formatList } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { type Present, sessionNeedOf } from './session-need.js';
import { fileFor, keep, readImapServices, refuseOnline, restartImap, shell } from './steps.js';

/*
 * Limits of the IMAP service that Exchange ships far above any need of UCCX. Somebody must have lowered them, so they are put back to
 * what was shipped (or to the need where that is more), and only where a lower value was read.
 */
type Limit = {
  id: string;
  parameter: 'MaxConnectionFromSingleIP' | 'MaxConnections' | 'MaxCommandSize';
  what: string;
  shipped: (version: ExchangeVersion) => number;
  highest: (version: ExchangeVersion) => number;
  isCounted: boolean;
};

/** TechNet bb123712 for 2010; from 2013 on the largest number is what Exchange ships. */
const shippedCount = (version: ExchangeVersion): number => (is2010(version) ? 2000 : highestImapCount(version));

const ADDRESS: Limit = {
  id: 'raise-imap-address-limit',
  parameter: 'MaxConnectionFromSingleIP',
  what: 'IMAP connections from one address',
  shipped: shippedCount,
  highest: highestImapCount,
  isCounted: true,
};
const TOTAL: Limit = {
  id: 'raise-imap-total-limit',
  parameter: 'MaxConnections',
  what: 'IMAP connections in all',
  shipped: shippedCount,
  highest: highestImapCount,
  isCounted: true,
};
const COMMAND: Limit = {
  id: 'raise-imap-command-size',
  parameter: 'MaxCommandSize',
  what: 'bytes in one IMAP command',
  shipped: () => 10_240,
  highest: () => 16_384,
  isCounted: false,
};

/** Behind one balancer or translated address all agents are one address. Null where no lower limit was read. */
export const raiseImapAddressLimit = (target: MailTarget, present: Present): Remedy | null =>
  putBack(ADDRESS, target, present);

/** Null where no lower limit was read. */
export const raiseImapTotalLimit = (target: MailTarget, present: Present): Remedy | null =>
  putBack(TOTAL, target, present);

/** Cisco's checklist sets what Exchange ships; so this is for a server that was set lower. Null where none was read. */
export const raiseImapCommandSize = (target: MailTarget, present: Present): Remedy | null =>
  putBack(COMMAND, target, present);

const putBack = (limit: Limit, target: MailTarget, present: Present): Remedy | null => {
  refuseOnline(target, limit.id);
  const { servers, version } = target.exchange;
  const need = limit.isCounted ? sessionNeedOf(target) : null;
  const shipped = limit.shipped(version);
  const proposed = Math.min(Math.max(shipped, need?.proposed ?? 0), limit.highest(version));
  const before = (server: string) => present(server) ?? proposed;
  const below = servers.filter(server => before(server) < proposed);
  if (below.length === 0) return null;

  const read = (server: string) => getImapSettings(version, { Server: server });
  const show = (server: string) => shell(piped(read(server), formatList({ Property: ['Server', limit.parameter] })));
  const set = (server: string, value: number) =>
    shell(setImapSettings(version, { Server: server, [limit.parameter]: value }));

  return card({
    id: limit.id,
    title: `Allow ${proposed} ${limit.what} on ${below.join(', ')}`,
    scope: 'server',
    formula:
      need && need.proposed > shipped
        ? need.formula
        : `${shipped}, as Exchange ${version} ships${need ? `; the need is ${need.needed}` : ''}`,
    settings: below.map(server => ({
      on: server,
      name: limit.parameter,
      now: String(before(server)),
      to: String(proposed),
    })),
    read: below.flatMap(server => [keep(read(server), fileFor('imap-limits', server)), show(server)]),
    apply: below.flatMap(server => [set(server, proposed), restartImap(target, server)]),
    verify: below.flatMap(server => [show(server), readImapServices(target, server)]),
    undo: below.flatMap(server => [set(server, before(server)), restartImap(target, server)]),
    risk: 'It counts for everybody on these servers. Somebody set it lower than Exchange does; ask why first.',
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-imapsettings',
  });
};
