import { createServer } from 'node:net';
import { expect, it } from 'vitest';
import { connectTcp } from '../../src/wire/tcp.js';
import { endsServers, serve } from './hostile.js';

endsServers();

const never = new AbortController().signal;
const closedPort = () =>
  new Promise<number>(resolve => {
    const server = createServer().listen(0, '127.0.0.1', () => {
      const address = server.address();
      server.close(() => resolve(typeof address === 'object' && address ? address.port : 0));
    });
  });

it('connects, and says to which address', async () => {
  const { port } = await serve(() => {});
  const { facts, socket } = await connectTcp({ host: '127.0.0.1', port }, { ms: 2000, signal: never });
  expect(facts).toMatchObject({ outcome: 'connected', address: '127.0.0.1', code: null });
  socket?.destroy();
});

it('tries every address of a name, and names each with its outcome', async () => {
  const { port } = await serve(() => {});
  const { facts, socket } = await connectTcp({ host: 'localhost', port }, { ms: 2000, signal: never });
  expect(facts.outcome).toBe('connected');
  expect(facts.tried.at(-1)).toEqual({ address: '127.0.0.1', outcome: 'connected' });
  for (const { outcome } of facts.tried.slice(0, -1)) expect(outcome).toMatch(/refused|unreachable/);
  socket?.destroy();
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
  const { facts, socket } = await connectTcp({ host, port: await closedPort() }, { ms: 2000, signal: never });
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
