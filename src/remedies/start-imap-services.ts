import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { memberOf } from '../ems/cmdlet.js';
import {
  getItemProperty,
  importClixml,
  invokeCommand,
  setService,
  startService,
  stopService,
} from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { fileFor, imapServices, keep, on, readImapServices, refuseOnline, shell } from './steps.js';

/** Starts the IMAP services, now and with the machine. Exchange ships them to be started by hand. */
export const startImapServices = (target: MailTarget): Remedy => {
  refuseOnline(target, 'start-imap-services');
  const { servers } = target.exchange;
  const services = imapServices(target);
  const mode = (service: string) =>
    getItemProperty({ Path: `HKLM:\\SYSTEM\\CurrentControlSet\\Services\\${service}`, Name: 'Start' });
  const modes = (server: string) => shell(on(server, ...services.map(mode)));
  const file = (service: string, server: string) => fileFor('start', `${service}.${server}`);
  /** The number of a start mode is taken as well as its word. */
  const putBack = (service: string, server: string) =>
    invokeCommand({
      ComputerName: server,
      ScriptBlock: [setService({ Name: service, StartupType: { is: 'argument' } })],
      ArgumentList: memberOf(importClixml({ Path: file(service, server), ErrorAction: 'Stop' }), 'Start'),
    });
  return card({
    id: 'start-imap-services',
    title: `Start the IMAP services on ${servers.join(', ')}`,
    scope: 'server',
    formula: null,
    read: servers.flatMap(server => [
      readImapServices(target, server),
      modes(server),
      ...services.map(service => keep(on(server, mode(service)), file(service, server))),
    ]),
    apply: servers.flatMap(server => [
      shell(on(server, ...services.map(service => setService({ Name: service, StartupType: 'Automatic' })))),
      shell(on(server, ...services.map(service => startService({ Name: service })))),
    ]),
    verify: servers.flatMap(server => [readImapServices(target, server), modes(server)]),
    undo: servers.flatMap(server => [
      shell(
        on(server, ...services.map(service => stopService({ Name: service }))),
        `every IMAP connection to ${server}`,
      ),
      ...services.map(service => shell(putBack(service, server))),
    ]),
    risk:
      'Only where the services show Stopped: if they run, the reason is another one. ' +
      'It opens IMAP to everybody who reaches these servers. Start is 2 for automatic, 3 for manual, as Exchange ships it, and 4 where ' +
      'they had been disabled on purpose; the way back puts it back. It stops them all: leave out one that ran before.',
    source: 'https://learn.microsoft.com/exchange/clients/pop3-and-imap4/configure-imap4',
  });
};
