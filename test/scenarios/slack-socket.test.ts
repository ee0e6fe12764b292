import { afterAll, beforeAll, expect, it, vi } from 'vitest';
import { type LoadedLibraries, loadedLibraries } from '../support/loaded-libraries.js';
import { type SlackWhole, saidBy, startSlackWhole } from '../support/slack-whole.js';

/** The same without an open port: the bot dials out, and questions come over its sockets. */
vi.setConfig({ testTimeout: 180_000 });
let test: SlackWhole;
let loaded: LoadedLibraries;
beforeAll(async () => {
  loaded = await loadedLibraries();
  test = await startSlackWhole({ scenarios: ['prod'], mode: 'socket', env: loaded.env });
  await test.slack.until(() => test.slack.sockets.count() === 2);
});
afterAll(async () => {
  await test?.stop();
  await loaded?.remove();
});

it('a command is acknowledged and answered, a mention in its thread, and nobody listens over HTTP', async () => {
  const acknowledged = await test.slack.deliver.command({ channel: 'C1', user: 'U0RUN', text: 'check prod' });
  expect(acknowledged.status).toBe(200);
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

it('loads no library for Teams, which is not configured', async () => {
  await Promise.all([test.bot().stop(), test.worker().stop()]);
  expect(await loaded.told()).toEqual({ bot: [], worker: [] });
});
