import { connect } from 'node:net';
import type { Listen } from './server-config.js';

/**
 * Asks once whether a Redis is ready there, and which: its process id, or null where none is ready.
 * Without a client library, whose reconnecting would be in the way while it starts.
 */
export const ping = (listen: Listen, timeoutMs: number): Promise<number | null> =>
  new Promise(resolve => {
    const socket = connect(
      listen.on === 'socket' ? { path: listen.socketPath } : { host: '127.0.0.1', port: listen.port },
    );
    let heard = '';
    const end = (answer: number | null) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(timeoutMs, () => end(null));
    socket.on('error', () => end(null));
    socket.on('close', () => resolve(null));
    const login = listen.on === 'port' ? `AUTH ${listen.password}\r\n` : '';
    socket.on('connect', () => socket.write(`${login}INFO server\r\nPING\r\n`));
    socket.on('data', bytes => {
      heard += bytes.toString('latin1');
      const pid = /^process_id:(\d+)\r$/m.exec(heard)?.[1];
      if (heard.endsWith('+PONG\r\n')) end(pid ? Number(pid) : null);
      // LOADING while it reads its file, WRONGPASS where somebody else listens.
      else if (/^-.*\r\n/m.test(heard)) end(null);
    });
  });
