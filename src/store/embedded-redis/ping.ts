import { connect } from 'node:net';
import type { Listen } from './server-config.js';

/** Asks once whether a Redis is ready there. Without a client library, whose reconnecting would be in the way while it starts. */
export const ping = (listen: Listen, timeoutMs: number): Promise<'ready' | 'not-ready'> =>
  new Promise(resolve => {
    const socket = connect(
      listen.on === 'socket' ? { path: listen.socketPath } : { host: '127.0.0.1', port: listen.port },
    );
    let heard = '';
    const end = (answer: 'ready' | 'not-ready') => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end('not-ready'));
    socket.on('error', () => end('not-ready'));
    socket.on('close', () => resolve('not-ready'));
    socket.on('connect', () => socket.write(`${listen.on === 'port' ? `AUTH ${listen.password}\r\n` : ''}PING\r\n`));
    socket.on('data', bytes => {
      heard += bytes.toString('latin1');
      if (heard.includes('+PONG\r\n')) end('ready');
      // LOADING while it reads its file, WRONGPASS where somebody else listens.
      else if (heard.includes('-') && heard.endsWith('\r\n')) end('not-ready');
    });
  });
