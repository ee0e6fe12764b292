import { mkdtemp, open, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { makeLog } from '../../src/bin/log.js';
import { ConfigError, UccxDoctorError } from '../../src/domain/errors.js';
import { connectRedis } from '../../src/store/connect.js';
import { redisForTests, type TestRedis } from '../support/redis.js';

/** What the log of a part holds after something went wrong; it is read by more people than the secrets are. */
let redis: TestRedis;
let folder: string;
beforeAll(async () => {
  redis = await redisForTests();
  folder = await mkdtemp(join(tmpdir(), 'uccx-log-'));
});
afterAll(async () => {
  await redis.stop();
  await rm(folder, { recursive: true, force: true });
});

const logged = async (write: (log: ReturnType<typeof makeLog>) => Promise<void> | void): Promise<string> => {
  const path = join(folder, `${Math.random()}.log`);
  const file = await open(path, 'a');
  try {
    await write(makeLog('worker', {}, file.fd));
  } finally {
    await file.close();
  }
  return readFile(path, 'utf8');
};

describe('the log', () => {
  it('does not hold the password of Redis after it was changed there', async () => {
    await (await redis.connect()).config('SET', 'requirepass', 'another one');
    const text = await logged(async log => {
      const connection = connectRedis(redis.url.replace('redis+unix://', 'redis+unix://default:CANARY-PASSWORD@'), {
        role: 'worker',
        say: () => {},
      });
      const worker = new Worker('any', async () => 1, { connection, prefix: '{log}' });
      await new Promise<void>(told => {
        worker.on('error', () => {}); // of later attempts
        worker.once('error', error => {
          log.error({ error }, 'a job of the queue failed');
          told();
        });
      });
      connection.disconnect();
      await worker.close(true);
    });
    expect(text).toContain('WRONGPASS');
    expect(text).not.toContain('CANARY-PASSWORD');
  });

  it('holds what helps: the words, our facts, and the cause', async () => {
    const cause = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED', command: { args: ['x'] } });
    const text = await logged(log =>
      log.warn({ error: new UccxDoctorError('the queue is away', { run: 'run-1' }, { cause }) }, 'trouble'),
    );
    expect(JSON.parse(text)).toMatchObject({
      role: 'worker',
      msg: 'trouble',
      error: {
        type: 'UccxDoctorError',
        message: 'the queue is away',
        facts: { run: 'run-1' },
        cause: { message: 'connect ECONNREFUSED', code: 'ECONNREFUSED' },
      },
    });
    expect(text).not.toContain('args');
  });

  it('wants a level that there is, and says so in one line', () => {
    expect(() => makeLog('bot', { UCCX_LOG: 'verbose' })).toThrow(
      new ConfigError('UCCX_LOG: expected one of trace, debug, info, warn, error, fatal, silent'),
    );
  });
});
