import type { IncomingMessage } from 'node:http';
import type { Answer, Connector } from './connector.js';
import type { Entra } from './entra.js';
import { serviceError, type TeamsOperation } from './faults.js';
import type { TeamsFiles } from './files.js';
import { entraConfiguration, instanceDiscovery, openIdMetadata } from './identity-pages.js';
import type { LabKeys } from './keys.js';

export type Asked = { groups: Record<string, string>; query: URLSearchParams; bytes: Buffer; request: IncomingMessage };
export type Route = {
  method: string;
  path: RegExp;
  operation: TeamsOperation;
  /** Who must show the bot's token: everything of the connector and nothing else. */
  guarded?: true;
  answer: (asked: Asked, base: string) => Answer | Promise<Answer>;
};

const SERVICE = '/emea/[^/]+/v3';
const PLACE = `${SERVICE}/conversations/(?<conversation>[^/]+)`;

/** Every address that the lab answers. */
export const routesOf = (deps: {
  keys: LabKeys;
  login: Entra;
  connector: Connector;
  files: TeamsFiles;
  tenant: string;
}): Route[] => {
  const { keys, login, connector, files, tenant } = deps;
  const guarded = (method: string, path: string, operation: TeamsOperation, act: (asked: never) => Answer): Route => ({
    method,
    path: new RegExp(`^${path}/?$`),
    operation,
    guarded: true,
    answer: ({ groups, bytes }) => act({ ...groups, body: parse(bytes) } as never),
  });
  const open = (method: string, path: string, operation: TeamsOperation, answer: Route['answer']): Route => ({
    method,
    path: new RegExp(`^${path}$`),
    operation,
    answer,
  });
  return [
    open('GET', '(?<lab>/[^/]+)?/v1/.well-known/openidconfiguration', 'metadata', ({ groups }, base) => ({
      status: 200,
      body: openIdMetadata(`${base}${groups.lab ?? ''}/v1/.well-known/keys`),
    })),
    open('GET', '(/[^/]+)?/v1/.well-known/keys', 'keys', () => ({ status: 200, body: keys.botFrameworkJwks() })),
    open('POST', '/(?<tenant>[^/]+)/oauth2/v2.0/token', 'token', ({ groups, bytes }) =>
      login.token(groups.tenant ?? '', new URLSearchParams(bytes.toString('utf8'))),
    ),
    open('GET', '/metadata/identity/oauth2/token', 'token', ({ query, request }) =>
      login.imds(query, String(request.headers.metadata)),
    ),
    open('GET', '/(?<tenant>[^/]+)/v2.0/.well-known/openid-configuration', 'metadata', ({ groups }, base) => ({
      status: 200,
      body: entraConfiguration(base, groups.tenant ?? ''),
    })),
    open('GET', '/[^/]+/discovery/v2.0/keys', 'keys', () => ({ status: 200, body: keys.entraJwks() })),
    open('GET', '/common/discovery/instance', 'metadata', (_, base) => ({
      status: 200,
      body: instanceDiscovery(base, tenant),
    })),
    open('PUT', '/upload/(?<id>[^/]+)', 'upload', asked =>
      showsToken(asked)
        ? { status: 401, body: serviceError(401, 'unauthenticated', 'An upload address takes no token.') }
        : files.put(asked.groups.id ?? '', asked.request.headers['content-range'], asked.bytes),
    ),
    open('GET', '/download/(?<id>[^/]+)', 'download', asked => {
      const file = showsToken(asked) ? null : files.download(asked.groups.id ?? '');
      return file
        ? { status: 200, body: file }
        : { status: showsToken(asked) ? 401 : 404, body: serviceError(404, 'itemNotFound', 'No such file.') };
    }),
    guarded('POST', `${SERVICE}/conversations`, 'create', connector.create),
    guarded('POST', `${PLACE}/activities`, 'send', connector.send),
    guarded('POST', `${PLACE}/activities/(?<activity>[^/]+)`, 'reply', connector.reply),
    guarded('PUT', `${PLACE}/activities/(?<activity>[^/]+)`, 'update', connector.update),
    guarded('DELETE', `${PLACE}/activities/(?<activity>[^/]+)`, 'delete', connector.delete),
    guarded('GET', `${PLACE}/members`, 'members', connector.members),
    guarded('GET', `${PLACE}/pagedmembers`, 'members', connector.pagedMembers),
    guarded('GET', `${PLACE}/members/(?<member>[^/]+)`, 'member', connector.member),
    guarded('GET', `${SERVICE}/teams/(?<conversation>[^/]+)`, 'team', connector.team),
    guarded('GET', `${SERVICE}/teams/(?<conversation>[^/]+)/conversations`, 'team', connector.channels),
  ];
};

/** OneDrive's addresses are secrets themselves: a token shown there has gone where it must not. */
const showsToken = ({ request }: Asked): boolean => request.headers.authorization !== undefined;

/** Undefined for what is no JSON. */
export const parse = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    return undefined; // answered as bad syntax
  }
};
