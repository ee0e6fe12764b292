import { expect, it } from 'vitest';
import { connectTcp } from '../../src/wire/tcp.js';
import { freePort } from '../support/free-port.js';
import { endsServers, serve } from './hostile.js';

endsServers();

const never = new AbortController().signal;

it('connects, and says to which address', async () => {
  const { port } = await serve(() => {});
  const { facts, socket } = await connectTcp({ host: '127.0.0.1', port }, { ms: 30_000, signal: never });
  expect(facts).toMatchObject({ outcome: 'connected', address: '127.0.0.1', code: null });
  socket?.destroy();
});

it('tries every address of a name, and names each with its outcome', async () => {
  const { port } = await serve(() => {});
  const { facts, socket } = await connectTcp({ host: 'localhost', port }, { ms: 30_000, signal: never });
  expect(facts.outcome).toBe('connected');
  expect(facts.tried.at(-1)).toMatchObject({ address: '127.0.0.1', outcome: 'connected' });
  for (const { outcome } of facts.tried.slice(0, -1)) expect(outcome).toMatch(/refused|unreachable/);
  socket?.destroy();
});

it('stops at the first address that answers, names the rest, and takes eight of a name that gives more', async () => {
  const { port } = await serve(() => {});
  const given = ['127.0.0.2', '127.0.0.1', ...Array.from({ length: 9 }, (_, index) => `127.0.0.${index + 3}`)];
  const { facts, socket } = await connectTcp(
    { host: 'mail.contoso.test', port },
    { ms: 30_000, signal: never, resolve: async () => given },
  );
  expect(facts).toMatchObject({
    outcome: 'connected',
    address: '127.0.0.1',
    tried: [
      { address: '127.0.0.2', outcome: 'refused' },
      { address: '127.0.0.1', outcome: 'connected' },
    ],
    others: ['127.0.0.3', '127.0.0.4', '127.0.0.5', '127.0.0.6', '127.0.0.7', '127.0.0.8'],
  });
  socket?.destroy();
});

it('begins with the address that it is told of, where the name still has it', async () => {
  const { port } = await serve(() => {});
  const resolve = async () => ['127.0.0.2', '127.0.0.1'];
  const place = { host: 'mail.contoso.test', port };
  for (const [first, tried] of [
    ['127.0.0.1', ['127.0.0.1']],
    ['127.0.0.9', ['127.0.0.2', '127.0.0.1']],
  ] as const) {
    const { facts, socket } = await connectTcp(place, { ms: 30_000, signal: never, resolve, first });
    expect(facts.tried.map(({ address }) => address)).toEqual(tried);
    socket?.destroy();
  }
});

it.each([
  { name: 'a port where nobody listens', host: '127.0.0.1', outcome: 'refused', code: 'ECONNREFUSED' },
  {
    name: 'a name that is none',
    host: 'no-such-host.invalid',
    outcome: /name-not-found|failed/,
    code: /ENOTFOUND|EAI_AGAIN|DNS_TIMEOUT/,
  },
])('$name', async ({ host, outcome, code }) => {
  const { facts, socket } = await connectTcp({ host, port: await freePort() }, { ms: 2000, signal: never });
  expect(socket).toBeNull();
  expect(facts).toMatchObject({
    outcome: expect.stringMatching(outcome),
    code: expect.stringMatching(code),
    address: null,
  });
});

it('throws the reason of the signal', async () => {
  await expect(
    connectTcp({ host: '127.0.0.1', port: 9 }, { ms: 2000, signal: AbortSignal.abort(new Error('cut off')) }),
  ).rejects.toThrow('cut off');
});
