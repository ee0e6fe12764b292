import { connect, type Socket } from 'node:net';
import { afterEach, expect, it } from 'vitest';
import { startExchangeImap } from '../../src/lab/exchange-imap.js';
import { binaryNoise, drip, endlessLine, floodOfCapability, type Hostile, mute } from '../../src/lab/hostile.js';
import { type Listener, listen } from '../../src/lab/listener.js';

const MIB = 1024 * 1024;
const running: Listener[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map(listener => listener.stop()));
});
const facing = async (hostile: Hostile): Promise<Socket> => {
  const listener = await listen('127.0.0.1', hostile);
  running.push(listener);
  return connect({ host: '127.0.0.1', port: listener.port });
};
const read = async (socket: Socket, bytes: number): Promise<Buffer> => {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of socket) {
    chunks.push(chunk as Buffer);
    size += (chunk as Buffer).length;
    if (size >= bytes) break;
  }
  return Buffer.concat(chunks);
};

it('never ends its line', async () => {
  const heard = await read(await facing(endlessLine), 3 * MIB);
  expect(heard.subarray(0, 5).toString()).toBe('* OK ');
  expect(heard.length).toBeGreaterThanOrEqual(3 * MIB);
  expect(heard.includes('\n')).toBe(false);
});

it('sends bytes of no protocol, escapes first', async () => {
  const heard = await read(await facing(binaryNoise), MIB);
  expect(heard.subarray(0, 4).toString('latin1')).toBe('\x1b[2J');
  expect(new Set(heard).size).toBe(256);
});

it('gives one byte at a time', async () => {
  const socket = await facing(drip('* OK', 60));
  const chunks: string[] = [];
  for await (const chunk of socket) chunks.push(String(chunk));
  expect(chunks.join('')).toBe('* OK');
  expect(chunks.length).toBeGreaterThan(1); // four, unless this machine was too busy to read in between
});

it('says nothing, whatever it is told', async () => {
  let hear = () => {};
  const told = new Promise<void>(resolve => {
    hear = resolve;
  });
  const socket = await facing(async accepted => {
    accepted.once('data', () => hear());
    await mute(accepted);
  });
  const heard: string[] = [];
  const gone = new Promise(resolve => socket.once('close', resolve));
  socket.on('error', () => {}).on('data', chunk => heard.push(String(chunk)));
  socket.write('a CAPABILITY\r\n');
  await told;
  await Promise.all(running.splice(0).map(listener => listener.stop()));
  await gone;
  expect(heard).toEqual([]);
});

it('greets well and then floods with capability, in lines of a lawful length', async () => {
  const imap = await startExchangeImap('127.0.0.1', { accounts: [], script: { CAPABILITY: floodOfCapability } });
  running.push(imap);
  const socket = connect({ host: '127.0.0.1', port: imap.port });
  socket.write('a CAPABILITY\r\n');
  const heard = (await read(socket, 5 * MIB)).toString('latin1');
  expect(heard).toMatch(/^\* OK The Microsoft Exchange IMAP4 service is ready\.\r\n\* CAPABILITY IMAP4 IMAP4rev1\r\n/);
  expect(Math.max(...heard.split('\r\n').map(line => line.length))).toBeLessThan(8192);
  await expect.poll(() => imap.counts().openNow).toBe(0);
});
