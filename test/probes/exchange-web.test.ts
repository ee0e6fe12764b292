import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createServer as createTlsServer, type SecureContext, type TLSSocket } from 'node:tls';
import { gzipSync } from 'node:zlib';
import { afterAll, afterEach, beforeAll, describe, expect, it } from 'vitest';
import { InboxTarget, MailTarget } from '../../src/domain/target.js';
import { type Certificates, makeCertificates, SERVER_NAME } from '../../src/lab/certificates.js';
import { startExchangeWeb, type WebOptions, type WebServer } from '../../src/lab/exchange-web.js';
import { exchangeWeb, exchangeWebInbox } from '../../src/probes/exchange-web.js';
import { freePort } from '../support/free-port.js';
import { describePeers } from '../support/peers.js';
import { endsServers, selfSigned, serve } from '../wire/hostile.js';
import { all, inboxTarget, kindsOf, look, mailTarget, only, type Seen, said } from './looking.js';

endsServers();

let folder: string;
let certificates: Certificates;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-web-'));
  certificates = await makeCertificates(folder);
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const running: WebServer[] = [];
afterEach(() => Promise.all(running.splice(0).map(server => server.stop())));
const exchange = async (options: Partial<WebOptions> = {}): Promise<WebServer> => {
  const server = await startExchangeWeb('127.0.0.1', { certificate: certificates.context('good'), ...options });
  running.push(server);
  return server;
};

const webAt = (port: number, more: object = {}) => ({
  host: '127.0.0.1',
  port,
  serverName: SERVER_NAME,
  trust: `ca:${certificates.caFile}`,
  ...more,
});
const inboxAt = (port: number, more: object = {}) => InboxTarget.parse({ ...inboxTarget(9), web: webAt(port, more) });
const answersOf = (seen: Seen) => Object.fromEntries(all(seen, 'web-answer').map(answer => [answer.service, answer]));

describe('the web probe', () => {
  it.each([
    ['2010 SP3', '14.3.123.4', '14.3.123.4', null, 'Microsoft-IIS/7.5'],
    ['2013', '15.0.1497.2', '15.0.1497.2', 'EX01', 'Microsoft-IIS/10.0'],
    ['2016', '15.1.2507.6', '15.1.2507', 'EX01', 'Microsoft-IIS/10.0'],
    ['SE', '15.2.2562.17', '15.2.2562', 'EX01', 'Microsoft-IIS/10.0'],
  ])('reads build and front end of %s', async (_, build, read, frontEnd, server) => {
    const web = await exchange({ build });
    const seen = await look(exchangeWebInbox, inboxAt(web.port));
    expect(kindsOf(seen)).toEqual(['tcp-connect', 'tls-session', 'web-answer', 'web-answer', 'web-answer']);
    expect(only(seen, 'tls-session')).toMatchObject({
      leg: 'web',
      outcome: 'established',
      trusted: true,
      onlyOld: false,
    });
    const { owa, ews, autodiscover } = answersOf(seen);
    expect(owa).toMatchObject({ status: 200, build: read, frontEnd, server, location: null });
    expect(owa?.url).toBe(`https://${SERVER_NAME}:${web.port}/owa/auth/logon.aspx`);
    for (const answer of [ews, autodiscover])
      expect(answer).toMatchObject({
        outcome: 'answered',
        status: 401,
        schemes: ['negotiate', 'ntlm'],
        frontEnd,
        via: null,
      });
  });

  it('is the same for a mail target', async () => {
    const web = await exchange();
    const target = MailTarget.parse({ ...mailTarget({}), web: webAt(web.port) });
    expect(answersOf(await look(exchangeWeb, target)).owa).toMatchObject({ build: '15.1.2507' });
  });

  it('asks by GET alone, with no credentials, one connection after the other, and ends each', async () => {
    const web = await exchange();
    const seen = await look(exchangeWebInbox, inboxAt(web.port));
    expect(web.counts()).toMatchObject({ requests: 4, others: 0, credentials: 0 });
    await expect.poll(() => web.counts().openNow).toBe(0);
    expect(said(seen, 'client').map(line => line.split(' ').slice(0, 2).join(' '))).toEqual([
      'GET /owa/',
      expect.stringMatching(/^GET \/owa\/auth\/logon\.aspx\?url=/),
      'GET /EWS/Exchange.asmx',
      'GET /autodiscover/autodiscover.xml',
    ]);
  });

  it('gives schemes, faults, proxies and redirects as they are, and follows nobody to another place', async () => {
    const web = await exchange({
      faults: { owa: 'redirect', autodiscover: 403 },
      schemes: { ews: [] },
      via: '1.1 proxy01.contoso.test (squid)',
    });
    const { owa, ews, autodiscover } = answersOf(await look(exchangeWebInbox, inboxAt(web.port)));
    expect(owa).toMatchObject({ status: 302, location: 'https://portal.contoso.test/login', build: null });
    expect(ews).toMatchObject({ status: 401, schemes: [], via: '1.1 proxy01.contoso.test (squid)' });
    expect(autodiscover).toMatchObject({ status: 403 });
    expect(web.counts().requests).toBe(3);
  });

  it('tells TLS 1.0 and an untrusted certificate, and looks on, since nothing secret is sent', async () => {
    const old = await exchange({ certificate: certificates.oldContext() });
    const seen = await look(exchangeWebInbox, inboxAt(old.port));
    expect(only(seen, 'tls-session')).toMatchObject({ onlyOld: true, protocol: 'TLSv1' });
    expect(answersOf(seen).ews).toMatchObject({ status: 401 });

    const stranger = await exchange();
    const untrusted = await look(exchangeWebInbox, inboxAt(stranger.port, { trust: 'system' }));
    expect(only(untrusted, 'tls-session')).toMatchObject({ trusted: false });
    expect(answersOf(untrusted).ews).toMatchObject({ status: 401 });
  });

  it('notes a closed port, and a port that speaks no TLS, and goes no further', async () => {
    const closed = await look(exchangeWebInbox, inboxAt(await freePort()));
    expect(kindsOf(closed)).toEqual(['tcp-connect']);
    expect(only(closed, 'tcp-connect')).toMatchObject({ leg: 'web', outcome: 'refused' });

    const plain = await serve(socket => void socket.once('data', () => socket.end('HTTP/1.1 400 Bad Request\r\n\r\n')));
    const noTls = await look(exchangeWebInbox, inboxAt(plain.port));
    expect(kindsOf(noTls)).toEqual(['tcp-connect', 'tls-session']);
    expect(only(noTls, 'tls-session')).toMatchObject({ outcome: 'failed' });
  });

  it('is not planned where no web address is configured', () => {
    expect(exchangeWebInbox.applies?.(inboxTarget(9))).toBe(false);
    expect(exchangeWebInbox.applies?.(inboxAt(9))).toBe(true);
  });
});

describe('hostile web servers', () => {
  const pair = selfSigned();
  const head = (...lines: string[]) => [...lines, '', ''].join('\r\n');
  const open = new Set<Socket>();
  const servers: { stop: () => void }[] = [];
  afterEach(() => {
    for (const { stop } of servers.splice(0)) stop();
  });

  /** Does the same to every connection, inside TLS. */
  const treating = async (treat: (socket: TLSSocket) => void): Promise<number> => {
    const server = createTlsServer(pair, socket => {
      open.add(socket);
      socket.on('error', () => {}).once('close', () => open.delete(socket));
      treat(socket);
    });
    servers.push({
      stop: () => {
        for (const socket of open) socket.destroy();
        server.close();
      },
    });
    await new Promise<void>(resolve => server.listen(0, '127.0.0.1', resolve));
    return (server.address() as AddressInfo).port;
  };
  const answering = (bytes: string | Buffer) => treating(socket => void socket.once('data', () => socket.end(bytes)));

  it.each<[string, string | Buffer, object]>([
    ['words of another protocol', '220 mail ESMTP\r\n', { outcome: 'not-http', status: null }],
    ['noise', Buffer.from('\x1b[2J\x00\xff\xfe', 'latin1'), { outcome: 'not-http' }],
    ['nothing but an end', '', { outcome: 'closed', status: null }],
    ['half a head', 'HTTP/1.1 200 OK\r\nServer: x', { outcome: 'closed', status: null }],
    ['a head without an end', `HTTP/1.1 200 OK\r\nX: ${'a'.repeat(100_000)}`, { outcome: 'too-much' }],
    [
      'headers without an end',
      head('HTTP/1.1 200 OK', ...Array.from({ length: 5000 }, (_, at) => `A${at}: b`)),
      { outcome: 'too-much' },
    ],
    ['a stream of answers before the answer', 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(500), { outcome: 'too-much' }],
    [
      'another protocol in place of HTTP',
      head('HTTP/1.1 101 Switching', 'Upgrade: x', 'Connection: upgrade'),
      { outcome: 'answered', status: 101 },
    ],
    [
      'a body that is packed',
      Buffer.concat([Buffer.from(head('HTTP/1.1 200 OK', 'Content-Encoding: gzip')), gzipSync('/owa/auth/15.1.2507/')]),
      { status: 200, build: null },
    ],
    [
      'a length that is a lie',
      `${head('HTTP/1.1 200 OK', 'Content-Length: 900000')}<a href="/owa/auth/15.1.2507/x">`,
      { status: 200, build: '15.1.2507' },
    ],
    [
      'a redirect to another scheme',
      head('HTTP/1.1 302 Found', 'Location: javascript:alert(1)'),
      { status: 302, location: 'javascript:alert(1)' },
    ],
    [
      'a redirect with a login in it',
      head('HTTP/1.1 302 Found', 'Location: https://a:b@other.test/x?y'),
      { location: 'https://other.test/x' },
    ],
    ['a redirect to nowhere', head('HTTP/1.1 302 Found', 'Location: https://[bad'), { location: 'https://[bad' }],
    [
      'headers that paint',
      head('HTTP/1.1 401 No', 'Server: \u001b[31m', 'WWW-Authenticate: Basic realm="a, b", NTLM, Digest qop="x"'),
      { outcome: 'not-http' },
    ],
    [
      'several schemes in one line',
      head(
        'HTTP/1.1 401 No',
        'WWW-Authenticate: Basic realm="a, Negotiate", charset="UTF-8", NTLM, Bearer a="b"',
        'WWW-Authenticate: ntlm',
      ),
      { schemes: ['basic', 'ntlm', 'bearer'] },
    ],
  ])('%s', async (_, says, is) => {
    const port = await answering(says);
    const seen = await look(exchangeWebInbox, inboxAt(port));
    expect(answersOf(seen).owa).toMatchObject(is);
    expect(all(seen, 'web-answer')).toHaveLength(3);
    await expect.poll(() => open.size).toBe(0);
  });

  it('a redirect in a circle is followed once', async () => {
    let asked = 0;
    const port = await treating(
      socket =>
        void socket.once('data', () => {
          asked += 1;
          socket.end(head('HTTP/1.1 302 Found', `Location: /owa/${asked}`));
        }),
    );
    const seen = await look(exchangeWebInbox, inboxAt(port));
    expect(answersOf(seen).owa).toMatchObject({ status: 302 });
    expect(asked).toBe(4);
  });

  it.each([
    ['a head by the drop', 'HTTP/1.1 200 OK\r\nServer: Microsoft-IIS/10.0\r\n'],
    ['silence', ''],
  ])('%s costs no more than its share of the time', async (_, text) => {
    const port = await treating(socket => {
      let at = 0;
      const timer = setInterval(() => socket.write(text[at++ % text.length] ?? ''), 20);
      if (text === '') clearInterval(timer);
      socket.once('close', () => clearInterval(timer)).resume();
    });
    const seen = await look(exchangeWebInbox, inboxAt(port), { budgetMs: 1800 });
    expect(answersOf(seen).owa).toMatchObject({ outcome: 'silent', status: null });
    await expect.poll(() => open.size).toBe(0);
  });

  it('a body without an end is read up to its bound', async () => {
    let sent = 0;
    const port = await treating(socket => {
      socket.once('data', () => {
        socket.write(head('HTTP/1.1 200 OK'));
        const more = () => {
          while (!socket.destroyed && sent < 50_000_000) {
            sent += 65_536;
            if (!socket.write(Buffer.alloc(65_536, 'a'))) return void socket.once('drain', more);
          }
        };
        more();
      });
    });
    const seen = await look(exchangeWebInbox, inboxAt(port));
    expect(answersOf(seen).owa).toMatchObject({ outcome: 'answered', status: 200, build: null });
    expect(sent).toBeLessThan(20_000_000);
  });

  it('a look that is cut off ends its connection', async () => {
    const port = await treating(() => {});
    const cut = new AbortController();
    const looking = look(exchangeWebInbox, inboxAt(port), { signal: cut.signal });
    await expect.poll(() => open.size).toBe(1);
    cut.abort();
    expect(await looking).toMatchObject({ cut: true });
    await expect.poll(() => open.size).toBe(0);
  });
});

describePeers('the web probe against real servers that are not Exchange', ['nginx', 'jetty', 'legacy-tls'], start => {
  /** TLS in front of a server that speaks plain HTTP. */
  const inFront = (port: number, secureContext: SecureContext) => {
    const front = createTlsServer({ SNICallback: (_, give) => give(null, secureContext) }, socket => {
      const onward = connect(port, '127.0.0.1');
      socket.on('error', () => onward.destroy()).pipe(onward);
      onward.on('error', () => socket.destroy()).pipe(socket);
    });
    return new Promise<{ port: number; stop: () => void }>(resolve =>
      front.listen(0, '127.0.0.1', () =>
        resolve({ port: (front.address() as AddressInfo).port, stop: () => front.close() }),
      ),
    );
  };

  it.each([
    ['nginx', 'http', 502, /^nginx/],
    ['jetty', 'notify', 404, /^Jetty/],
  ] as const)('%s answers without a build, a front end or a login', async (name, key, status, server) => {
    const peer = await start(name);
    const front = await inFront(peer.ports[key] ?? 0, certificates.context('good'));
    const answers = answersOf(await look(exchangeWebInbox, inboxAt(front.port)));
    front.stop();
    for (const answer of Object.values(answers))
      expect(answer).toMatchObject({
        outcome: 'answered',
        status,
        server: expect.stringMatching(server),
        build: null,
        frontEnd: null,
        schemes: [],
      });
  });

  it('goes through a real end of TLS 1.0', async () => {
    const jetty = await start('jetty');
    const old = await start('legacy-tls', { BACKEND: `127.0.0.1:${jetty.ports.notify}` });
    const seen = await look(exchangeWebInbox, inboxAt(old.ports.tls ?? 0, { trust: 'any' }));
    expect(only(seen, 'tls-session')).toMatchObject({ onlyOld: true, protocol: 'TLSv1' });
    expect(answersOf(seen).ews).toMatchObject({ status: 404, server: expect.stringMatching(/^Jetty/) });
  });
});
