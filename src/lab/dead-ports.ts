import { once } from 'node:events';
import { type AddressInfo, connect, createServer, type Socket } from 'node:net';
import { setImmediate as nextTurn, setTimeout as wait } from 'node:timers/promises';
import { Worker } from 'node:worker_threads';
import { LabError } from './lab-error.js';
import type { Listener } from './listener.js';

/**
 * A port on which nobody listens and which nobody else can get meanwhile: an outgoing connection holds it as its own end.
 * A connection to it is refused at once.
 */
export const closedPort = async (host: string): Promise<Listener> => {
  const anchor = createServer();
  anchor.listen({ host, port: 0 });
  await once(anchor, 'listening');
  const far = new Promise<Socket>(resolve => anchor.once('connection', resolve));
  const holder = connect({ host: reach(host), port: (anchor.address() as AddressInfo).port });
  await once(holder, 'connect');
  const accepted = await far;
  for (const end of [holder, accepted]) end.on('error', () => {}).unref();
  const { localPort } = holder;
  if (localPort === undefined) throw new LabError('the system gave no port to hold closed');
  return {
    port: localPort,
    stop: async () => {
      holder.destroy();
      accepted.destroy();
      anchor.close();
      await once(anchor, 'close');
    },
  };
};

/** A connection on loopback stands within a millisecond; this long without one means that the SYN was dropped. */
const DROPPED_AFTER_MS = 250;
const MAX_FILLERS = 64;

/**
 * A port that answers nothing, as behind a firewall that drops: its queue of connections is full and nobody takes from it, so the
 * kernel drops each further SYN (Linux, `tcp_abort_on_overflow` 0; other systems may refuse instead). The listener lives in a
 * thread that never returns to its event loop, so it ends with this process whatever happens to it.
 */
export const filteredPort = async (host: string): Promise<Listener> => {
  const gate = new Int32Array(new SharedArrayBuffer(4));
  const thread = new Worker(NEVER_ACCEPTS, { eval: true, execArgv: [], workerData: { host, gate } });
  const [port] = (await once(thread, 'message')) as [number];
  thread.unref();
  const fillers: Socket[] = [];
  const stop = async () => {
    for (const filler of fillers) filler.destroy();
    await thread.terminate();
  };
  while (fillers.length < MAX_FILLERS) {
    const filler = connect({ host: reach(host), port });
    fillers.push(filler);
    filler.on('error', () => {}).unref();
    const patience = new AbortController();
    const connected = once(filler, 'connect', { signal: patience.signal }).then(
      () => true,
      () => false,
    );
    const stood = await Promise.race([connected, wait(DROPPED_AFTER_MS, false, { signal: patience.signal })]);
    patience.abort();
    if (stood) continue;
    await nextTurn(); // on a machine that was busy for so long both have come, and the timer is told first
    if (filler.connecting) return { port, stop };
  }
  await stop();
  throw new LabError('this system accepts connections that nobody takes, so no port can be made to drop them', {
    host,
  });
};

const NEVER_ACCEPTS = `
const { parentPort, workerData } = require('node:worker_threads');
const server = require('node:net').createServer();
server.listen({ host: workerData.host, port: 0, backlog: 1 }, () => {
  parentPort.postMessage(server.address().port);
  Atomics.wait(workerData.gate, 0, 0);
});`;

/** Where to connect to in order to reach what listens on `host`. */
const reach = (host: string): string => (host === '0.0.0.0' ? '127.0.0.1' : host);
