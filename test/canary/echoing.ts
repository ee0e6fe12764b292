import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer, type Server, type Socket } from 'node:net';
import type { Dice } from '../fuzz/dice.js';
import type { Canary } from './secrets.js';
import { USER } from './secrets.js';

/** Servers that give back, in every word that they say, what they were told, and what they will be told. */
export type Echoing = {
  imap: number;
  smtp: number;
  now: (canary: Canary, dice: Dice) => void;
  stop: () => Promise<void>;
};

export const echoingServers = async (): Promise<Echoing> => {
  let canary: Canary | null = null;
  let dice: Dice | null = null;
  let heard: string[] = [];
  /** Before it was sent nobody but the server knows it, so a greeting holds what was sent the time before, never this one. */
  const echo = (): string => {
    const words = heard.length > 0 && dice ? dice.oneOf(heard) : '';
    return words.replace(/[\r\n]/g, ' ');
  };
  const decoded = (word: string) => Buffer.from(word, 'base64').toString('utf8').replaceAll('\0', ' ');
  const listen = (line: string) => {
    heard.push(line, ...line.split(' ').slice(-1), ...line.split(' ').map(decoded), decoded(line));
    if (canary && heard.some(word => word.includes((canary as Canary).secret)))
      heard.push(`${USER} ${canary.secret}`, canary.secret);
  };
  const imap = server((socket, line) => {
    if (line === null) return socket.write('* OK The Microsoft Exchange IMAP4 service is ready.\r\n');
    listen(line);
    const [tag = '', command = ''] = line.split(' ');
    switch (command.toUpperCase()) {
      case 'CAPABILITY':
        return socket.write(
          `* CAPABILITY IMAP4 IMAP4rev1${dice?.once(2) ? ' AUTH=PLAIN' : ' AUTH=LOGIN'}\r\n${tag} OK done\r\n`,
        );
      case 'AUTHENTICATE':
        last = tag;
        return socket.write('+ \r\n');
      case 'LOGIN':
        return socket.write(answer(tag));
      case 'SELECT':
        return socket.write(`* 7 EXISTS\r\n* OK ${echo()}\r\n${tag} ${dice?.once(2) ? 'OK' : 'NO'} ${echo()}\r\n`);
      case 'LOGOUT':
        return socket.end(`* BYE ${echo()}\r\n${tag} OK ${echo()}\r\n`);
      default:
        return socket.write(asks++ % 2 === 0 && dice?.once(3) ? `+ ${echo()}\r\n` : answer(last));
    }
  });
  const smtp = server((socket, line) => {
    if (line === null) return socket.write('220 mail.contoso.test Microsoft ESMTP MAIL Service\r\n');
    listen(line);
    const verb = line.split(' ')[0]?.toUpperCase();
    if (verb === 'EHLO') return socket.write('250-mail.contoso.test Hello\r\n250 AUTH PLAIN LOGIN\r\n');
    if (verb === 'QUIT') return socket.end(`221 ${echo()}\r\n`);
    if (verb === 'AUTH')
      return socket.write(line.split(' ').length > 2 ? `535 5.7.3 ${echo()}\r\n` : '334 VXNlcm5hbWU6\r\n');
    return socket.write(
      asks++ % 2 === 0 ? '334 UGFzc3dvcmQ6\r\n' : `${dice?.once(2) ? '235 2.7.0' : '535 5.7.3'} ${echo()}\r\n`,
    );
  });
  let last = 'A1';
  let asks = 0;
  const answer = (tag: string): string =>
    `* ${dice?.once(3) ? 'BAD' : 'OK'} [ALERT] ${echo()}\r\n${tag} ${dice?.oneOf(['NO', 'OK', 'BAD'])} ${echo()} failed for ${echo()}.\r\n`;
  const ports = await Promise.all([imap, smtp].map(listening));
  return {
    imap: ports[0] as number,
    smtp: ports[1] as number,
    now: (next, chance) => {
      canary = next;
      dice = chance;
      heard = [];
      asks = 0;
    },
    stop: async () => {
      for (const each of [imap, smtp]) each.close();
    },
  };
};

const server = (on: (socket: Socket, line: string | null) => unknown): Server =>
  createServer(socket => {
    let rest = '';
    socket.on('error', () => {});
    socket.on('data', bytes => {
      rest += bytes.toString('utf8');
      for (let at = rest.indexOf('\n'); at >= 0; at = rest.indexOf('\n')) {
        const line = rest.slice(0, at).replace(/\r$/, '');
        rest = rest.slice(at + 1);
        if (!socket.writableEnded) on(socket, line);
      }
    });
    on(socket, null);
  });

const listening = async (each: Server): Promise<number> => {
  each.listen(0, '127.0.0.1');
  await once(each, 'listening');
  return (each.address() as AddressInfo).port;
};
