import type { Remedy, Step } from '../domain/remedy.js';
import type { ShellCommand } from '../domain/shell-command.js';
import type { ExchangeVersion, InboxTarget } from '../domain/target.js';
import { piped } from '../ems/cmdlet.js';
import { from } from '../ems/parameter.js';
import { formatList, newObject, testNetConnection } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { byHand, on, refuseOnline, shell } from './steps.js';

/** Lets every Exchange server reach the notification port of Unity Connection. A matter of the network, read from each server. */
export const openPort7080 = (target: InboxTarget): Remedy => {
  refuseOnline(target, 'open-port-7080');
  const { host, notifyPort } = target.cuc;
  const servers = target.exchange.servers.join(', ');
  return card({
    id: 'open-port-7080',
    title: `Let ${servers} reach ${host} on port ${notifyPort}`,
    scope: 'organisation',
    formula: null,
    read: tryFromExchange(target),
    apply: [
      byHand(
        `Open TCP ${notifyPort} from every Exchange server that can hold a subscription to both nodes of Unity Connection, without ` +
          'address translation and without a proxy.',
      ),
    ],
    verify: tryFromExchange(target),
    undo: [byHand('Close the port again for the servers for which it was opened.')],
    risk: 'The port is not encrypted: keep it inside. Subscriptions that died come back by themselves after about a quarter of an hour.',
    source:
      'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/118883-technote-cuc-00.html',
  });
};

/** The one test that is conclusive: Exchange calls Unity Connection, so the connection is tried from each Exchange server. */
export const tryFromExchange = ({ cuc: { host, notifyPort }, exchange }: InboxTarget): Step[] =>
  exchange.servers.map(server => shell(on(server, tryPort(exchange.version, host, notifyPort))));

/**
 * Exchange 2019 needs Windows Server 2019, where Test-NetConnection surely exists; up to 2016 the machine may be older (2016 runs on
 * Server 2012, which lacks it). There `Connected : True` is an open port, and an error with the reason is none.
 */
const tryPort = (version: ExchangeVersion, host: string, port: number): ShellCommand =>
  from('2019').includes(version)
    ? testNetConnection({ ComputerName: host, Port: port })
    : piped(
        newObject({ TypeName: 'System.Net.Sockets.TcpClient', ArgumentList: [host, port] }),
        formatList({ Property: ['Connected'] }),
      );
