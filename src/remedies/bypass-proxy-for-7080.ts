import type { Remedy } from '../domain/remedy.js';
import type { InboxTarget } from '../domain/target.js';
import { piped } from '../ems/cmdlet.js';
import { getExchangeServer } from '../ems/exchange-cmdlets.js';
import { formatList } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { onEachExchange } from './platform-cli.js';
import { byHand, eventsOf, refuseOnline, shell } from './steps.js';

/** Lets notifications go to Unity Connection directly. Which of several proxy settings is at work must be found out on the server. */
export const bypassProxyFor7080 = (target: InboxTarget): Remedy => {
  refuseOnline(target, 'bypass-proxy-for-7080');
  const { host, notifyPort } = target.cuc;
  const { servers, version } = target.exchange;
  const events = servers.map(server =>
    shell(
      piped(
        eventsOf(server, 'MSExchange Web Services', [5, 6, 7]),
        formatList({ Property: ['TimeCreated', 'Id', 'Message'] }),
      ),
    ),
  );
  return card({
    id: 'bypass-proxy-for-7080',
    title: `Let notifications reach ${host} without a proxy`,
    scope: 'server',
    formula: null,
    read: [
      ...servers.map(server =>
        shell(
          piped(
            getExchangeServer(version, { Identity: server }),
            formatList({ Property: ['Name', 'InternetWebProxy*'] }),
          ),
        ),
      ),
      ...events,
      onEachExchange('netsh winhttp show proxy'),
      byHand('On each server look for defaultProxy in the web.config of EWS and in machine.config.'),
    ],
    apply: [
      byHand(
        `Where a proxy is set, have its owner make an exception for ${host} on port ${notifyPort}; keep a copy of each file or setting first.`,
        'saving the web.config of EWS ends every subscription of that server; they come back after about a quarter of an hour',
      ),
    ],
    verify: events,
    undo: [byHand('Put the kept copy or setting back.')],
    risk: 'In the one public case InternetWebProxy of Exchange was not what the sender of notifications used, so changing it alone may do nothing.',
    source:
      'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/118883-technote-cuc-00.html',
  });
};
