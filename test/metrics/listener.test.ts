import { request } from 'node:http';
import { afterEach, describe, expect, it } from 'vitest';
import { type Listener, metricsListener } from '../../src/metrics/listener.js';

let listener: Listener | null = null;
afterEach(() => listener?.stop());

const open = async (more: object = {}) => {
  const faults: unknown[] = [];
  listener = metricsListener({
    host: '127.0.0.1',
    port: 0,
    token: null,
    text: async () => 'some_metric 1\n',
    contentType: 'text/plain; version=0.0.4',
    ailing: () => null,
    unready: async () => null,
    onError: error => void faults.push(error),
    ...more,
  });
  const { port } = await listener.start();
  const ask = (path: string, headers: Record<string, string> = {}, method = 'GET') =>
    new Promise<{ status: number; text: string; type: string | undefined }>((resolve, reject) => {
      request({ port, host: '127.0.0.1', path, method, headers }, response => {
        const parts: Buffer[] = [];
        response.on('data', part => void parts.push(part));
        response.on('end', () => {
          const text = Buffer.concat(parts).toString();
          resolve({ status: response.statusCode ?? 0, text, type: response.headers['content-type'] });
        });
      })
        .on('error', reject)
        .end();
    });
  return { ask, faults, port };
};

describe('the listener for who watches over us', () => {
  it('shows metrics, and says how it is', async () => {
    const { ask } = await open({
      ailing: () => 'no connection to Slack',
      unready: async () => 'Redis does not answer',
    });
    expect(await ask('/metrics')).toEqual({ status: 200, text: 'some_metric 1\n', type: 'text/plain; version=0.0.4' });
    expect(await ask('/metrics?x=1')).toMatchObject({ status: 200 });
    expect(await ask('/healthz')).toMatchObject({ status: 503, text: 'no connection to Slack\n' });
    expect(await ask('/readyz')).toMatchObject({ status: 503, text: 'Redis does not answer\n' });
  });

  it.each([
    ['/healthz', 'GET', 200, 'ok\n'],
    ['/readyz', 'GET', 200, 'ready\n'],
    ['/', 'GET', 404, 'there is /metrics, /healthz and /readyz\n'],
    ['/metrics/', 'GET', 404, 'there is /metrics, /healthz and /readyz\n'],
    ['/metrics', 'POST', 405, 'GET only\n'],
  ])('%s by %s: %i', async (path, method, status, text) => {
    const { ask } = await open();
    expect(await ask(path, {}, method)).toMatchObject({ status, text });
  });

  it.each([
    ['nothing', {}, 401],
    ['another token', { authorization: 'Bearer wrong' }, 401],
    ['a part of it', { authorization: 'Bearer s3cr' }, 401],
    ['it in another way', { authorization: 'Basic s3cret' }, 401],
    ['the token', { authorization: 'Bearer s3cret' }, 200],
  ])('with a token: %s', async (_, headers, status) => {
    const { ask } = await open({ token: 's3cret' });
    expect((await ask('/metrics', headers)).status).toBe(status);
    expect((await ask('/healthz')).status).toBe(200);
  });

  it.each([
    ['127.0.0.1:9464', 200],
    ['localhost:9464', 200],
    ['[::1]:9464', 200],
    ['rebound.example:9464', 401],
    ['localhost.example', 401],
  ])('without a token: asked for as %s', async (host, status) => {
    const { ask } = await open();
    expect((await ask('/metrics', { host })).status).toBe(status);
  });

  it('tells a fault to the log and not to who asked', async () => {
    const { ask, faults } = await open({ text: () => Promise.reject(new Error('mail01.contoso.example')) });
    expect(await ask('/metrics')).toMatchObject({ status: 500, text: 'a fault of our own; the log tells more\n' });
    expect(faults).toHaveLength(1);
  });

  it('says that its port is taken', async () => {
    const { port } = await open();
    const second = metricsListener({
      host: '127.0.0.1',
      port,
      token: null,
      text: async () => '',
      contentType: '',
      ailing: () => null,
      unready: async () => null,
      onError: () => {},
    });
    await expect(second.start()).rejects.toThrow(/EADDRINUSE/);
  });
});
