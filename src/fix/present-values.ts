import type { IsoTime } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { UsageError } from '../domain/errors.js';
import type { Evidence } from '../domain/evidence/index.js';
import { objectsIn, type Shown, versionsInTables } from './format-list.js';

const MAX_CHARS = 2_000_000;

/**
 * Reads the pasted output of `Get-ImapSettings`, `Get-ReceiveConnector` and `Get-ExchangeServer` (`| Format-List`), and of the registry
 * value of store sessions, into the same evidence that a probe would bring. Tolerant: whatever is not understood is passed over.
 * Throws `UsageError` where nothing at all is understood, or where it is of other servers.
 */
export const presentValues = (pasted: string, target: ConfiguredTarget, file: string, at: IsoTime): Evidence[] => {
  if (pasted.length > MAX_CHARS) throw new UsageError(`${file} holds more than ${MAX_CHARS} characters.`);
  const objects = objectsIn(pasted);
  const common = { target: target.id, source: { by: 'artifact', reader: 'format-list', artifact: file }, at } as const;
  const listed = [
    ...objects.flatMap(versionIn),
    ...versionsInTables(pasted).flatMap(({ name, version }) => built(name, version)),
  ];
  const found = [
    ...listed.flatMap(({ name, build }): Evidence[] => {
      const server = ours(name, target);
      return server === null ? [] : [{ kind: 'exchange-server', ...common, server, build }];
    }),
    ...objects.flatMap(shown => limitsIn(shown, target, common)),
  ];
  if (found.length > 0) return found;
  const named = [...objects.flatMap(shown => serverIn(shown) ?? []), ...listed.map(({ name }) => name)];
  const servers = [...new Set(named)].filter(name => ours(name, target) === null);
  throw new UsageError(
    servers.length > 0
      ? `${file} is about ${servers.slice(0, 5).join(', ')}; the servers of ${target.id} are ${target.exchange.servers.join(', ')}.`
      : `${file} holds no output of Get-ImapSettings, Get-ReceiveConnector, Get-ExchangeServer or Get-ItemProperty that could be read; pipe them into Format-List.`,
  );
};

type Common = Pick<Evidence, 'target' | 'source' | 'at'>;
type Listed = { name: string; build: string };

/** `Get-ExchangeServer`: a console may have cut the long name, and broken the value anywhere. */
const versionIn = (shown: Shown): Listed[] => {
  const version = [...shown].find(
    ([name, value]) => 'admindisplayversion'.startsWith(name) && /^Version\s*\d/i.test(value),
  )?.[1];
  const name = shown.get('name')?.replaceAll(/\s/g, '');
  return version && name ? built(name, version) : [];
};

/** `Version 15.1 (Build 2507.6)` is 15.1.2507.6. */
const built = (name: string, version: string): Listed[] => {
  const parts = /^Version(\d{1,2})\.(\d{1,2})\(Build(\d{1,5})\.(\d{1,5})\)$/i.exec(version.replaceAll(/\s/g, ''));
  return parts ? [{ name, build: parts.slice(1).join('.') }] : [];
};

const limitsIn = (shown: Shown, target: ConfiguredTarget, common: Common): Evidence[] => {
  if (target.kind !== 'uccx-mail') return [];
  const named = serverIn(shown);
  const server = named === null ? null : ours(named, target);
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
      connector: connectorName(shown, target.smtp.connector),
      connections: count(shown.get('maxinboundconnection')),
      connectionsPerSource: count(shown.get('maxinboundconnectionpersource')),
      connectionsPercentPerSource: typeof percent === 'number' ? percent : null,
      messagesPerMinute: count(shown.get('messageratelimit')),
    },
  ];
};

/** `EX01\Client Frontend EX01`, `EX01\1`. A remote shell adds the server to which it is connected, so that one comes last. */
const serverIn = (shown: Shown): string | null => {
  const [owner, ...rest] = (shown.get('identity') ?? '').split('\\');
  return shown.get('server') ?? (rest.length > 0 ? owner : undefined) ?? shown.get('pscomputername') ?? null;
};

/** As the configuration spells it, where it is the one that the target uses. A blank may have been lost where a console broke the name. */
const connectorName = (shown: Shown, connector: string | undefined): string => {
  const identity = shown.get('identity') ?? shown.get('name') ?? '';
  const name = shown.get('name') ?? identity.slice(identity.lastIndexOf('\\') + 1);
  const bare = (words: string | undefined) => words?.toLowerCase().replaceAll(/\s/g, '');
  const isOurs = connector !== undefined && [identity, name].some(each => bare(each) === bare(connector));
  return isOurs ? connector : identity;
};

const count = (value: string | undefined): number | 'unlimited' | null => {
  if (value?.toLowerCase() === 'unlimited') return 'unlimited';
  return value !== undefined && /^\d{1,10}$/.test(value) ? Number(value) : null;
};

/** The server of the target that is meant by a short or a full name; null: none of its. */
const ours = (name: string, { exchange: { servers } }: ConfiguredTarget): string | null =>
  servers.find(each => short(each) === short(name)) ?? null;
const short = (server: string): string => server.toLowerCase().split('.')[0] as string;
