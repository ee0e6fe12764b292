import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { type SlackWhole, saidBy, startSlackWhole } from '../support/slack-whole.js';

/** A watch from the command and from the file to the message of an incident, with real looks at a server that breaks and is mended. */
vi.setConfig({ testTimeout: 120_000 });
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

  it('posts one message of what breaks, edits it when it is mended, and never logs in where it is not to', async () => {
    const limits = test.lab.imapLimits('prod') as { total: number };
    const whole = limits.total;
    const logins = loginsSoFar();
    limits.total = 0; // from now on it hangs up on everybody
    const broken = await test.slack.until(() => about('broken:'), 60_000);
    expect(saidBy(broken)).toMatch(/^Critical: prod is broken: /);
    limits.total = whole;
    await test.slack.until(() => saidBy(broken).startsWith('Healthy: prod is fixed after '), 60_000);
    const thread = await test.slack.until(() => messages('C2').find(each => each.thread === broken.ts));
    expect(saidBy(thread)).toMatch(/^Healthy: prod is fixed: broken for /);
    expect(messages('C2').filter(each => /broken:/.test(each.versions[0]?.text ?? ''))).toEqual([broken]);
    expect(loginsSoFar()).toBe(logins);
  });
});
