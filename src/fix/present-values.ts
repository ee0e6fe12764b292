import type { IsoTime } from '../domain/clock.js';
import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import { UsageError } from '../domain/errors.js';
import type { Evidence } from '../domain/evidence/index.js';

/** One object of `Format-List`: names in lower case, values as they stand. */
type Shown = ReadonlyMap<string, string>;

const MAX_CHARS = 2_000_000;

/**
 * Reads the pasted output of `Get-ImapSettings` and `Get-ReceiveConnector` (`| Format-List`), and of the registry value of store
 * sessions, into the same evidence that a probe would bring. Tolerant: whatever is not understood is passed over.
 * Throws `UsageError` where nothing at all is understood, or where it is of other servers.
 */
export const presentValues = (pasted: string, target: ConfiguredMailTarget, file: string, at: IsoTime): Evidence[] => {
  if (pasted.length > MAX_CHARS) throw new UsageError(`${file} holds more than ${MAX_CHARS} characters.`);
  const objects = objectsIn(pasted);
  const found = objects.flatMap(shown => evidenceOf(shown, target, file, at));
  if (found.length > 0) return found;
  const ours = target.exchange.servers.map(short);
  const servers = [
    ...new Set(objects.flatMap(shown => shown.get('server') ?? shown.get('pscomputername') ?? [])),
  ].filter(server => !ours.includes(short(server)));
  throw new UsageError(
    servers.length > 0
      ? `${file} is about ${servers.slice(0, 5).join(', ')}; the servers of ${target.id} are ${target.exchange.servers.join(', ')}.`
      : `${file} holds no output of Get-ImapSettings, Get-ReceiveConnector or Get-ItemProperty that could be read; pipe them into Format-List.`,
  );
};

/** `Name : Value` lines; a blank line ends an object, and so does a name that was there before. */
const objectsIn = (pasted: string): Shown[] => {
  const objects: Map<string, string>[] = [];
  let current = new Map<string, string>();
  const end = () => {
    if (current.size > 0) objects.push(current);
    current = new Map();
  };
  for (const line of pasted.replace(/^\ufeff/, '').split(/\r?\n/)) {
    if (line.trim() === '') end();
    const pair = /^\s{0,8}([A-Za-z][A-Za-z0-9 ]{0,80}?)\s*:(?:\s(.*))?$/.exec(line);
    if (!pair) continue;
    const name = (pair[1] as string).toLowerCase();
    if (current.has(name)) end();
    current.set(name, (pair[2] ?? '').trim());
  }
  end();
  return objects;
};

const evidenceOf = (shown: Shown, target: ConfiguredMailTarget, file: string, at: IsoTime): Evidence[] => {
  const common = { target: target.id, source: { by: 'artifact', reader: 'format-list', artifact: file }, at } as const;
  const named = shown.get('server') ?? shown.get('pscomputername') ?? null;
  const server = target.exchange.servers.find(each => short(each) === short(named ?? '')) ?? null;
  if (named !== null && server === null) return [];
  const perUser = count(shown.get('maxconnectionsperuser'));
  if (typeof perUser === 'number') return [{ kind: 'imap-limits', ...common, server, maxConnectionsPerUser: perUser }];
  const store = count(shown.get('maximum allowed service sessions per user'));
  if (typeof store === 'number') return [{ kind: 'store-limits', ...common, server, serviceSessionsPerUser: store }];
  if (!shown.has('maxinboundconnectionpersource')) return [];
  const percent = count(shown.get('maxinboundconnectionpercentagepersource'));
  return [
    {
      kind: 'connector-limits',
      ...common,
      connector: connectorName(shown, target),
      connections: count(shown.get('maxinboundconnection')),
      connectionsPerSource: count(shown.get('maxinboundconnectionpersource')),
      connectionsPercentPerSource: typeof percent === 'number' ? percent : null,
      messagesPerMinute: count(shown.get('messageratelimit')),
    },
  ];
};

/** As the configuration spells it, where it is the one that the target uses. */
const connectorName = (shown: Shown, { smtp: { connector } }: ConfiguredMailTarget): string => {
  const identity = shown.get('identity') ?? shown.get('name') ?? '';
  const name = shown.get('name') ?? identity.slice(identity.lastIndexOf('\\') + 1);
  const isOurs = [identity, name].some(each => each.toLowerCase() === connector?.toLowerCase());
  return isOurs && connector ? connector : identity;
};

const count = (value: string | undefined): number | 'unlimited' | null => {
  if (value?.toLowerCase() === 'unlimited') return 'unlimited';
  return value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : null;
};

const short = (server: string): string => server.toLowerCase().split('.')[0] as string;
