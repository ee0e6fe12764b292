import { LabError } from '../lab-error.js';
import { type Cmdlet, invokeCommand } from './cmdlets.js';
import { asText, listed, type Thing, thing, type Value } from './values.js';

/** What Windows keeps on each server: its services and its registry. Reached by `Invoke-Command` only, as from another machine. */
export type Machine = { services: Thing[]; registry: Map<string, Thing> };

export const STORE_KEY = 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\MSExchangeIS\\ParametersSystem';
const SERVICES_KEY = 'HKLM:\\SYSTEM\\CurrentControlSet\\Services\\';
/** As the registry holds the start mode, and as it may be given in its place. */
const MODES: Readonly<Record<string, number>> = { automatic: 2, manual: 3, disabled: 4 };

export const machineOf = (services: readonly string[], values: Readonly<Record<string, Value>>): Machine => ({
  services: services.map(name => thing({ Name: name, Status: 'Running', Start: 2 })),
  registry: new Map([[STORE_KEY.toLowerCase(), thing(values)]]),
});

/**
 * The cmdlets that a block runs on the machine it was sent to. `restarted` hears of a service that starts anew.
 * `elsewhere` has the ones of the same name for the machine of the administrator.
 */
export const machineCmdlets = (
  machines: ReadonlyMap<string, Machine>,
  restarted: (server: string, service: string) => Promise<void>,
  elsewhere: ReadonlyMap<string, Cmdlet>,
): [string, Cmdlet][] => {
  let server: string | null = null;
  const here = (): Machine => {
    const machine = server === null ? undefined : machines.get(server);
    if (!machine) throw new LabError('Cannot find path, because it does not exist on this machine.');
    return machine;
  };
  const key = (value: Value | undefined): Thing => {
    const path = asText(value ?? null);
    const found = here().registry.get(path.toLowerCase()) ?? serviceKey(path);
    if (!found) throw new LabError(`Cannot find path '${path}' because it does not exist.`);
    return found;
  };
  const serviceKey = (path: string): Thing | null => {
    if (!path.toLowerCase().startsWith(SERVICES_KEY.toLowerCase())) return null;
    const name = path.slice(SERVICES_KEY.length).toLowerCase();
    return here().services.find(each => asText(each.properties.get('name') ?? null).toLowerCase() === name) ?? null;
  };
  const service = (value: Value): Thing => {
    const found = serviceKey(SERVICES_KEY + asText(value));
    if (!found) throw new LabError(`Cannot find any service with service name '${asText(value)}'.`);
    return found;
  };
  const start = (object: Thing): void => {
    if (object.properties.get('start') === MODES.disabled)
      throw new LabError(`Service '${asText(object.properties.get('name') ?? null)}' cannot be started.`);
    object.properties.set('status', 'Running');
  };
  return [
    [
      'invoke-command',
      invokeCommand([...machines.keys()], at => {
        server = at;
      }),
    ],
    ['get-service', ({ given }) => listed(given.get('name') ?? null).map(service)],
    ['start-service', ({ given }) => start(service(given.get('name') ?? null))],
    ['stop-service', ({ given }) => void service(given.get('name') ?? null).properties.set('status', 'Stopped')],
    [
      'restart-service',
      async ({ given }) => {
        const object = server === null ? null : service(given.get('name') ?? null);
        if (!object || server === null) throw new LabError('Cannot find any service with that service name.');
        start(object);
        await restarted(server, asText(object.properties.get('name') ?? null));
      },
    ],
    [
      'set-service',
      ({ given }) => {
        const wanted = given.get('startuptype') ?? null;
        const mode = MODES[asText(wanted).toLowerCase()] ?? Number(asText(wanted));
        if (!Object.values(MODES).includes(mode)) throw new LabError(`Cannot convert value "${asText(wanted)}".`);
        service(given.get('name') ?? null).properties.set('start', mode);
      },
    ],
    [
      'get-itemproperty',
      ({ given }) => thing({ PSComputerName: server, ...Object.fromEntries(key(given.get('path')).properties) }),
    ],
    [
      'get-item',
      ({ given }) => {
        const path = asText(given.get('path') ?? null);
        return here().registry.has(path.toLowerCase()) ? thing({ PSPath: path }) : null;
      },
    ],
    [
      'new-item',
      given => {
        if (server === null) return elsewhere.get('new-item')?.(given);
        const path = asText(given.given.get('path') ?? null).toLowerCase();
        here().registry.set(path, thing({}));
        return thing({ PSPath: path });
      },
    ],
    [
      'new-itemproperty',
      ({ given }) => {
        const value = given.get('value') ?? null;
        if (typeof value !== 'number') throw new LabError('Cannot convert value to type "System.Int32".');
        key(given.get('path')).properties.set(asText(given.get('name') ?? null).toLowerCase(), value);
        return thing({});
      },
    ],
    [
      'remove-itemproperty',
      ({ given }) => {
        const name = asText(given.get('name') ?? null);
        if (!key(given.get('path')).properties.delete(name.toLowerCase()))
          throw new LabError(`Property ${name} does not exist.`);
      },
    ],
  ];
};
