import { once } from 'node:events';
import { connect } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type HttpFront, httpFront, MAX_BODY_BYTES } from '../../../src/chat/http.js';
import { keptLog } from './rig.js';

describe('the HTTP listener of the bot', () => {
  let front: HttpFront;
  let url = '';
  let port = 0;
  let ailing: string | null = null;
  let unready: string | null = null;
  let opened = 0;
  const open = async (given: { limits?: { headersMs: number; requestMs: number } } = {}) => {
    front = httpFront({
      host: '127.0.0.1',
      port: 0,
      ailing: () => ailing,
      unready: async () => unready,
      log: keptLog(),
      ...given,
    });
    opened = 0;
    front.mount('/in', (_request, response, body) => {
      opened += 1;
      response.end(`${body.length}`);
    });
    ({ port } = await front.start());
    url = `http://127.0.0.1:${port}`;
  };
  beforeEach(() => open());
  afterEach(() => front.stop());

  it('hands a body over whole', async () => {
    const answer = await fetch(`${url}/in`, { method: 'POST', body: 'x'.repeat(MAX_BODY_BYTES) });
    expect([answer.status, await answer.text()]).toEqual([200, String(MAX_BODY_BYTES)]);
  });

  it.each([
    { name: 'announced', headers: `content-length: ${MAX_BODY_BYTES + 1}\r\n` },
    { name: 'not announced', headers: 'transfer-encoding: chunked\r\n' },
  ])('refuses a body that is too large, $name', async ({ headers }) => {
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined); // it hangs up on us: that is what we want
    socket.write(`POST /in HTTP/1.1\r\nhost: bot\r\n${headers}\r\n`);
    if (headers.startsWith('transfer')) {
      const part = `8000\r\n${'x'.repeat(0x8000)}\r\n`;
      for (let sent = 0; sent <= MAX_BODY_BYTES; sent += 0x8000) socket.write(part);
    }
    const [first] = await once(socket, 'data');
    expect(String(first)).toMatch(/^HTTP\/1\.1 413 /);
    socket.destroy();
    expect(opened).toBe(0);
  });

  it.each([
    { name: 'in its headers', words: 'POST /in HTTP/1.1\r\nhost: bot\r\n' },
    { name: 'in its body', words: 'POST /in HTTP/1.1\r\nhost: bot\r\ncontent-length: 100\r\n\r\nx' },
    { name: 'before it says anything', words: '' },
  ])('cuts off a client that stops $name', async ({ words }) => {
    await front.stop();
    await open({ limits: { headersMs: 300, requestMs: 600 } });
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => undefined); // it may be cut off by a reset, too
    socket.write(words);
    socket.resume();
    await new Promise(resolve => socket.once('close', resolve));
    expect(opened).toBe(0);
  });

  it.each([
    { path: '/else', method: 'POST', status: 404 },
    { path: '/in', method: 'GET', status: 405 },
    { path: '//', method: 'POST', status: 404 },
  ])('answers $method $path with $status', async ({ path, method, status }) => {
    expect((await fetch(`${url}${path}`, { method })).status).toBe(status);
  });

  it('says how it is', async () => {
    ailing = null;
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    ailing = 'no Socket Mode connection to Slack';
    const answer = await fetch(`${url}/healthz`);
    expect([answer.status, await answer.text()]).toEqual([503, 'no Socket Mode connection to Slack\n']);
  });

  it('says whether it should be asked, which is more', async () => {
    ailing = null;
    unready = 'Redis does not answer';
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
    const answer = await fetch(`${url}/readyz`);
    expect([answer.status, await answer.text()]).toEqual([503, 'Redis does not answer\n']);
    unready = null;
    expect((await fetch(`${url}/readyz`)).status).toBe(200);
    expect((await fetch(`${url}/metrics`)).status).toBe(404);
  });

  it('answers nobody behind a door that was taken out', async () => {
    front.unmount('/in');
    expect((await fetch(`${url}/in`, { method: 'POST', body: 'x' })).status).toBe(503);
  });
});
