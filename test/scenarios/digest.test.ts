import { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DIGEST, PREFIX } from '../../jobs/queues.js';
import { repeatStrategy } from '../../jobs/schedule.js';
import { scheduleOf } from '../../src/domain/digest.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { type SlackWhole, saidBy, startSlackWhole } from '../support/slack-whole.js';

/** A digest from the command to the channel, through the queue's own scheduler and a real look at its targets. */
let test: SlackWhole;
let queue: Queue;
beforeAll(async () => {
  test = await startSlackWhole({
    scenarios: ['prod', 'imap-throttled'],
    config: { digests: [{ id: 'weekly', when: 'weekly mon 08:00', zone: 'Europe/Paris', to: { slack: 'C2' } }] },
  });
  test.slack.addUser('U0OP', { tz: 'America/Chicago' });
  queue = new Queue(DIGEST, {
    connection: await test.redis.connect('worker'),
    prefix: PREFIX,
    settings: { repeatStrategy },
  });
});
afterAll(async () => {
  await queue?.close();
  await test?.stop();
});

const messages = (channel: string) => test.slack.messages(channel).filter(({ file }) => file === null);
const asked = async (text: string, user = 'U0OP') => {
  const before = test.slack.toldTo(user).length;
  await test.slack.deliver.command({ channel: 'C1', user, text, trigger: `1.${Math.random()}` });
  return test.slack.until(() => test.slack.toldTo(user).length > before && test.slack.toldTo(user).at(-1));
};
/** As if the digest had been asked for an hour ago, and the queue came to it now. */
const comes = async (id: string) => {
  const { digests } = redisStore({ redis: await test.redis.connect(), say: () => {} });
  const digest = (await digests.all()).find(each => each.id === id);
  if (!digest) throw new Error(`no digest ${id}`);
  await digests.remember(digest.id, { schedule: scheduleOf(digest), since: Date.now() - 3_600_000, laid: [] });
  await (await queue.getJob(`repeat:${id}:${(await queue.getJobScheduler(id))?.next}`))?.promote();
};

describe('a digest in Slack', () => {
  it('of the configuration is scheduled from the start', async () => {
    const scheduler = await queue.getJobScheduler('weekly');
    expect(scheduler).toMatchObject({ pattern: '0 8 * * 1', tz: 'Europe/Paris' });
    expect(new Date(Number(scheduler?.next)).getUTCDay()).toBe(1);
  });

  it('is refused to who is no operator', async () => {
    expect(saidBy(await asked('digest every 1h', 'U0RUN'))).toMatch(/needs the role operator/);
    expect(await queue.getJobSchedulersCount()).toBe(1);
  });

  it('is made once, however often Slack delivers it, in the time zone of whoever asks', async () => {
    test.slack.faults.deliverTimes(3);
    await test.slack.deliver.command({ channel: 'C1', user: 'U0OP', text: 'digest every 1h', trigger: '1.made' });
    test.slack.faults.clear();
    const made = await test.slack.until(() => messages('C1')[0]);
    expect(saidBy(made)).toMatch(/^A digest will come here every 1 h America\/Chicago: d-\w{6}/);
    await expect.poll(() => queue.getJobSchedulersCount()).toBe(2);
  });

  it('comes once, though Slack is ill and the queue looks again, and says what is so', async () => {
    const id = /d-\w{6}/.exec(saidBy(messages('C1')[0] as never))?.[0] as string;
    test.slack.faults.set('chat.postMessage', { is: 'status', status: 503, times: 3 });
    await comes(id);
    const told = await test.slack.until(() => messages('C1')[1], 40_000);
    const words = saidBy(told);
    expect(words).toMatch(/^Critical: 1 of 2 needs you · 1 healthy\n/);
    expect(JSON.stringify(told.versions)).toContain('[imap-mailbox]');
    // Another look finds the slot begun, and a bot that starts anew finds it told. (A full hour is another slot.)
    const hour = Math.floor(Date.now() / 3_600_000);
    await comes(id);
    await test.restart();
    await asked('digest list');
    if (Math.floor(Date.now() / 3_600_000) === hour) expect(messages('C1')).toHaveLength(2);
    expect(test.lab.counters('prod').imap?.connections).toBe(1);
  });

  it('stands in the list with where it comes from, and ends', async () => {
    const listed = JSON.stringify(await asked('digest list'));
    expect(listed).toMatch(/weekly: every Monday at 08:00 Europe\/Paris/);
    expect(listed).toMatch(/From the configuration file/);
    expect(listed).toMatch(/From chat, by U0OP/);
    expect(saidBy(await asked('digest off weekly'))).toMatch(/stands in the configuration/);
    expect(saidBy(await asked('digest off'))).toMatch(/^d-\w{6} is off/);
    await expect.poll(() => queue.getJobSchedulersCount()).toBe(1);
  });
});
