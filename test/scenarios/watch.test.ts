import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { isUntold } from '../../src/domain/incident.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { lasted } from '../../src/view/words.js';
import { type SlackWhole, saidBy, startSlackWhole } from '../support/slack-whole.js';

/** A watch from the command and from the file to the message of an incident, with real looks at a server that breaks and is mended. */
vi.setConfig({ testTimeout: 240_000 });
let test: SlackWhole;
beforeAll(async () => {
  test = await startSlackWhole({
    scenarios: ['prod'],
    config: {
      watches: [
        {
          id: 'eager',
          every: '5s',
          targets: ['prod'],
          breaksAfter: 2,
          recoversAfter: 1,
          logInEvery: 'never',
          to: { slack: 'C2' },
        },
      ],
    },
  });
});
afterAll(() => test?.stop());

const messages = (channel: string) => test.slack.messages(channel);
const asked = async (text: string, user = 'U0OP') => {
  const before = test.slack.toldTo(user).length;
  await test.slack.deliver.command({ channel: 'C1', user, text, trigger: `1.${Math.random()}` });
  return test.slack.until(() => test.slack.toldTo(user).length > before && test.slack.toldTo(user).at(-1));
};

/** All that anybody tried, with the agents who were there before. */
const loginsSoFar = () =>
  Object.values(test.lab.counters('prod').imap?.accounts ?? {}).reduce((all, { tried }) => all + tried, 0);

/** On a busy machine a look may come to nothing, which is told in a message of its own. */
const about = (words: string) => messages('C2').find(each => saidBy(each).includes(words));

describe('a watch', () => {
  it('is refused to who is no operator', async () => {
    expect(saidBy(await asked('watch prod every 5m', 'U0RUN'))).toMatch(/needs the role operator/);
  });

  it('is made once, listed with where it comes from, and ended', async () => {
    test.slack.faults.deliverTimes(3);
    await test.slack.deliver.command({ channel: 'C1', user: 'U0OP', text: 'watch prod every 5m', trigger: '1.made' });
    test.slack.faults.clear();
    const made = await test.slack.until(() => messages('C1')[0]);
    expect(saidBy(made)).toMatch(/^I watch prod here, every 5 min: w-\w{6}/);
    expect(JSON.stringify(made.versions)).toContain('every 30 min one logs in too, never after a refusal');
    expect(saidBy(await asked('watch prod every 1h'))).toMatch(/This is watched here already, by w-\w{6}/);
    const listed = JSON.stringify(await asked('watch list'));
    expect(listed).toMatch(/eager: every 5 s/);
    expect(listed).toMatch(/From the configuration file/);
    expect(listed).toMatch(/From chat, by U0OP/);
    expect(saidBy(await asked('watch off eager'))).toMatch(/stands in the configuration/);
    expect(saidBy(await asked('watch off prod'))).toMatch(/^w-\w{6} is off/);
    expect(messages('C1')).toHaveLength(1);
  });

  it('posts one message of what breaks; a bot that is killed goes on with it, and tells once how long it was broken', async () => {
    const limits = test.lab.imapLimits('prod') as { total: number };
    const whole = limits.total;
    const logins = loginsSoFar();
    const brokeAt = Date.now();
    limits.total = 0; // from now on it hangs up on everybody
    const broken = await test.slack.until(() => about('broken:'));
    expect(saidBy(broken)).toMatch(/^Critical: prod is broken: /);
    // Killed between Slack's answer and its note of it, it would post a second time: nobody can know whether the first arrived.
    const { watches } = redisStore({ redis: await test.redis.connect('worker'), say: () => {} });
    const incidents = async () => (await watches.boards()).flatMap(board => board.incidents);
    await expect.poll(async () => (await incidents()).filter(isUntold).length).toBe(0);
    process.kill(test.bot().pid, 'SIGKILL');
    const toldAt = Date.now();
    await test.bot().ended;
    limits.total = whole; // nobody sees that it is mended, until somebody looks again
    const startedAt = Date.now();
    await test.startBot();
    await test.slack.until(() => saidBy(broken).startsWith('Healthy: prod is fixed after '));
    const thread = () => messages('C2').filter(each => each.thread === broken.ts);
    const fixed = () => thread().filter(each => /^Healthy: prod is fixed: broken for /.test(saidBy(each)));
    await test.slack.until(() => fixed().length > 0);
    expect(fixed()).toHaveLength(1);
    expect(messages('C2').filter(each => /broken:/.test(each.versions[0]?.text ?? ''))).toEqual([broken]);
    expect(loginsSoFar()).toBe(logins);

    // It was broken from when it was first seen so, before the kill, until it was first seen well, after it.
    const cases = (await incidents()).flatMap(each => each.cases);
    const { since, until } = cases.find(({ was }) => was === 'broken') ?? {};
    const [from, to] = [Date.parse(since ?? ''), Date.parse(until ?? '')];
    expect([brokeAt <= from, from < toldAt, startedAt <= to, to <= Date.now()]).toEqual([true, true, true, true]);
    expect(saidBy(broken)).toContain(`is fixed after ${lasted(to - from)}: `);
    expect(saidBy(fixed()[0] as never)).toContain(`broken for ${lasted(to - from)}, from `);
  });
});
