import type { Remedy, Step } from '../domain/remedy.js';
import type { MailTarget } from '../domain/target.js';
import { memberOf, piped } from '../ems/cmdlet.js';
import {
  formatList,
  getItem,
  getItemProperty,
  invokeCommand,
  newItem,
  newItemProperty,
  removeItemProperty,
  restartService,
} from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import type { Present } from './session-need.js';
import { byHand, on, refuseOnline, shell } from './steps.js';

const KEY = 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\MSExchangeIS\\ParametersSystem\\MaxObjsPerMapiSession';

/** What Exchange ships for each type of object that event 9646 can name, per session (managed-store-limits). */
const SHIPPED_STORE_OBJECTS = {
  objtMessage: 250,
  objtStream: 250,
  objtFolder: 500,
  objtFolderView: 500,
  objtMessageView: 500,
  objtAttachment: 500,
  objtAttachmentView: 500,
  objtACLView: 500,
  objtFXSrcStrm: 500,
  objtFXDstStrm: 500,
  objtNotify: 500_000,
} as const;
export type StoreObject = keyof typeof SHIPPED_STORE_OBJECTS;

/** What fits into the registry value without a sign. */
const HIGHEST = 2_147_483_647;

/** Lets one session hold more objects of the type that event 9646 names. Without that event there is nothing to raise. */
export const raiseStoreObjects = (target: MailTarget, type: StoreObject, present: Present): Remedy | null => {
  refuseOnline(target, 'raise-store-objects');
  const servers = target.exchange.servers.filter(server => (present(server) ?? 0) < HIGHEST);
  if (servers.length === 0) return null;
  const shipped = SHIPPED_STORE_OBJECTS[type];
  const proposed = (server: string) => Math.min(2 * Math.max(shipped, present(server) ?? 0), HIGHEST);
  const write = (value: number) =>
    newItemProperty({ Path: KEY, Name: type, PropertyType: 'DWord', Value: value, Force: true });
  const show = (server: string) =>
    shell(piped(on(server, getItemProperty({ Path: KEY })), formatList({ Property: ['PSComputerName', type] })));
  const restart = (server: string) =>
    shell(
      on(server, restartService({ Name: 'MSExchangeIS' })),
      `every mailbox on ${server}, for all clients, until its databases are mounted again (some minutes)`,
    );
  const back = (server: string) => {
    const value = present(server);
    return shell(on(server, value === null ? removeItemProperty({ Path: KEY, Name: type }) : write(value)));
  };

  const unlessThere = (server: string): Step[] =>
    present(server) === null
      ? [
          byHand(
            `Look at ${type} of ${server} in what was read first. None, or an error that the path does not exist: the next line is right. ` +
              `A number: instead of the next line run the one that set ${proposed(server)}, with that number in its place.`,
          ),
        ]
      : [];

  return card({
    id: 'raise-store-objects',
    title: `Let one session hold more objects of the type ${type} on ${servers.join(', ')}`,
    scope: 'server',
    formula: `2 × what counts now (${shipped} where nothing is set); nobody can compute the need, so one step at a time`,
    settings: servers.map(server => ({
      on: server,
      name: type,
      now: present(server)?.toString() ?? null,
      to: String(proposed(server)),
    })),
    read: servers.map(show),
    apply: servers.flatMap(server => [
      shell(
        invokeCommand({
          ComputerName: server,
          // The key is often not there, and making it anew would empty one that is.
          ScriptBlock: {
            is: 'choice',
            if: memberOf(getItem({ Path: KEY, ErrorAction: 'SilentlyContinue' }), 'PSPath'),
            yes: [write(proposed(server))],
            no: [newItem({ Path: KEY }), write(proposed(server))],
          },
        }),
      ),
      restart(server),
    ]),
    verify: servers.map(show),
    undo: servers.flatMap(server => [...unlessThere(server), back(server), restart(server)]),
    risk:
      `Only after an event 9646 that names ${type}: every other event of that number is about another limit. It counts for every session ` +
      'on these servers. An error that the path does not exist means that nothing was ever set.',
    source: 'https://learn.microsoft.com/exchange/architecture/mailbox-servers/managed-store/managed-store-limits',
  });
};
