import { connect } from 'node:net';
import { PassThrough } from 'node:stream';
import { expect, it } from 'vitest';
import { CAPS, openLines } from '../../src/wire/line-session.js';
import { endsServers, serve } from './hostile.js';

endsServers();

const never = new AbortController().signal;
const over = (port: number, signal = never) => {
  const transcript: string[] = [];
  const socket = connect(port, '127.0.0.1');
  const lines = openLines(socket, { signal, transcribe: (who, text) => transcript.push(`${who}: ${text}`) });
  return { lines, transcript, socket };
};

it('gives lines one after another, and keeps what was read when a reset comes', async () => {
  const { port } = await serve(socket => {
    socket.write('421 busy\r\nhalf a li');
    socket.once('data', () => socket.resetAndDestroy());
  });
  const { lines, transcript } = over(port);
  expect(await lines.read(30_000)).toEqual({ is: 'line', line: '421 busy' });
  lines.send('QUIT');
  expect(await lines.read(30_000)).toEqual({ is: 'closed', partial: 'half a li', code: 'ECONNRESET' });
  expect(transcript).toEqual([
    'server: 421 busy',
    'client: QUIT',
    'server: half a li',
    'note: closed by the other end (ECONNRESET)',
  ]);
});

it.each([
  { name: 'a line without an end', piece: Buffer.alloc(65_536, 'x') },
  { name: 'binary noise without a line end', piece: Buffer.alloc(65_536, 0xfe) },
  { name: 'lines without an end to them', piece: Buffer.from('* OK more\r\n'.repeat(2000)) },
])('stops $name at a bound, and takes no more from there on', async ({ piece }) => {
  const { port, open } = await serve(socket => {
    const more = () => {
      while (!socket.destroyed && socket.write(piece));
      if (!socket.destroyed) socket.once('drain', more);
    };
    more();
  });
  const { lines, transcript, socket } = over(port);
  let got = await lines.read(30_000);
  let count = 0;
  for (; got.is === 'line'; got = await lines.read(30_000)) count += 1;
  expect(got.is).toBe('too-much');
  expect(count).toBeLessThanOrEqual(CAPS.lines);
  expect(got.is === 'too-much' && (got.partial?.length ?? 0)).toBeLessThanOrEqual(300);
  expect(socket.bytesRead).toBeLessThan(1_000_000);
  expect(transcript.at(-1)).toBe('note: more than we take: closed by us');
  await new Promise<void>(resolve => (socket.closed ? resolve() : socket.once('close', () => resolve())));
  const end = Date.now() + 30_000;
  while (open() > 0 && Date.now() < end) await new Promise(resolve => setImmediate(resolve));
  expect(open()).toBe(0);
});

it('ends a server that sends a byte now and then as silent, after the whole time and not after each byte', async () => {
  const { port } = await serve(socket => {
    const timer = setInterval(() => socket.write('x'), 30);
    socket.on('close', () => clearInterval(timer));
  });
  const { lines } = over(port);
  expect(await lines.read(300)).toEqual({ is: 'silent', partial: expect.stringMatching(/^x+$/) });
  await lines.close();
});

it('throws the reason of the signal, and reads on after that only when told to linger', async () => {
  const stream = new PassThrough();
  const abort = new AbortController();
  const lines = openLines(stream, { signal: abort.signal, transcribe: () => {} });
  const reading = lines.read(30_000);
  abort.abort(new Error('cut off'));
  await expect(reading).rejects.toThrow('cut off');
  lines.linger();
  stream.push('late\r\n');
  expect(await lines.read(30_000)).toEqual({ is: 'line', line: 'late' });
});

it('shows neither a secret that a server repeats nor a piece of it', async () => {
  const { port } = await serve(socket => {
    socket.write('you said hunter2-Ag3nt, HUNTER2-AG3NT\r\n');
    socket.end('you said hunter2-A');
  });
  const { lines, transcript } = over(port);
  lines.hide(['hunter2-Ag3nt']);
  await lines.read(30_000);
  expect(await lines.read(30_000)).toMatchObject({ is: 'closed', partial: '[18 bytes of a line that did not end]' });
  expect(transcript.slice(0, 2)).toEqual([
    'server: you said ****, ****',
    'server: [18 bytes of a line that did not end]',
  ]);
});

it('refuses to send a line that holds another', async () => {
  const { port } = await serve(() => {});
  const { lines } = over(port);
  expect(() => lines.send('A1 LOGIN a b\r\nA2 DELETE INBOX')).toThrow('line break');
  await lines.close();
});

it.each([
  {
    name: 'a bare carriage return',
    sent: 'OK a\rA1 NO b\r\nend\r\n',
    shown: ['server: OK a\\rA1 NO b', 'server: end'],
  },
  {
    name: 'a terminal code among plain lines',
    sent: 'OK a\r\n\x1b[2J\r\n',
    shown: ['server: OK a', 'server: \\x1b[2J'],
  },
  { name: 'lines that end in a line feed alone', sent: 'OK a\nOK b\n', shown: ['server: OK a', 'server: OK b'] },
  {
    name: 'other signs beside plain ones',
    sent: 'OK \u00fc\r\nOK a\r\n',
    shown: ['server: OK \u00fc', 'server: OK a'],
  },
])('shows $name as it may be shown, however much comes at once', async ({ sent, shown }) => {
  const { port } = await serve(socket => void socket.write(sent));
  const { lines, transcript } = over(port);
  await lines.read(30_000);
  await lines.read(30_000);
  expect(transcript).toEqual(shown);
  await lines.close();
});

it('shows what was left over in one line, also where the server ends its lines with a line feed alone', async () => {
  const { port } = await serve(socket => void socket.write('OK go\nplain\nwords\n'));
  const { lines, socket } = over(port);
  await lines.read(30_000);
  expect(lines.detach().leftover).toBe('plain\\nwords');
  socket.destroy();
});

it('masks a secret in words that came before it was one', async () => {
  const { port } = await serve(socket => void socket.write('OK hunter2-Ag3nt\r\n'));
  const { lines } = over(port);
  const got = await lines.read(30_000);
  lines.hide(['hunter2-Ag3nt']);
  expect(got.is === 'line' && lines.quote(got.line)).toBe('OK ****');
  await lines.close();
});

it('puts a line together that comes in pieces, each of them looked at with the others', async () => {
  const { port } = await serve(socket => {
    const pieces = ['OK hun', 'ter2-Ag', '3nt\r', '\nOK b\r\n'];
    const next = () => {
      const piece = pieces.shift();
      if (piece !== undefined) socket.write(piece, () => setImmediate(next));
    };
    next();
  });
  const { lines, transcript } = over(port);
  lines.hide(['hunter2-Ag3nt']);
  expect(await lines.read(30_000)).toEqual({ is: 'line', line: 'OK hunter2-Ag3nt' });
  expect(await lines.read(30_000)).toEqual({ is: 'line', line: 'OK b' });
  expect(transcript).toEqual(['server: OK ****', 'server: OK b']);
  await lines.close();
});

it('waits a shorter time after a longer one, and a longer one after a shorter', async () => {
  const { port } = await serve(() => {});
  const { lines } = over(port);
  for (const ms of [300, 100, 200]) {
    const start = performance.now();
    expect((await lines.read(ms)).is).toBe('silent');
    expect(performance.now() - start).toBeGreaterThanOrEqual(ms - 1);
  }
  await lines.close();
});

it('hangs up without waiting for a server that never does', async () => {
  const { port, open } = await serve(socket => {
    socket.allowHalfOpen = true;
    socket.write('A1 OK LOGOUT completed\r\n');
  });
  const { lines, socket } = over(port);
  await lines.read(30_000);
  const closed = new Promise<void>(resolve => socket.once('close', () => resolve()));
  lines.hangUp();
  await closed;
  expect(lines.isOpen()).toBe(false);
  expect(open()).toBe(1); // its side
});
