import { connect, type Socket } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { httpFront, MAX_BODY_BYTES } from '../../src/chat/http.js';
import { MAX_ASKED } from '../../src/intake/command.js';
import { metricsListener } from '../../src/metrics/listener.js';
import { openConsole } from './console/rig.js';
import { keptLog } from './slack/rig.js';

/** Every port that we open, and what somebody does who wants to keep it busy. */
const limits = { headersMs: 200, requestMs: 400, idleMs: 500 };
type Open = { port: number; head: string; mostBytes: number; reached: () => number };
let opened = new Map<string, Open>();
const ends: (() => Promise<void>)[] = [];
const LISTENERS = ['Slack and Teams', 'console', 'metrics'];

beforeAll(async () => {
  let asked = 0;
  const front = httpFront({ host: '127.0.0.1', port: 0, ailing: () => null, log: keptLog(), limits });
  front.mount('/in', (_, response) => {
    asked++;
    response.end();
  });
  const { port } = await front.start();
  const console = await openConsole(() => {}, { limits });
  const headers = `host: 127.0.0.1:${console.port}\r\nauthorization: ${console.auth.authorization}\r\ncontent-type: application/json`;
  let shown = 0;
  const metrics = listenForMetrics(limits, () => shown++);
  const at = await metrics.start();
  opened = new Map<string, Open>([
    [
      'Slack and Teams',
      { port, head: 'POST /in HTTP/1.1\r\nhost: bot', mostBytes: MAX_BODY_BYTES, reached: () => asked },
    ],
    [
      'console',
      {
        port: Number(console.port),
        head: `POST /ask HTTP/1.1\r\n${headers}`,
        mostBytes: 6 * MAX_ASKED + 1_024,
        reached: () => console.questions.length,
      },
    ],
    [
      'metrics',
      { port: at.port, head: 'POST /metrics HTTP/1.1\r\nhost: 127.0.0.1', mostBytes: 0, reached: () => shown },
    ],
  ]);
  ends.push(
    () => front.stop(),
    () => console.stop(),
    () => metrics.stop(),
  );
});
afterAll(() => Promise.all(ends.map(end => end())));

/** Cut off in whatever way: `once` of Node would throw where that is a reset. */
const closed = (socket: Socket): Promise<void> =>
  new Promise(resolve => {
    if (socket.destroyed) resolve();
    else socket.once('close', () => resolve());
  });
function listenForMetrics(within: typeof limits, onShown: () => void) {
  return metricsListener({
    host: '127.0.0.1',
    port: 0,
    token: null,
    text: async () => {
      onShown();
      return 'x'.repeat(16 * 2 ** 20);
    },
    contentType: 'text/plain',
    ailing: () => null,
    unready: async () => null,
    onError: () => {},
    limits: within,
  });
}
const listenerOf = (name: string): Open => opened.get(name) as Open;

describe.each(LISTENERS)('at the port of %s', name => {
  it.each([
    ['says nothing', () => ''],
    ['stops in its first line', () => 'POST /'],
    ['stops in its headers', (head: string) => `${head}\r\nx-more: `],
    ['stops in its body', (head: string) => `${head}\r\ncontent-length: 100\r\n\r\n{`],
  ])('who %s is cut off, and asks nothing', async (_, words) => {
    const { port, head, reached } = listenerOf(name);
    const before = reached();
    const socket = connect(port, '127.0.0.1');
    socket.on('error', () => {}); // it hangs up on us: that is what we want
    socket.resume().write(words(head));
    await closed(socket);
    expect(reached()).toBe(before);
  });

  it.each(['content-length: 900000000', 'transfer-encoding: chunked'])(
    'a body that does not end is not read to its end, %s',
    async header => {
      const { port, head, reached } = listenerOf(name);
      const before = reached();
      const socket = connect(port, '127.0.0.1');
      socket.on('error', () => {});
      let answer = '';
      socket.on('data', bytes => {
        answer += String(bytes);
      });
      socket.write(`${head}\r\n${header}\r\n\r\n`);
      const part = 'x'.repeat(0x8000);
      const pour = () => {
        while (!socket.destroyed && socket.write(header.startsWith('transfer') ? `8000\r\n${part}\r\n` : part));
      };
      socket.on('drain', pour);
      pour();
      await closed(socket);
      // Who writes all the time may not come to read what was said to them before they were cut off.
      expect(answer).toMatch(/^$|^HTTP\/1\.1 (?:413|405|408|415) /);
      expect(reached()).toBe(before);
    },
  );
});

it('who asks for metrics and takes nothing of them is cut off', async () => {
  // However long a busy machine takes to hear the question: this is about the answer.
  let shown = 0;
  const metrics = listenForMetrics({ ...limits, headersMs: 60_000, requestMs: 60_000 }, () => shown++);
  const { port } = await metrics.start();
  ends.push(() => metrics.stop());
  const socket = connect(port, '127.0.0.1');
  socket.on('error', () => {});
  socket.pause();
  socket.write('GET /metrics HTTP/1.1\r\nhost: 127.0.0.1\r\n\r\n');
  await expect.poll(() => shown).toBe(1);
  // Nobody tells who does not read that the line is dead, until they write.
  const isCut = () => {
    if (!socket.destroyed) socket.write(' ');
    return socket.destroyed;
  };
  await expect.poll(isCut, { interval: 2 * limits.idleMs }).toBe(true);
});
