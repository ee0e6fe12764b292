import { randomBytes, randomUUID } from 'node:crypto';
import { createServer, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import { KEPT_OPEN } from '../kept-open.js';
import { connector } from './connector.js';
import { teamsDeliveries } from './deliver.js';
import { entra } from './entra.js';
import { teamsFaults } from './faults.js';
import { type LabUpload, teamsFiles } from './files.js';
import { BOT_FRAMEWORK, inboundTokens } from './inbound.js';
import { labKeys } from './keys.js';
import { conversationLimits } from './limits.js';
import { type LabTeamsMessage, teamsMessages } from './messages.js';
import { poster, WAITS_MS } from './post.js';
import { type TeamsCall, teamsServer } from './server.js';
import { type LabConversation, teamsWorld } from './world.js';

/** How Microsoft's own hosts are called, for clients that cannot be told others: see `tls`. */
const MICROSOFT_HOSTS = ['login.microsoftonline.com', 'login.botframework.com'];

/**
 * A Microsoft Teams of our own on a free port: Entra ID and the Bot Framework's keys, the Bot connector, OneDrive's uploads, and the
 * client side that tells the bot what people do. It refuses what Teams refuses, and remembers every message with every edit.
 *
 * A client is pointed at it by `identity.authority`: where to log in (`<loginUrl>/<tenant>/oauth2/v2.0/token`), where the signing
 * keys are announced, who issues, and which hosts are service URLs. Plain HTTP is enough for clients that speak OAuth themselves.
 *
 * Microsoft's libraries cannot all be told. MSAL takes https authorities only, and asks login.microsoftonline.com about each host that
 * is not in its `auth.knownAuthorities`; `botbuilder` passes that on only in a client of one's own
 * (`MsalServiceClientCredentialsFactory`), `@microsoft/agents-hosting` not at all, and it looks for keys at login.botframework.com only.
 * For them `tls` starts the same under https, which answers by Microsoft's names too: a test sends their connections there.
 * `botbuilder` keeps tokens by app id and signing keys by address for the whole process: both are new with every start.
 *
 * @param options.now the time of everything but waiting
 * @param options.tls key and certificate of a second server that answers the same
 */
export const startTeams = async ({
  host = '127.0.0.1',
  now = Date.now,
  appId = randomUUID() as string,
  tenant = randomUUID() as string,
  secret = randomBytes(20).toString('base64url'),
  name = 'UCCX Doctor',
  tls = null as { key: string; cert: string } | null,
} = {}) => {
  const bot = { id: `28:${appId}`, name };
  const world = teamsWorld({ tenant });
  const changed = () => void world.changed.emit('change');
  const messages = teamsMessages({ now, changed });
  const keys = await labKeys();
  const login = entra({ keys, appId, tenant, secret, now });
  const faults = teamsFaults();
  const calls: TeamsCall[] = [];
  const typing: LabConversation[] = [];
  let waitsMs = WAITS_MS;
  let saysRetryAfter = true;
  let origin = '';
  let secureOrigin: string | null = null;
  const serviceUrl = () => `${origin}/emea/${tenant}/`;
  const files = teamsFiles(() => origin);
  const answers = connector({
    world,
    messages,
    limits: conversationLimits(now),
    files,
    serviceUrl,
    saysRetryAfter: () => saysRetryAfter,
    typing: place => {
      typing.push(place);
      changed();
    },
  });
  const listener = teamsServer({
    keys,
    login,
    connector: answers,
    files,
    faults,
    tenant,
    hosts: () => [...[origin, secureOrigin].flatMap(url => (url ? [new URL(url).host] : [])), ...MICROSOFT_HOSTS],
    now,
    called: call => {
      calls.push(call);
      changed();
    },
  });
  const servers = [
    createServer(KEPT_OPEN, listener),
    ...(tls ? [createTlsServer({ ...KEPT_OPEN, ...tls }, listener)] : []),
  ];
  const [open = '', secure = null] = await Promise.all(servers.map(server => listen(server, host)));
  origin = `http://${open}`;
  secureOrigin = secure && `https://${secure}`;
  const tokens = inboundTokens({ keys, appId, now });
  const post = poster({ tokens, waitsMs: () => waitsMs });
  const deliver = teamsDeliveries({ world, messages, files, bot, poster: post, serviceUrl, now });
  const lab = randomBytes(6).toString('hex');

  return {
    appId,
    tenant,
    secret,
    bot,
    identity: {
      authority: {
        loginUrl: origin,
        openIdUrl: `${origin}/${lab}/v1/.well-known/openidconfiguration`,
        issuer: BOT_FRAMEWORK,
        scope: `${BOT_FRAMEWORK}/.default`,
        serviceHosts: [new URL(origin).host],
      },
      imdsUrl: `${origin}/metadata/identity/oauth2/token`,
      /** The same under https; null without `tls`. */
      secureOrigin,
      /** The Authorization header of a request to the bot, for whoever sends activities without us. */
      headerFor: tokens,
      /** A new signing key; the old one is withdrawn. */
      rotate: keys.rotate,
      expireSecret: login.expireSecret,
      revokeTokens: login.revokeTokens,
      setTokenLifetime: login.setLifetime,
    },
    connector: {
      serviceUrl: serviceUrl(),
      faults,
      /** Whether the 429 of too many calls says when to come back. */
      sayRetryAfter: (says: boolean): void => {
        saysRetryAfter = says;
      },
      /** How long the platform waits for the bot's answer; Teams' own ten and fifteen seconds unless told. */
      setWaits: (ms: typeof WAITS_MS): void => {
        waitsMs = ms;
      },
    },
    world,
    deliver,
    /** A person's file, to attach to what they say. */
    file: files.offer,
    /** Every call of the bot in order, whatever became of it. */
    calls,
    /** Where the bot showed that it types, in order. */
    typing,
    /** What everybody sees in a conversation, oldest first, with every edit; what was removed is gone. */
    messages: (conversation: LabConversation): readonly LabTeamsMessage[] =>
      messages.all().filter(message => message.conversation === conversation && message.removedAt === null),
    /** The same of the bot alone, with what it removed. */
    saidByBot: (conversation?: LabConversation): readonly LabTeamsMessage[] =>
      messages.all().filter(one => one.from === 'bot' && (!conversation || one.conversation === conversation)),
    uploads: (): readonly LabUpload[] => [...files.uploads.values()],
    /** Waits for what was asked to become true, looking whenever something changes. */
    until: <T>(look: () => T | null | undefined | false, forMs = 150_000): Promise<T> =>
      new Promise((resolve, reject) => {
        const tired = setTimeout(() => {
          world.changed.off('change', again);
          reject(new Error(`the lab waited ${forMs} ms for something that did not come`));
        }, forMs);
        const again = () => {
          const found = look();
          if (!found) return;
          clearTimeout(tired);
          world.changed.off('change', again);
          resolve(found);
        };
        world.changed.on('change', again);
        again();
      }),
    stop: async (): Promise<void> => {
      for (const server of servers) server.closeAllConnections();
      await Promise.all(servers.map(server => new Promise<void>(resolve => server.close(() => resolve()))));
    },
  };
};
export type LabTeams = Awaited<ReturnType<typeof startTeams>>;

const listen = (server: Server, host: string): Promise<string> =>
  new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(0, host, () => {
      const { address, port } = server.address() as AddressInfo;
      resolve(`${address.includes(':') ? `[${address}]` : address}:${port}`);
    });
  });
