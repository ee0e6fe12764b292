import type { Remedy, Step } from '../domain/remedy.js';
import type { InboxTarget } from '../domain/target.js';
import { is2010 } from '../ems/parameter.js';
import { testNetConnection } from '../ems/windows-cmdlets.js';
import { byHand, on, refuseOnline, shell } from './steps.js';

/** Lets every Exchange server reach the notification port of Unity Connection. A matter of the network, read from each server. */
export const openPort7080 = (target: InboxTarget): Remedy => {
  refuseOnline(target, 'open-port-7080');
  const { host, notifyPort } = target.cuc;
  const servers = target.exchange.servers.join(', ');
  return {
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
  };
};

/** The one test that is conclusive: Exchange calls Unity Connection, so the connection is tried from each Exchange server. */
export const tryFromExchange = ({ cuc: { host, notifyPort }, exchange }: InboxTarget): Step[] =>
  is2010(exchange.version)
    ? [byHand(`On each of ${exchange.servers.join(', ')}, try the connection: telnet ${host} ${notifyPort}`)]
    : exchange.servers.map(server => shell(on(server, testNetConnection({ ComputerName: host, Port: notifyPort }))));
