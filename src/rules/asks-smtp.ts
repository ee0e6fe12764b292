import type { Step } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask } from '../domain/verdict.js';
import { piped } from '../ems/cmdlet.js';
import { getReceiveConnector, getServerComponentState } from '../ems/exchange-cmdlets.js';
import { is2010 } from '../ems/parameter.js';
import { formatList, formatTable, getService } from '../ems/windows-cmdlets.js';
import { listConnectors } from '../remedies/dedicated-receive-connector.js';
import { CONNECTOR_PROPERTIES } from '../remedies/raise-connector-limits.js';
import { eventsOf, on, shell } from '../remedies/steps.js';

/* Questions about the way out; empty for Exchange Online, where nobody outside can read the answer. */
const ask = (target: MailTarget, says: string, steps: (server: string) => Step[]): Ask[] =>
  target.exchange.version === 'online' ? [] : [{ says, steps: target.exchange.servers.flatMap(steps) }];

/** Event 1021 of the transport is full proof: it names connector, address and limit. */
export const askForTransportEvents = (target: MailTarget): Ask[] =>
  ask(
    target,
    'Which connector turned whom away? Event 1021 of MSExchangeTransport names connector, address and limit, 1009 the limit of all together.',
    server => [
      shell(
        piped(
          eventsOf(server, 'MSExchangeTransport', [1021, 1009]),
          formatList({ Property: ['TimeCreated', 'ProviderName', 'Id', 'Message'] }),
        ),
      ),
    ],
  );

export const askForConnectors = (target: MailTarget): Ask[] =>
  ask(
    target,
    'Which connector answers, and what does it allow? It is the one with the narrowest RemoteIPRanges that hold the address of UCCX.',
    server => [
      listConnectors(target, server),
      shell(
        piped(
          getReceiveConnector(target.exchange.version, { Server: server }),
          formatList({ Property: CONNECTOR_PROPERTIES }),
        ),
      ),
    ],
  );

export const askForTransport = (target: MailTarget): Ask[] => {
  const { version } = target.exchange;
  const services = is2010(version) ? ['MSExchangeTransport'] : ['MSExchangeTransport', 'MSExchangeFrontEndTransport'];
  return ask(
    target,
    is2010(version)
      ? 'Does the transport service run?'
      : 'Do the transport services run, and are FrontendTransport and HubTransport Active? A server in maintenance shows Inactive or Draining.',
    server => [
      shell(on(server, getService({ Name: services }))),
      ...(is2010(version)
        ? []
        : [
            shell(
              piped(
                getServerComponentState(version, { Identity: server }),
                formatTable({ Property: ['Component', 'State'], AutoSize: true }),
              ),
            ),
          ]),
    ],
  );
};
