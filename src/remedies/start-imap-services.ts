import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { getItemProperty, setService, startService, stopService } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { imapServices, on, readImapServices, refuseOnline, shell } from './steps.js';

/** Starts the IMAP services, now and with the machine. Exchange ships them to be started by hand. */
export const startImapServices = (target: MailTarget): Remedy => {
  refuseOnline(target, 'start-imap-services');
  const { servers } = target.exchange;
  const services = imapServices(target);
  const mode = (server: string) =>
    shell(
      on(
        server,
        ...services.map(service =>
          getItemProperty({ Path: `HKLM:\\SYSTEM\\CurrentControlSet\\Services\\${service}`, Name: 'Start' }),
        ),
      ),
    );
  return card({
    id: 'start-imap-services',
    title: `Start the IMAP services on ${servers.join(', ')}`,
    scope: 'server',
    formula: null,
    read: servers.flatMap(server => [readImapServices(target, server), mode(server)]),
    apply: servers.flatMap(server => [
      shell(on(server, ...services.map(service => setService({ Name: service, StartupType: 'Automatic' })))),
      shell(on(server, ...services.map(service => startService({ Name: service })))),
    ]),
    verify: servers.map(server => readImapServices(target, server)),
    undo: servers.flatMap(server => [
      shell(
        on(server, ...services.map(service => stopService({ Name: service }))),
        `every IMAP connection to ${server}`,
      ),
      shell(on(server, ...services.map(service => setService({ Name: service, StartupType: 'Manual' })))),
    ]),
    risk:
      'Only where the services show Stopped: if they run, the reason is another one. ' +
      'It opens IMAP to everybody who reaches these servers. The way back is Manual, as Exchange ships it; ' +
      'where Start showed 4 before, they had been disabled on purpose.',
    source: 'https://learn.microsoft.com/exchange/clients/pop3-and-imap4/configure-imap4',
  });
};
