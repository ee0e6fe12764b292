import type { Remedy } from '../domain/remedy.js';
import type { InboxTarget } from '../domain/target.js';
import { memberOf, piped } from '../ems/cmdlet.js';
import {
  getAutodiscoverVirtualDirectory,
  getWebServicesVirtualDirectory,
  setAutodiscoverVirtualDirectory,
  setWebServicesVirtualDirectory,
} from '../ems/web-cmdlets.js';
import { formatList, importClixml } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { byHand, fileFor, keep, refuseOnline, shell } from './steps.js';

const SHOWN = ['Identity', 'BasicAuthentication', 'WindowsAuthentication', 'ExtendedProtectionTokenChecking'];

/** Lets EWS and Autodiscover take the way of logging in that Unity Connection is set to. Better the other way round: set Unity to NTLM. */
export const alignEwsAuthentication = (target: InboxTarget): Remedy => {
  refuseOnline(target, 'align-ews-authentication');
  const { servers, version } = target.exchange;
  const listed = (Server: string) => ({ Server, ADPropertiesOnly: true as const });
  const reads = (server: string) => [
    { topic: 'ews', command: getWebServicesVirtualDirectory(version, listed(server)) },
    { topic: 'autodiscover', command: getAutodiscoverVirtualDirectory(version, listed(server)) },
  ];
  const show = servers.flatMap(server =>
    reads(server).map(({ command }) => shell(piped(command, formatList({ Property: SHOWN })))),
  );
  const kept = (topic: string, server: string) =>
    memberOf(importClixml({ Path: fileFor(topic, server), ErrorAction: 'Stop' }), 'BasicAuthentication');
  const set = (server: string, basic: (topic: string) => true | ReturnType<typeof kept>) => [
    shell(
      setWebServicesVirtualDirectory(version, {
        Identity: `${server}\\EWS (Default Web Site)`,
        BasicAuthentication: basic('ews'),
      }),
    ),
    shell(
      setAutodiscoverVirtualDirectory(version, {
        Identity: `${server}\\Autodiscover (Default Web Site)`,
        BasicAuthentication: basic('autodiscover'),
      }),
    ),
  ];
  return card({
    id: 'align-ews-authentication',
    title: `Let EWS and Autodiscover on ${servers.join(', ')} take a password over HTTPS (Basic)`,
    scope: 'server',
    formula: null,
    settings: servers.map(on => ({ on, name: 'BasicAuthentication', now: null, to: '$true' })),
    read: [
      ...servers.flatMap(server => reads(server).map(({ topic, command }) => keep(command, fileFor(topic, server)))),
      ...show,
      byHand(
        'Unity Connection Administration, Unified Messaging Services: which web-based authentication is chosen there?',
      ),
    ],
    apply: servers.flatMap(server => set(server, () => true)),
    verify: show,
    undo: [...servers.flatMap(server => set(server, topic => kept(topic, server)))],
    risk:
      'Only after HTTP 401 although the password is right, and only where Unity Connection is set to Basic; choosing NTLM there changes ' +
      'nothing on Exchange and comes first. Every EWS client of these servers may then use Basic, Outlook included. Behind a balancer ' +
      'that ends TLS, Extended Protection answers 401 too: there the balancer is to be changed.',
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-webservicesvirtualdirectory',
  });
};
