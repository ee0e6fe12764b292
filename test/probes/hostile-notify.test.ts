import { expect, it } from 'vitest';
import { cucNotify } from '../../src/probes/cuc-notify.js';
import { endsServers, serve } from '../wire/hostile.js';
import { inboxTarget, kindsOf, look, only } from './looking.js';

endsServers();

const http = (...headers: string[]) => ['HTTP/1.1 200 OK', ...headers, '', '<html>body</html>'].join('\r\n');

it.each([
  {
    name: 'Jetty',
    says: http('Server: Jetty(9.4.57)'),
    is: { outcome: 'answered', status: 200, server: 'Jetty(9.4.57)', via: null, proxyHeaders: [] },
  },
  {
    name: 'Jenkins',
    says: http(
      'Server: Jetty(9.4.43)',
      'X-Jenkins: 2.426.1',
      'X-Hudson: 1.395',
      'X-Powered-By: Servlet/3.1',
      'Set-Cookie: JSESSIONID.1=secret',
    ),
    is: { server: 'Jetty(9.4.43)', proxyHeaders: [], products: ['X-Jenkins: 2.426.1', 'X-Hudson: 1.395'] },
  },
  {
    name: 'IIS that passes on',
    says: http('Server: Microsoft-IIS/10.0', 'X-Powered-By: ASP.NET', 'X-Powered-By: ARR/3.0'),
    is: { proxyHeaders: ['X-Powered-By: ARR/3.0'], products: ['X-Powered-By: ASP.NET'] },
  },
  {
    name: 'a proxy that says so',
    says: http(
      'server: squid/5.7',
      'VIA: 1.1 proxy.example (squid)',
      'X-Cache: MISS',
      'X-Squid-Error: ERR_ACCESS_DENIED 0',
      'Via: 1.0 second',
    ),
    is: {
      outcome: 'answered',
      server: 'squid/5.7',
      via: '1.1 proxy.example (squid), 1.0 second',
      proxyHeaders: ['X-Cache: MISS', 'X-Squid-Error: ERR_ACCESS_DENIED 0'],
    },
  },
  {
    name: 'a status and no end of the head',
    says: 'HTTP/1.1 503 Busy\r\nServer: Jetty',
    is: { outcome: 'answered', status: 503, server: null },
  },
  {
    name: 'a TLS alert',
    says: Buffer.from([0x15, 3, 1, 0, 2, 2, 70]),
    is: { outcome: 'not-http', text: '\\x15\\x03\\x01\\x00\\x02\\x02F' },
  },
  { name: 'another protocol', says: '220 mail ESMTP\r\n', is: { outcome: 'not-http', text: '220 mail ESMTP' } },
  { name: 'nothing but an end', says: '', is: { outcome: 'closed', status: null, text: null } },
  { name: 'nothing at all', says: null, is: { outcome: 'silent', status: null } },
  { name: 'a line without an end', says: 'x'.repeat(3_000_000), is: { outcome: 'too-much' } },
  {
    name: 'headers without an end',
    says: http(...Array.from({ length: 900 }, (_, at) => `X-A${at}: b`)),
    is: { outcome: 'too-much', status: 200 },
  },
])('$name', async ({ says, is }) => {
  const server = await serve(socket => {
    socket.once('data', () => {
      if (says !== null) socket.end(says);
    });
  });
  const seen = await look(cucNotify, inboxTarget(server.port), is.outcome === 'silent' ? { budgetMs: 5000 } : {});
  expect(kindsOf(seen)).toEqual(['tcp-connect', 'notify-http']);
  expect(only(seen, 'notify-http')).toMatchObject(is);
  expect(server.heard()).toMatch(/^GET \/ HTTP\/1\.1\r\nHost: 127\.0\.0\.1:\d+\r\n/);
  expect(server.heard()).not.toMatch(/POST/);
  expect(server.count()).toBe(1);
  await expect.poll(server.open).toBe(0);
});
