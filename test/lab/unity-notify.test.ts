import { afterEach, expect, it } from 'vitest';
import { closedPort } from '../../src/lab/dead-ports.js';
import { startNotifyProxy, startUnityNotify } from '../../src/lab/unity-notify.js';
import { dial } from './dial.js';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(ends.splice(0).map(end => end()));
});
const kept = async <Started extends { stop: () => Promise<void> }>(starting: Promise<Started>): Promise<Started> => {
  const started = await starting;
  ends.push(started.stop);
  return started;
};
const SERVICE = '/NotificationService/services/NotificationService?id=2348c723-2484-4c1e-9d3b-5f60718293a4&pid=25672';

it('answers GET / as Jetty 8 does, byte for byte in its head', async () => {
  const jetty = await kept(startUnityNotify('127.0.0.1'));
  const client = await dial(jetty.port);
  client.send('GET / HTTP/1.1\r\nHost: cuc\r\nConnection: close\r\n\r\n');
  const answer = await client.rest();
  expect(answer).toMatch(/^HTTP\/1\.1 404 Not Found\r\n/);
  expect(answer).toContain('\r\nServer: Jetty(8.1.5.v20120716)\r\n');
  expect(answer).toContain('<h2>HTTP ERROR: 404</h2>\n<p>Problem accessing /. Reason:');
  expect(answer).not.toMatch(/\r\nVia:/i);
  expect(jetty.counts()).toEqual({ requests: 1, posts: 0 });
});

it('takes a notification, says OK in 343 bytes, and counts it', async () => {
  const jetty = await kept(startUnityNotify('127.0.0.1'));
  const answer = await fetch(`http://127.0.0.1:${jetty.port}${SERVICE}`, { method: 'POST', body: '<x/>' });
  const body = await answer.text();
  expect(answer.status).toBe(200);
  expect(body).toContain('<ns1:SubscriptionStatus>OK</ns1:SubscriptionStatus>');
  expect(Buffer.byteLength(body)).toBe(343);
  expect(jetty.counts().posts).toBe(1);
});

it('shows a hostile path escaped', async () => {
  const jetty = await kept(startUnityNotify('127.0.0.1'));
  const client = await dial(jetty.port);
  client.send('GET /<script> HTTP/1.1\r\nHost: cuc\r\nConnection: close\r\n\r\n');
  expect(await client.rest()).not.toContain('<script>');
});

it('passes on through a proxy, which leaves its mark', async () => {
  const jetty = await kept(startUnityNotify('127.0.0.1'));
  const proxy = await kept(startNotifyProxy('127.0.0.1', jetty.port));
  const answer = await fetch(`http://127.0.0.1:${proxy.port}/`);
  expect(answer.status).toBe(404);
  expect(answer.headers.get('server')).toBe('Jetty(8.1.5.v20120716)');
  expect(answer.headers.get('via')).toBe('1.1 proxy01.contoso.test (squid/3.5.20)');
  expect(jetty.counts().requests).toBe(1);
});

it('gets the error page of a proxy that cannot go on', async () => {
  const nobody = await kept(closedPort('127.0.0.1'));
  const proxy = await kept(startNotifyProxy('127.0.0.1', nobody.port));
  const answer = await fetch(`http://127.0.0.1:${proxy.port}/`);
  expect(answer.status).toBe(503);
  expect(answer.headers.get('server')).toBe('squid/3.5.20');
  expect(answer.headers.get('x-squid-error')).toBe('ERR_CONNECT_FAIL 111');
  expect(answer.headers.get('via')).toContain('squid');
});
