import { createServer, type IncomingMessage, request, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as wait } from 'node:timers/promises';

/** `posts` counts notifications; a diagnosis never sends one, since it would refresh a dead subscription. */
export type NotifyCounts = { requests: number; posts: number };
export type NotifyServer = {
  readonly port: number;
  readonly counts: () => NotifyCounts;
  readonly stop: () => Promise<void>;
};

const JETTY = 'Jetty(8.1.5.v20120716)';
const SQUID = 'squid/3.5.20';
const PROXY = `1.1 proxy01.contoso.test (${SQUID})`;
const PATH = '/NotificationService/services/NotificationService';

/** Starts Unity Connection's Jetty on a free port, unless told: what Exchange posts its notifications to on 7080. Everything but the service is not found. */
export const startUnityNotify = (host: string, { slowMs = 0, ill = false, port = 0 } = {}): Promise<NotifyServer> =>
  serve({ host, port }, slowMs, (incoming, answer) => {
    if (ill) return jettyError(answer, 503, 'Service Unavailable', '/');
    const path = (incoming.url ?? '/').split('?')[0] ?? '/';
    if (path !== PATH) return jettyError(answer, 404, 'Not Found', path);
    if (incoming.method !== 'POST') return jettyError(answer, 405, 'Method Not Allowed', path);
    incoming.resume();
    incoming.once('end', () => {
      answer.setHeader('Server', JETTY);
      answer.setHeader('Content-Type', 'text/xml;charset=UTF-8');
      answer.end(NOTIFIED);
    });
  });

/**
 * Starts a proxy that stands where Jetty is expected: it passes on to `upstreamPort` and adds its headers, or, where nobody
 * listens there, answers with its own error page.
 */
export const startNotifyProxy = (host: string, upstreamPort: number): Promise<NotifyServer> =>
  serve({ host, port: 0 }, 0, (incoming, answer) => {
    const { method, url, headers } = incoming;
    const onward = request({ host, port: upstreamPort, method, path: url, headers, agent: false }, back => {
      answer.writeHead(back.statusCode ?? 502, { ...back.headers, via: PROXY, 'x-cache': 'MISS from proxy01' });
      back.pipe(answer);
    });
    onward.once('error', () => squidError(answer));
    incoming.pipe(onward);
  });

/** Starts a web server of another product where Jetty is expected: its start page, as a wrong address or a balancer shows it. */
export const startOtherWeb = (host: string): Promise<NotifyServer> =>
  serve({ host, port: 0 }, 0, (_, answer) => {
    answer.writeHead(200, { Server: 'Microsoft-IIS/10.0', 'Content-Type': 'text/html' });
    answer.end('<!DOCTYPE html><html><head><title>IIS Windows Server</title></head><body></body></html>\n');
  });

const serve = (
  at: { host: string; port: number },
  slowMs: number,
  handle: (incoming: IncomingMessage, answer: ServerResponse) => void,
): Promise<NotifyServer> =>
  new Promise((resolve, reject) => {
    const counts = { requests: 0, posts: 0 };
    const server: Server = createServer(async (incoming, answer) => {
      counts.requests += 1;
      if (incoming.method === 'POST') counts.posts += 1;
      if (slowMs > 0) await wait(slowMs);
      handle(incoming, answer);
    });
    server.once('error', reject);
    server.listen(at, () =>
      resolve({
        port: (server.address() as AddressInfo).port,
        counts: () => ({ ...counts }),
        stop: () =>
          new Promise(done => {
            server.close(() => done());
            server.closeAllConnections();
          }),
      }),
    );
  });

const jettyError = (answer: ServerResponse, status: number, reason: string, path: string) => {
  const shown = path.replaceAll(/[&<>]/g, sign => `&#${sign.charCodeAt(0)};`);
  const page = `<html>
<head>
<meta http-equiv="Content-Type" content="text/html;charset=ISO-8859-1"/>
<title>Error ${status} ${reason}</title>
</head>
<body>
<h2>HTTP ERROR: ${status}</h2>
<p>Problem accessing ${shown}. Reason:
<pre>    ${reason}</pre></p>
<hr /><i><small>Powered by Jetty://</small></i>
</body>
</html>
`;
  answer.sendDate = false;
  answer.writeHead(status, reason, {
    'Cache-Control': 'must-revalidate,no-cache,no-store',
    'Content-Type': 'text/html;charset=ISO-8859-1',
    'Content-Length': Buffer.byteLength(page),
    Server: JETTY,
  });
  answer.end(page);
};

const squidError = (answer: ServerResponse) => {
  const page =
    '<html><head><title>ERROR: The requested URL could not be retrieved</title></head><body><p>Connection to 127.0.0.1 failed. (111) Connection refused</p></body></html>\n';
  answer.writeHead(503, {
    Server: SQUID,
    'Mime-Version': '1.0',
    'Content-Type': 'text/html;charset=utf-8',
    'Content-Length': Buffer.byteLength(page),
    'X-Squid-Error': 'ERR_CONNECT_FAIL 111',
    Via: PROXY,
  });
  answer.end(page);
};

/** What an Axis service answers to a notification: go on. 343 bytes, the size that Cisco's own captures show. */
const NOTIFIED =
  "<?xml version='1.0' encoding='UTF-8'?><soapenv:Envelope xmlns:soapenv=\"http://schemas.xmlsoap.org/soap/envelope/\"><soapenv:Body>" +
  '<ns1:SendNotificationResult xmlns:ns1="http://schemas.microsoft.com/exchange/services/2006/messages"><ns1:SubscriptionStatus>OK</ns1:SubscriptionStatus></ns1:SendNotificationResult>' +
  '</soapenv:Body></soapenv:Envelope>';
