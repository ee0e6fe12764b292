import type { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { seenInTeams } from '../../src/lab/teams/words.js';
import { digestComes, digestQueue, fortyMinutesAgo } from '../support/digest-comes.js';
import { saidInTeams, startTeamsWhole, type TeamsWhole } from '../support/teams-whole.js';

/** A digest in Teams and in the console, from the command to the message that nobody asked for then. */
vi.setConfig({ testTimeout: 180_000 });
let test: TeamsWhole;
let queue: Queue;
beforeAll(async () => {
  test = await startTeamsWhole({ scenarios: ['prod'], config: { console: { port: 0 }, timeZone: 'Asia/Tokyo' } });
  queue = await digestQueue(test);
});
afterAll(async () => {
  await queue?.close();
  await test?.stop();
});

describe('a digest in Teams', () => {
  it('is confirmed in the channel, outside of the thread of the question, in the time zone of the configuration', async () => {
    const said = await test.teams.deliver.say({
      person: test.people.op,
      conversation: test.places.channel,
      text: `digest daily ${fortyMinutesAgo('Asia/Tokyo')}`,
    });
    const made = await test.answer(test.places.channel);
    expect(saidInTeams(made)).toMatch(/A digest will come here every day at \d\d:\d\d Asia\/Tokyo: d-\w{6}$/);
    expect(made.thread).not.toBe(said.message.id);
  });

  it('comes there once, though Teams asks to wait', async () => {
    test.teams.connector.faults.set('*', { is: 'rate-limited', retryAfterSec: 1, times: 3 });
    await digestComes(test, queue, ({ to }) => to.is === 'address' && to.address.platform === 'teams');
    const told = await test.answer(test.places.channel, 1);
    expect(seenInTeams(told)).toMatch(/All clear: prod is healthy[\s\S]*Late: this digest was due at/);
    await digestComes(test, queue, ({ to }) => to.is === 'address' && to.address.platform === 'teams');
    await expect.poll(async () => (await queue.getActiveCount()) + (await queue.getWaitingCount())).toBe(0);
    expect(test.words(test.places.channel)).toHaveLength(2);
  });
});

it('a digest in the console is listed with the other, and ended', async () => {
  expect((await test.ask(`/uccx digest daily 08:00 UTC`)).text).toMatch(
    /A digest will come here every day at 08:00 UTC/,
  );
  const { text } = await test.ask('/uccx digest list');
  expect(text).toMatch(/There are 2 digests\.[\s\S]*Told in the console\./);
  expect((await test.ask('/uccx digest now')).text).toMatch(
    /Preview, from the latest reports: All clear: prod is healthy/,
  );
  expect((await test.ask('/uccx digest off')).text).toMatch(/d-\w{6} is off/);
});
