import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { type SecureContext, TLSSocket } from 'node:tls';
import { SERVER_NAME } from './certificates.js';
import { listen } from './listener.js';

type Service = 'owa' | 'ews' | 'autodiscover';

/** What is wrong with one service: it answers with that status, or sends everybody elsewhere. */
type WebFault = 'redirect' | 403 | 404 | 500 | 503;
/** The services that ask for a login, and what they offer to whoever wants to. */
type Schemes = { ews: readonly string[]; autodiscover: readonly string[] };

/** The web server of one Exchange: OWA, EWS and Autodiscover, as they answer somebody who has not logged in. */
export type WebOptions = {
  certificate: SecureContext;
  /** As `15.1.2507.6`: decides the manners, and is what OWA names. */
  build?: string;
  /** Whether OWA names its build. */
  namesBuild?: boolean;
  schemes?: Partial<Schemes>;
  faults?: Partial<Record<Service, WebFault>>;
  /** What stands in between, as it signs itself in `Via`. */
  via?: string;
  slowMs?: number;
};

/** A diagnosis asks with GET and shows no credentials: `others` and `credentials` stay 0. */
export type WebCounts = { requests: number; openNow: number; others: number; credentials: number };
export type WebServer = {
  readonly port: number;
  /** In force for the next request when changed. */
  readonly schemes: { ews: readonly string[]; autodiscover: readonly string[] };
  readonly counts: () => WebCounts;
  readonly stop: () => Promise<void>;
};

/** Starts it on a free port of `host`, with HTTPS. */
export const startExchangeWeb = async (host: string, options: WebOptions): Promise<WebServer> => {
  const schemes = { ews: USUAL_SCHEMES, autodiscover: USUAL_SCHEMES, ...options.schemes };
  const counts: WebCounts = { requests: 0, openNow: 0, others: 0, credentials: 0 };
  const http = createServer({ keepAliveTimeout: 5_000 }, async (incoming, answer) => {
    counts.requests += 1;
    if (incoming.method !== 'GET' && incoming.method !== 'HEAD') counts.others += 1;
    if (incoming.headers.authorization !== undefined) counts.credentials += 1;
    if (options.slowMs) await wait(options.slowMs);
    answerAs({ ...options, schemes }, incoming, answer);
  });
  const listener = await listen(host, async socket => {
    counts.openNow += 1;
    socket.once('close', () => {
      counts.openNow -= 1;
    });
    const secured = new TLSSocket(socket, { isServer: true, secureContext: options.certificate });
    secured.on('error', () => socket.destroy()); // a handshake that a client gives up is no event of ours
    http.emit('connection', secured);
  });
  return {
    port: listener.port,
    schemes,
    counts: () => ({ ...counts }),
    stop: async () => {
      http.closeAllConnections();
      await listener.stop();
    },
  };
};

/** What IIS offers: `-WindowsAuthentication` of a directory, which Exchange ships with, gives two. */
export function offered({ basic, windows }: { basic: boolean; windows: boolean }): readonly string[] {
  return [...(windows ? ['Negotiate', 'NTLM'] : []), ...(basic ? [`Basic realm="${SERVER_NAME}"`] : [])];
}

const answerAs = (
  options: WebOptions & { schemes: Schemes },
  incoming: IncomingMessage,
  answer: ServerResponse,
): void => {
  const path = (incoming.url ?? '/').split('?')[0] ?? '/';
  const { via, build = '15.1.2507.6' } = options;
  const isLater = Number.parseInt(build, 10) >= 15;
  answer.setHeader('Server', isLater ? 'Microsoft-IIS/10.0' : 'Microsoft-IIS/7.5');
  answer.setHeader('X-Powered-By', 'ASP.NET');
  if (isLater) answer.setHeader('X-FEServer', SHORT_NAME);
  if (via) answer.setHeader('Via', via);
  const service = serviceAt(path.toLowerCase());
  const fault = service ? options.faults?.[service] : 404;
  if (typeof fault === 'number') end(answer, fault);
  else if (fault === 'redirect') redirect(answer, `https://portal.contoso.test/login?back=${path}`);
  else if (service === 'owa') owa(answer, path, incoming.headers.host, { build, names: options.namesBuild ?? true });
  else askForLogin(answer, service === null ? [] : options.schemes[service]);
};

const SHORT_NAME = 'EX01';
const USUAL_SCHEMES = offered({ basic: false, windows: true });

const serviceAt = (path: string): Service | null => {
  if (path === '/ews/exchange.asmx') return 'ews';
  if (path === '/autodiscover/autodiscover.xml') return 'autodiscover';
  return path === '/owa' || path.startsWith('/owa/') ? 'owa' : null;
};

const askForLogin = (answer: ServerResponse, schemes: readonly string[]): void => {
  if (schemes.length > 0) answer.setHeader('WWW-Authenticate', [...schemes]);
  end(answer, 401);
};

type Naming = { build: string; names: boolean };
const owa = (answer: ServerResponse, path: string, host: string | undefined, naming: Naming): void => {
  const origin = `https://${host ?? SERVER_NAME}`;
  if (path.toLowerCase().startsWith('/owa/auth/')) loginPage(answer, naming);
  else redirect(answer, `${origin}/owa/auth/logon.aspx?url=${encodeURIComponent(`${origin}${path}`)}&reason=0`);
};

const redirect = (answer: ServerResponse, to: string): void => {
  answer.setHeader('Location', to);
  end(answer, 302);
};

/** Of 2010 the build stands in full behind `/owa/`, later in three parts behind `/owa/auth/`; only 2010 and 2013 name it in a header too. */
const loginPage = (answer: ServerResponse, { build, names }: Naming): void => {
  const [major, minor, patch] = build.split('.');
  const themes = major === '14' ? `/owa/${build}/themes` : `/owa/auth/${major}.${minor}.${patch}/themes`;
  if (names && (major === '14' || (major === '15' && minor === '0'))) answer.setHeader('X-OWA-Version', build);
  const icon = names ? `<link rel="shortcut icon" href="${themes}/resources/favicon.ico" type="image/x-icon">` : '';
  answer.setHeader('Content-Type', 'text/html; charset=utf-8');
  answer.end(`<!DOCTYPE HTML>\n<html>\n<head>\n${icon}\n<title>Outlook</title>\n</head>\n<body></body>\n</html>\n`);
};

const end = (answer: ServerResponse, status: number): void => {
  answer.statusCode = status;
  answer.end();
};
