import { connect } from 'node:net';
import { pipeline } from 'node:stream';
import { type Listener, listen } from './listener.js';

/** Starts a port that hands each connection to the next of several servers in turn, as a balancer without affinity does. */
export const startBalancer = (host: string, ports: readonly [number, number, ...number[]]): Promise<Listener> => {
  let next = 0;
  return listen(host, async socket => {
    const port = ports[next % ports.length] ?? ports[0];
    next += 1;
    const server = connect({ host: host === '0.0.0.0' ? '127.0.0.1' : host, port });
    // Either end may go first; `pipeline` ends the other one.
    pipeline(socket, server, () => {});
    pipeline(server, socket, () => {});
  });
};
