import { afterAll, beforeAll, expect, it } from 'vitest';
import { historySeal } from '../../src/bin/history-seal.js';
import { RunId } from '../../src/domain/ids.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { signingOf } from '../support/signing.js';
import { report } from '../view/build.js';

let redis: TestRedis;
beforeAll(async () => {
  redis = await redisForTests();
}, 120_000);
afterAll(() => redis.stop());

/** Two reports of a bot on one target, and whoever else can write into Redis. */
const rig = async () => {
  const client = await redis.connect();
  const prefix = redis.freshPrefix();
  const said: string[] = [];
  const say = (line: string) => void said.push(line);
  const { history } = redisStore({ redis: client, prefix, say, seal: historySeal(signingOf('bot')) });
  const { target } = report({ verdicts: [] });
  for (const [run, day] of [
    ['sla-one', '20'],
    ['sla-two', '21'],
  ] as const)
    await history.put({
      ...report({ verdicts: [] }),
      run: RunId.parse(run),
      finishedAt: `2026-11-${day}T08:00:00.000Z`,
    });
  const reports = `${prefix}history:${target}:reports`;
  const text = async (run: string) => (await client.hget(reports, run)) ?? '';
  const write = (run: string, words: string) => client.hset(reports, run, words);
  return { history, target, said, text, write, unsealed: redisStore({ redis: client, prefix, say }).history };
};

it('the last report is given as a bot kept it', async () => {
  const { history, target, said } = await rig();
  expect((await history.last(target))?.run).toBe('sla-two');
  expect(said).toEqual([]);
});

it.each<[string, (redis: Awaited<ReturnType<typeof rig>>) => Promise<unknown>]>([
  [
    'that somebody else wrote',
    async ({ write, text }) => write('sla-two', (await text('sla-two')).split('\n')[0] ?? ''),
  ],
  ['that was altered', async ({ write, text }) => write('sla-two', (await text('sla-two')).replace(/:.../, ':AAA'))],
  ['of another run that was put in its place', async ({ write, text }) => write('sla-two', await text('sla-one'))],
  [
    'that a worker signed',
    async ({ write, text }) => {
      const [words = ''] = (await text('sla-two')).split('\n');
      await write('sla-two', `${words}\n${historySeal(signingOf('site-hq')).under(words, 'sla-two.branch')}`);
    },
  ],
])('one %s is left out, which is said', async (_, forge) => {
  const test = await rig();
  await forge(test);
  expect((await test.history.last(test.target))?.run).toBe('sla-one');
  expect(test.said).toEqual([expect.stringMatching(/sla-two .* bears no signature of a bot and was left out/)]);
});

it('who has no seal reads them all the same', async () => {
  const { unsealed, target } = await rig();
  expect((await unsealed.last(target))?.run).toBe('sla-two');
});
