import { NotInThisVersionError } from '../domain/errors.js';
import type { Remedy } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { piped } from '../ems/cmdlet.js';
import { getServerComponentState, setServerComponentState } from '../ems/exchange-cmdlets.js';
import { is2010 } from '../ems/parameter.js';
import { formatTable, selectObject } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { readImapServices, refuseOnline, shell } from './steps.js';

const REQUESTER = 'REQUESTER';

/** Takes IMAP of a server out of maintenance. From 2013 on a connection is dropped without a word while the component is Inactive. */
export const activateImapProxy = (target: MailTarget): Remedy => {
  refuseOnline(target, 'activate-imap-proxy');
  const { servers, version } = target.exchange;
  if (is2010(version))
    throw new NotInThisVersionError('activate-imap-proxy does not exist for Exchange 2010', { target: target.id });
  const state = (Identity: string) => getServerComponentState(version, { Identity, Component: 'ImapProxy' });
  const show = (server: string) =>
    shell(piped(state(server), formatTable({ Property: ['Component', 'State'], AutoSize: true })));
  const set = (Identity: string, State: 'Active' | 'Inactive') =>
    setServerComponentState(version, { Identity, Component: 'ImapProxy', State, Requester: REQUESTER });
  return card({
    id: 'activate-imap-proxy',
    title: `Set the component ImapProxy Active on ${servers.join(', ')}`,
    scope: 'server',
    formula: null,
    settings: servers.map(server => ({ on: server, name: 'ImapProxy', now: null, to: 'Active' })),
    read: servers.flatMap(server => [
      show(server),
      shell(piped(state(server), selectObject({ ExpandProperty: 'LocalStates' }))),
    ]),
    apply: servers.map(server => shell(set(server, 'Active'))),
    verify: servers.flatMap(server => [show(server), readImapServices(target, server)]),
    undo: servers.map(server => shell(set(server, 'Inactive'), `every IMAP connection to ${server}`)),
    risk:
      'Only where the state is Inactive. A server may be in maintenance on purpose: ask whoever runs it first. ' +
      'Where the services show Stopped as well, start-imap-services starts them.',
    placeholders: [
      {
        name: REQUESTER,
        where: 'the column Requester of the second list, in the line that is Inactive; often Maintenance',
      },
    ],
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-servercomponentstate',
  });
};
