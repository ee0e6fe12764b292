import type { Queue } from 'bullmq';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { digestComes, digestQueue, fortyMinutesAgo } from '../support/digest-comes.js';
import { type SlackWhole, saidBy, startSlackWhole } from '../support/slack-whole.js';

/** A digest from the command to the channel, through the queue's own scheduler and a real look at its targets. */
vi.setConfig({ testTimeout: 180_000 });
let test: SlackWhole;
let queue: Queue;
/** Three days from now, so that it does not come while this runs. */
const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];
const FAR = (new Date().getUTCDay() + 3) % 7;
beforeAll(async () => {
  test = await startSlackWhole({
    scenarios: ['prod', 'imap-throttled'],
    config: {
      digests: [{ id: 'weekly', when: `weekly ${DAYS[FAR]} 08:00`, zone: 'Europe/Paris', to: { slack: 'C2' } }],
    },
  });
  test.slack.addUser('U0OP', { tz: 'America/Chicago' });
  queue = await digestQueue(test);
});
afterAll(async () => {
  await queue?.close();
  await test?.stop();
});

const DUE = fortyMinutesAgo('America/Chicago');

const messages = (channel: string) => test.slack.messages(channel).filter(({ file }) => file === null);
const asked = async (text: string, user = 'U0OP') => {
  const before = test.slack.toldTo(user).length;
  await test.slack.deliver.command({ channel: 'C1', user, text, trigger: `1.${Math.random()}` });
  return test.slack.until(() => test.slack.toldTo(user).length > before && test.slack.toldTo(user).at(-1));
};
const comes = (id: string) => digestComes(test, queue, each => each.id === id);

describe('a digest in Slack', () => {
  it('of the configuration is scheduled from the start', async () => {
    const scheduler = await queue.getJobScheduler('weekly');
    expect(scheduler).toMatchObject({ pattern: `0 8 * * ${FAR}`, tz: 'Europe/Paris' });
    expect(new Date(Number(scheduler?.next)).getUTCDay()).toBe(FAR);
  });

  it('is refused to who is no operator', async () => {
    expect(saidBy(await asked('digest daily 08:00', 'U0RUN'))).toMatch(/needs the role operator/);
    expect(await queue.getJobSchedulersCount()).toBe(1);
  });

  it('is made once, however often Slack delivers it, in the time zone of whoever asks', async () => {
    test.slack.faults.deliverTimes(3);
    await test.slack.deliver.command({ channel: 'C1', user: 'U0OP', text: `digest daily ${DUE}`, trigger: '1.made' });
    test.slack.faults.clear();
    const made = await test.slack.until(() => messages('C1')[0]);
    expect(saidBy(made)).toMatch(/^A digest will come here every day at \d\d:\d\d America\/Chicago: d-\w{6}/);
    await expect.poll(() => queue.getJobSchedulersCount()).toBe(2);
  });

  it('comes once, though Slack is ill and the queue looks again, and says what is so', async () => {
    const id = /d-\w{6}/.exec(saidBy(messages('C1')[0] as never))?.[0] as string;
    test.slack.faults.set('chat.postMessage', { is: 'status', status: 503, times: 3 });
    await comes(id);
    const told = await test.slack.until(() => messages('C1')[1]);
    const words = saidBy(told);
    expect(words).toMatch(
      /^Critical: 1 of 2 needs you · 1 healthy\n- Late: this digest was due at .* and comes 4\d min after it\./,
    );
    expect(JSON.stringify(told.versions)).toContain('[imap-mailbox]');
    // Another look finds the slot begun, and a bot that starts anew finds it told.
    await comes(id);
    await test.bot().stop();
    await test.startBot();
    await asked('digest list');
    expect(messages('C1')).toHaveLength(2);
    const accounts = Object.values(test.lab.counters('imap-throttled').imap?.accounts ?? {});
    expect(accounts.map(({ tried }) => tried)).toEqual([1]);
  });

  it('hangs its picture below the words, which tell the same, and gives the whole table on a click', async () => {
    const picture = await test.slack.until(
      () => test.slack.messages('C1').find(({ file }) => file?.name === 'uccx-digest.png')?.file,
    );
    expect(picture.bytes.toString('latin1', 1, 4)).toBe('PNG');
    expect(picture.title).toMatch(/^7 days\. (?:imap-throttled|prod): /);
    const id = /d-\w{6}/.exec(saidBy(messages('C1')[0] as never))?.[0] as string;
    expect(JSON.stringify(messages('C1')[1]?.versions)).toContain(`/uccx digest table ${id}`);
    await test.slack.deliver.command({ channel: 'C1', user: 'U0OP', text: `digest table ${id}`, trigger: '1.table' });
    const table = await test.slack.until(
      () => test.slack.messages('C1').find(({ file }) => file?.name.endsWith('.csv'))?.file,
    );
    expect(table?.content.split('\r\n').map(line => line.split(',').slice(0, 2).join(' '))).toEqual([
      'target state',
      'prod healthy',
      'imap-throttled problem',
      '',
    ]);
  });

  it('stands in the list with where it comes from, and ends', async () => {
    const listed = JSON.stringify(await asked('digest list'));
    expect(listed).toMatch(/weekly: every \w+day at 08:00 Europe\/Paris/);
    expect(listed).toMatch(/From the configuration file/);
    expect(listed).toMatch(/From chat, by U0OP/);
    expect(saidBy(await asked('digest off weekly'))).toMatch(/stands in the configuration/);
    expect(saidBy(await asked('digest off'))).toMatch(/^d-\w{6} is off/);
    await expect.poll(() => queue.getJobSchedulersCount()).toBe(1);
  });
});
