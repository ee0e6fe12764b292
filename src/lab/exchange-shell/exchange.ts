import { LabError } from '../lab-error.js';
import { type Cmdlet, type Files, windowsCmdlets } from './cmdlets.js';
import { type Machine, machineCmdlets, machineOf, STORE_KEY } from './machines.js';
import { type Kind, objectCmdlets } from './objects.js';
import { particularCmdlets, policyIsThere } from './particular.js';
import { type Ran, type RunOptions, runShell } from './shell.js';
import { certificates, database, imapSettings, receiveConnector, throttlingPolicy, webDirectory } from './shipped.js';
import { asText, isThing, type Thing, thing, type Value } from './values.js';

/** What the settings of the simulated Exchange do to its servers, once they count. */
export type Effects = {
  /** The IMAP service starts anew: every session ends, and from now on this many connections of one account are let in. */
  imapRestarted: (maxConnectionsPerUser: number) => Promise<void>;
  /** The Information Store starts anew, with this many service sessions of one account. */
  storeRestarted: (sessionsPerUser: number) => Promise<void>;
  imapEnabled: (mailbox: string, on: boolean) => void;
  /** What one address may hold at the connector that now answers it; no restart is needed. */
  connectionsPerSource: (limit: number) => void;
  /** What a directory of the web server takes from now on; no restart is needed. */
  webLogins?: (directory: 'ews' | 'autodiscover', takes: { basic: boolean; windows: boolean }) => void;
};

export type ExchangeState = {
  servers: readonly string[];
  /** As `AdminDisplayVersion` shows it. */
  displayVersion: string;
  maxConnectionsPerUser: number;
  /** Null: the registry value is not there, and 16 counts. */
  storeSessionsPerUser: number | null;
  mailbox: string;
  imapEnabled: boolean;
  connector: { name: string; perSource: number } | null;
  /** Whether EWS and Autodiscover take the login of Windows, as they are shipped. */
  windowsLogins?: boolean;
  /** Mailboxes and service accounts beside that mailbox. */
  others?: readonly string[];
};

/** The Exchange Management Shell of a simulated Exchange: what an administrator pastes there takes effect as it does in reality. */
export type ExchangeShell = {
  /** Runs a pasted line or a script. */
  run: (source: string, options?: RunOptions) => Promise<Ran>;
  readonly files: Files;
  /** Everything that its commands can change, as plain data, to be compared. */
  state: () => unknown;
};

const SHIPPED_STORE_SESSIONS = 16;
const STORE_VALUE = 'Maximum Allowed Service Sessions Per User';
const IMAP_SERVICES = /^MSExchangeIMAP4(?:BE)?$/i;

export const exchangeShell = (given: ExchangeState, effects: Effects): ExchangeShell => {
  const { servers, mailbox, others = [] } = given;
  const files: Files = new Map();
  const is2010 = given.displayVersion.startsWith('Version 14.');
  const machines: ReadonlyMap<string, Machine> = new Map(
    servers.map(server => [
      server,
      machineOf(
        ['MSExchangeIMAP4', ...(is2010 ? [] : ['MSExchangeIMAP4BE']), 'MSExchangeIS'],
        given.storeSessionsPerUser === null ? {} : { [STORE_VALUE]: given.storeSessionsPerUser },
      ),
    ]),
  );
  const accounts = [mailbox, ...others].map(name =>
    thing({ Name: name, ThrottlingPolicy: null, Database: `DB of ${name}` }),
  );
  const policies = [throttlingPolicy('GlobalThrottlingPolicy_lab', 'Global')];
  const assignments: Thing[] = [];
  const connectors = given.connector
    ? servers.map(server =>
        receiveConnector(server, given.connector?.name ?? '', {
          MaxInboundConnectionPerSource: given.connector?.perSource ?? 20,
        }),
      )
    : [];
  const imap = servers.map(server => imapSettings(server, given.maxConnectionsPerUser));
  const kinds: Kind[] = [
    { noun: 'imapsettings', by: 'server', things: imap },
    {
      noun: 'casmailbox',
      by: 'identity',
      things: [mailbox, ...others].map(name =>
        thing({ Name: name, ImapEnabled: name === mailbox ? given.imapEnabled : true, EwsEnabled: null }),
      ),
      changed: ({ properties }) => {
        if (properties.get('name') === mailbox) effects.imapEnabled(mailbox, properties.get('imapenabled') === true);
      },
    },
    { noun: 'mailbox', by: 'identity', things: accounts, checks: line => policyIsThere(policies, line) },
    { noun: 'mailboxdatabase', by: 'identity', things: accounts.map(databaseOf) },
    {
      noun: 'receiveconnector',
      by: 'identity',
      things: connectors,
      make: line => receiveConnector(serverIn(line.get('server')), textOf(line, 'name'), Object.fromEntries(line)),
      changed: connectorsCount,
    },
    {
      noun: 'throttlingpolicy',
      by: 'identity',
      things: policies,
      make: line => throttlingPolicy(textOf(line, 'name'), line.get('throttlingpolicyscope') ?? null),
      mayGo: policy => isFree(accounts, 'throttlingpolicy', policy),
    },
    {
      noun: 'managementroleassignment',
      by: 'identity',
      things: assignments,
      make: line =>
        thing({
          Name: textOf(line, 'name'),
          Role: textOf(line, 'role'),
          EffectiveUserName: textOf(line, 'user'),
          CustomRecipientWriteScope: line.get('customrecipientwritescope') ?? null,
        }),
    },
    {
      noun: 'managementscope',
      by: 'identity',
      things: [],
      make: line => thing({ Name: textOf(line, 'name'), RecipientFilter: textOf(line, 'recipientrestrictionfilter') }),
      mayGo: scope => isFree(assignments, 'customrecipientwritescope', scope),
    },
    ...(
      [
        ['webservicesvirtualdirectory', 'EWS', 'ews'],
        ['autodiscovervirtualdirectory', 'Autodiscover', 'autodiscover'],
      ] as const
    ).map(
      ([noun, name, directory]): Kind => ({
        noun,
        by: 'identity',
        things: servers.map(server => webDirectory(server, name, given.windowsLogins ?? true)),
        changed: ({ properties }) =>
          effects.webLogins?.(directory, {
            basic: properties.get('basicauthentication') === true,
            windows: properties.get('windowsauthentication') === true,
          }),
      }),
    ),
    { noun: 'organizationconfig', by: 'identity', things: [thing({ Name: 'lab', EwsEnabled: null })] },
  ];
  const particular = {
    servers,
    certificates: servers.flatMap(certificates),
    componentStates: [],
    permissions: [],
    accounts,
    policies,
  };
  const windows = new Map(windowsCmdlets(files, () => new Date()));

  const cmdlets = new Map<string, Cmdlet>([
    ...windows,
    ...machineCmdlets(machines, restarted, windows),
    ...kinds.flatMap(objectCmdlets),
    ...particularCmdlets(particular),
    [
      'get-exchangeserver',
      ({ given: line }) => thing({ Name: serverIn(line.get('identity')), AdminDisplayVersion: given.displayVersion }),
    ],
  ]);

  return {
    files,
    run: (source, options) => runShell(source, cmdlets, options),
    state: () => ({
      ...Object.fromEntries(kinds.map(({ noun, things }) => [noun, things.map(plain)])),
      certificates: particular.certificates.map(plain),
      componentStates: particular.componentStates.map(plain),
      permissions: particular.permissions.map(plain),
      machines: [...machines].map(([server, { services, registry }]) => ({
        server,
        services: services.map(plain),
        // A key that holds nothing says no more than one that is not there.
        registry: Object.fromEntries(
          [...registry].filter(([, key]) => key.properties.size > 0).map(([path, key]) => [path, plain(key)]),
        ),
      })),
    }),
  };

  async function restarted(server: string, service: string): Promise<void> {
    if (IMAP_SERVICES.test(service)) {
      const settings = imap.find(each => each.properties.get('server') === server);
      await effects.imapRestarted(Number(settings?.properties.get('maxconnectionsperuser')));
    } else {
      const value = machines
        .get(server)
        ?.registry.get(STORE_KEY.toLowerCase())
        ?.properties.get(STORE_VALUE.toLowerCase());
      await effects.storeRestarted(value === undefined ? SHIPPED_STORE_SESSIONS : Number(value));
    }
  }

  /** One made for the address of the client answers before the general one. */
  function connectorsCount(): void {
    const answers = connectors.find(each => each.properties.has('remoteipranges')) ?? connectors[0];
    const limit = answers?.properties.get('maxinboundconnectionpersource') ?? null;
    effects.connectionsPerSource(asText(limit) === 'Unlimited' ? Infinity : Number(asText(limit)));
  }

  function databaseOf({ properties }: Thing, index: number): Thing {
    return database(servers[index % servers.length] ?? '', asText(properties.get('database') ?? null));
  }

  function serverIn(value: Value | undefined): string {
    const name = asText(value ?? null);
    const server = servers.find(each => each.toLowerCase() === name.toLowerCase());
    if (!server) throw new LabError(`The operation couldn't be performed because object '${name}' couldn't be found.`);
    return server;
  }
};

const textOf = (line: ReadonlyMap<string, Value>, name: string): string => asText(line.get(name) ?? null);

/** Throws where one of these still uses the object. */
const isFree = (users: readonly Thing[], property: string, { properties }: Thing): void => {
  const name = asText(properties.get('name') ?? null);
  if (users.some(user => asText(user.properties.get(property) ?? null) === name))
    throw new LabError(`${name} is in use and cannot be removed.`);
};

const plain = (object: Thing): unknown =>
  Object.fromEntries(
    [...object.properties].map(([name, value]) => [
      name,
      typeof value === 'object' && value !== null && !Array.isArray(value) && isThing(value) ? plain(value) : value,
    ]),
  );
