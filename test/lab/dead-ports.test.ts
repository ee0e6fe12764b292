import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { closedPort, filteredPort } from '../../src/lab/dead-ports.js';

/** What a connection comes to within `ms`: the system's word, `connected`, or nothing at all. */
const outcome = (port: number, ms: number): Promise<string> =>
  new Promise(resolve => {
    const socket = connect({ host: '127.0.0.1', port });
    const settle = (word: string) => {
      clearTimeout(timer);
      socket.destroy();
      resolve(word);
    };
    const timer = setTimeout(() => settle('no answer'), ms);
    socket.once('connect', () => settle('connected'));
    socket.once('error', error => settle((error as NodeJS.ErrnoException).code ?? 'error'));
  });

it('refuses at once on a closed port, again and again', async () => {
  const closed = await closedPort('127.0.0.1');
  for (let at = 0; at < 3; at += 1) expect(await outcome(closed.port, 30_000)).toBe('ECONNREFUSED');
  await closed.stop();
});

it('answers nothing on a filtered port, not even to a SYN that is sent again', async () => {
  const filtered = await filteredPort('127.0.0.1');
  // Longer than the kernel's first retransmission (one second), so one lost packet is not what is seen.
  const outcomes = await Promise.all([1, 2, 3, 4].map(() => outcome(filtered.port, 2500)));
  expect(outcomes).toEqual(['no answer', 'no answer', 'no answer', 'no answer']);
  await filtered.stop();
  await expect.poll(() => outcome(filtered.port, 1000)).toBe('ECONNREFUSED');
});

it('answers nothing either where it was made by a process that had no time to look', async () => {
  let busy = true;
  const burn = () => {
    for (const since = Date.now(); Date.now() - since < 300; );
    if (busy) setImmediate(burn);
  };
  setImmediate(burn);
  const filtered = await filteredPort('127.0.0.1');
  busy = false;
  const outcomes = await Promise.all([1, 2, 3].map(() => outcome(filtered.port, 2500)));
  expect(outcomes).toEqual(['no answer', 'no answer', 'no answer']);
  await filtered.stop();
});
