import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest';
import { NEVER } from '../../src/wire/ending.js';
import { getOnce } from '../../src/wire/http.js';
import { readImapGreeting } from '../../src/wire/imap.js';
import { openLines } from '../../src/wire/line-session.js';
import { shakeHands } from '../../src/wire/tls.js';
import { certificates } from '../store/servers.js';
import { standStill } from '../support/stand-still.js';
import { endsServers, serve } from './hostile.js';

/** A process that had no processor for a while finds its timers rung and its answers unread. Neither says anything about the other end. */
const LIMIT_MS = 2000;
const STANDS_STILL_MS = 2600;

/** A server with a loop of its own, that begins to answer so long after somebody has connected. */
const SERVER = `
  const { createServer } = require('node:net');
  const { TLSSocket } = require('node:tls');
  const { parentPort, workerData: { key, cert, speaks, afterMs } } = require('node:worker_threads');
  const answer = {
    imap: socket => socket.write('* OK ready\\r\\n'),
    http: socket => socket.write('HTTP/1.1 200 OK\\r\\nContent-Length: 0\\r\\n\\r\\n'),
    tls: socket => new TLSSocket(socket, { isServer: true, key, cert }).on('error', () => {}),
  }[speaks];
  createServer(socket => {
    socket.on('error', () => {});
    if (speaks === 'http') socket.resume();
    setTimeout(() => answer(socket), afterMs);
  }).listen(0, '127.0.0.1', function () { parentPort.postMessage(this.address().port); });
`;
let folder: string;
let keys: { key: string; cert: string };
const ends: (() => unknown)[] = [];
endsServers();
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-still-'));
  const { key, cert } = await certificates(folder);
  keys = { key: await readFile(key, 'utf8'), cert: await readFile(cert, 'utf8') };
});
afterAll(() => rm(folder, { recursive: true, force: true }));
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

type Speaks = 'imap' | 'http' | 'tls';
const connected = async (speaks: Speaks, afterMs: number): Promise<Socket> => {
  const worker = new Worker(SERVER, { eval: true, workerData: { ...keys, speaks, afterMs } });
  ends.push(() => worker.terminate());
  const [port] = await once(worker, 'message');
  const socket = connect(port, '127.0.0.1');
  ends.push(() => socket.destroy());
  await once(socket, 'connect');
  return socket;
};
const ASK: Record<Speaks, (socket: Socket) => Promise<string>> = {
  imap: async socket => {
    const lines = openLines(socket, { signal: NEVER, transcribe: () => {} });
    return (await readImapGreeting(lines, LIMIT_MS)).facts.outcome;
  },
  http: async socket => {
    const question = { authority: 'cuc', path: '/', mostBytes: 0, ms: LIMIT_MS, signal: NEVER };
    return (await getOnce(socket, question)).outcome;
  },
  tls: async socket => {
    const options = { name: 'localhost', trust: 'any' as const, old: false, ms: LIMIT_MS, signal: NEVER };
    return (await shakeHands(socket, options)).is;
  },
};

it.each([
  ['came meanwhile', 100, { imap: 'ok', http: 'answered', tls: 'established' }],
  ['comes soon after', STANDS_STILL_MS + 150, { imap: 'ok', http: 'answered', tls: 'established' }],
  ['never comes', 600_000, { imap: 'silent', http: 'silent', tls: 'silent' }],
])('an answer that %s', async (_, afterMs, outcomes) => {
  const all = ['imap', 'http', 'tls'] as const;
  const sockets = await Promise.all(all.map(speaks => connected(speaks, afterMs)));
  const asked = all.map((speaks, index) => ASK[speaks](sockets[index] as Socket));
  await new Promise(resolve => setTimeout(resolve, 50)); // what is asked is on its way
  await standStill(STANDS_STILL_MS);
  const [imap, http, tls] = await Promise.all(asked);
  expect({ imap, http, tls }).toEqual(outcomes);
});

it('what is asked after an earlier question keeps all of its time, also where the time of that one rings too late', async () => {
  const { port } = await serve(socket => {
    socket.write('* OK ready\r\n');
    socket.once('data', () => setTimeout(() => socket.write('A1 OK done\r\n'), 1_500));
  });
  const socket = connect(port, '127.0.0.1');
  const lines = openLines(socket, { signal: NEVER, transcribe: () => {} });
  await readImapGreeting(lines, LIMIT_MS);
  lines.send('A1 NOOP');
  const answer = lines.read(30_000);
  await standStill(STANDS_STILL_MS);
  expect(await answer).toEqual({ is: 'line', line: 'A1 OK done' });
});
