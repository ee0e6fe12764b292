import type { Remedy, Step } from '../domain/remedy.js';
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

/**
 * Event 1021 of the transport is full proof: it names connector, address and limit. With `ifSo`, what follows where it is the limit
 * of one address, it is a question that a person answers with yes or no.
 */
export const askForTransportEvents = (target: MailTarget, ifSo?: Remedy): Ask[] =>
  ask(
    target,
    ifSo
      ? 'Is it the limit of one address? Event 1021 of MSExchangeTransport with the address of UCCX says yes, 1009 is the limit of all together.'
      : 'Which connector turned whom away? Event 1021 of MSExchangeTransport names connector, address and limit, 1009 the limit of all together.',
    server => [
      shell(
        piped(
          eventsOf(server, 'MSExchangeTransport', [1021, 1009]),
          formatList({ Property: ['TimeCreated', 'ProviderName', 'Id', 'Message'] }),
        ),
      ),
    ],
  ).map(asked => (ifSo ? { ...asked, ifSo } : asked));

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

/** Event 1035 names error, connector, mechanism and address of a login that was refused. */
export const askForSmtpLogins = (target: MailTarget): Ask[] =>
  ask(
    target,
    'Which connector refused whom, and by which mechanism? Event 1035 of MSExchangeTransport with the address of UCCX says so.',
    server => [
      shell(
        piped(
          eventsOf(server, 'MSExchangeTransport', [1035]),
          formatList({ Property: ['TimeCreated', 'ProviderName', 'Id', 'Message'] }),
        ),
      ),
    ],
  );

/** Back pressure: 15004 rising, 15006 disk, 15007 memory. */
export const askForPressure = (target: MailTarget): Ask[] =>
  ask(
    target,
    'Is the server short of disk or memory? Event 15006 of MSExchangeTransport is disk, 15007 memory, 15004 that it began; mail is refused until it is over.',
    server => [
      shell(
        piped(
          eventsOf(server, 'MSExchangeTransport', [15004, 15006, 15007]),
          formatList({ Property: ['TimeCreated', 'ProviderName', 'Id', 'Message'] }),
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
