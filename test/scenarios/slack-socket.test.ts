import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type SlackWhole, saidBy, startSlackWhole } from '../support/slack-whole.js';

/** The same without an open port: the bot dials out, and questions come over its sockets. */
vi.setConfig({ testTimeout: 180_000 });
let test: SlackWhole;
beforeAll(async () => {
  test = await startSlackWhole({ scenarios: ['prod'], mode: 'socket' });
  await test.slack.until(() => test.slack.sockets.count() === 2);
});
afterAll(() => test?.stop());

it('a command is acknowledged and answered, a mention in its thread, and nobody listens over HTTP', async () => {
  const { ackMs } = await test.slack.deliver.command({ channel: 'C1', user: 'U0RUN', text: 'check prod' });
  expect(ackMs).toBeLessThan(3_000);
  expect(saidBy(await test.answer('C1'))).toMatch(/^prod: healthy\./);
  await test.slack.deliver.mention({ channel: 'C2', user: 'U0RUN', text: 'check prod', thread: '1700000000.000200' });
  expect((await test.answer('C2')).thread).toBe('1700000000.000200');
  await expect(fetch(test.url)).rejects.toThrow();
});

it('goes on where Slack has the connections renewed', async () => {
  test.slack.sockets.disconnect('refresh');
  await test.slack.until(() => test.slack.sockets.count() === 2);
  await test.slack.deliver.direct({ user: 'U0RUN', text: 'check prod' });
  expect(saidBy(await test.answer(test.slack.directOf('U0RUN')))).toMatch(/^prod: healthy\./);
});
