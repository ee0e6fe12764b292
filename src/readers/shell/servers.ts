import type { ReadObject } from './cmdlets.js';
import { type Fact, fact } from './fact.js';
import { askedFor, type ShellObject, textOf } from './object.js';
import { sureCount } from './sure.js';
import { buildIn } from './values.js';

const STORE_SESSIONS = 'maximum allowed service sessions per user';

/** `Get-ImapSettings`, `Get-ExchangeServer`, and the registry of the Information Store. */
export const servers: ReadObject = (object, unread) => [
  ...imapPerUser(object, unread),
  ...imapService(object, unread),
  ...storeSessions(object, unread),
  ...exchangeServer(object),
];

/** `Get-PopSettings` has properties of the same names. */
const isPop = (object: ShellObject): boolean =>
  /^pop/i.test(textOf(object, 'protocolname') ?? '') || object.asked.cmdlet === 'get-popsettings';

const imapPerUser: ReadObject = (object, unread) => {
  const value = object.properties.get('maxconnectionsperuser');
  if (!value || isPop(object)) return [];
  const limit = sureCount(object, 'maxconnectionsperuser', unread);
  if (limit === null) return [];
  const server = serverOf(object);
  return [fact('imap-limits', { server, maxConnectionsPerUser: limit }, { line: value.line, server })];
};

/** `MaxConnections` alone may be of anything. */
const imapService: ReadObject = (object, unread) => {
  const line = object.properties.get('maxconnectionfromsingleip')?.line;
  if (line === undefined || isPop(object)) return [];
  const limitIn = (name: string) => sureCount(object, name, unread);
  const [maxConnectionsFromSingleIp, maxConnections] = [
    limitIn('maxconnectionfromsingleip'),
    limitIn('maxconnections'),
  ];
  if (maxConnectionsFromSingleIp === null && maxConnections === null) return [];
  const server = serverOf(object);
  return [fact('imap-service-limits', { server, maxConnectionsFromSingleIp, maxConnections }, { line, server })];
};

const storeSessions: ReadObject = (object, unread) => {
  const value = object.properties.get(STORE_SESSIONS);
  if (!value) return [];
  const limit = sureCount(object, STORE_SESSIONS, unread);
  if (limit === null) return [];
  const server = serverOf(object);
  return [fact('store-limits', { server, serviceSessionsPerUser: limit }, { line: value.line, server })];
};

/** A database shows a version of its own below a name that is no server. */
const OF_A_DATABASE = ['mounted', 'edbfilepath', 'mountedonserver', 'masterserveroravailabilitygroup'];

const exchangeServer = (object: ShellObject): Fact[] => {
  if (object.asked.cmdlet === 'get-mailboxdatabase' || OF_A_DATABASE.some(name => object.properties.has(name)))
    return [];
  // The long name may have been cut; what is behind it tells it from AdminDisplayName.
  const version = [...object.properties].find(
    ([name, { text }]) => 'admindisplayversion'.startsWith(name) && /^\s*Version\s*\d/i.test(text),
  )?.[1];
  const server = (textOf(object, 'name') || askedFor(object, 'server'))?.replaceAll(/\s/g, '');
  const build = buildIn(version?.text);
  return server && build && version ? [fact('exchange-server', { server, build }, { line: version.line, server })] : [];
};

/** `EX01\Client Frontend EX01`, `EX01\1`, or the server by its own name; where it says none, the one that was asked. */
export const serverOf = (object: ShellObject): string | null => {
  const [owner, ...rest] = (textOf(object, 'identity') ?? '').split('\\');
  const named =
    textOf(object, 'server') ||
    (rest.length > 0 ? owner : undefined) ||
    textOf(object, 'pscomputername') ||
    object.asked.server;
  return named ? named.replaceAll(/\s/g, '') : null;
};
