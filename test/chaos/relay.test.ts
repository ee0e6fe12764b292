import { connect } from 'node:net';
import { expect, it } from 'vitest';
import { redisForTests, socketOf } from '../support/redis.js';
import { startRelay } from './relay.js';

it('what went through right before the end arrives whole, however slow the server is', async () => {
  const redis = await redisForTests();
  const { pid } = redis.running();
  const relay = await startRelay({ path: socketOf(redis.running()) });
  try {
    const admin = await redis.connect();
    const client = connect(relay.port, '127.0.0.1').on('error', () => {});
    client.write('PING\r\n');
    await new Promise(answered => client.once('data', answered));
    process.kill(pid, 'SIGSTOP');
    const broken = new Promise(closed => client.once('close', closed));
    relay.atParcel(
      1,
      'after',
      () => {},
      parcel => parcel.toString().endsWith('x\r\n'),
    );
    // Redis reads some ten kilobytes at a time, answers in between and reads no further for a client that is gone.
    client.write(`SET first 1\r\n*3\r\n$3\r\nSET\r\n$6\r\nsecond\r\n$100000\r\n${'x'.repeat(100_000)}\r\n`);
    await broken;
    process.kill(pid, 'SIGCONT');
    await expect.poll(() => admin.exists('first', 'second'), { timeout: 30_000 }).toBe(2);
  } finally {
    process.kill(pid, 'SIGCONT');
    await relay.stop();
    await redis.stop();
  }
});
