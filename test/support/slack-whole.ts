import type { LabSlack } from '../../src/lab/slack/start-slack.js';
import { startSlack } from '../../src/lab/slack/start-slack.js';
import type { LabMessage } from '../../src/lab/slack/workspace.js';
import { freePort } from './free-port.js';
import { runsIn, startTestWhole, type TestWhole } from './whole.js';

/** The whole bot with a Slack of the lab before it: real processes, real Redis, real HTTP in both directions. */
export type SlackWhole = TestWhole & {
  slack: LabSlack;
  /** Where signed requests go to. */
  url: string;
  /** The message that has become an answer there: by default the first one in C1. */
  answer: (channel?: string, nth?: number) => Promise<LabMessage>;
  /** Every run of a question from Slack that Redis knows: begun, claimed, laid or told. */
  runs: () => Promise<string[]>;
};

type Given = {
  scenarios: readonly string[];
  again?: Readonly<Record<string, string>>;
  mode?: 'http' | 'socket';
  config?: object;
  env?: Record<string, string>;
};

/**
 * Channels: C1 and C2, which the bot is in, CFAR, which it is not in. People: U0OP operator, U0RUN runner, U0VIEW viewer,
 * U0GROUP runner by the group S0OPS, U0NOBODY without a role, U0EXT of another workspace.
 */
export const startSlackWhole = async ({ scenarios, again, mode = 'http', config, env }: Given): Promise<SlackWhole> => {
  // A busy machine is no fault of the bot; that a trigger has run out is a fault to set.
  const slack = await startSlack({ triggerMs: 60_000 });
  slack.addChannel('C1');
  slack.addChannel('C2');
  slack.addChannel('CFAR', { botIsMember: false });
  for (const user of ['U0OP', 'U0RUN', 'U0VIEW', 'U0GROUP', 'U0NOBODY']) slack.addUser(user);
  slack.addUser('U0EXT', { team: 'T0OTHER' });
  slack.setGroup('S0OPS', ['U0GROUP']);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/slack/events`;
  slack.deliver.to(mode === 'http' ? { is: 'http', url } : { is: 'socket' });
  const whole = await startTestWhole({
    scenarios,
    ...(again ? { again } : {}),
    config: {
      slack: {
        mode,
        botToken: 'env:SLACK_BOT_TOKEN',
        appToken: 'env:SLACK_APP_TOKEN',
        signingSecret: 'env:SLACK_SIGNING_SECRET',
        apiUrl: slack.apiUrl,
      },
      listen: { port },
      access: [
        { role: 'operator', platform: 'console', users: ['local'] },
        { role: 'operator', platform: 'slack', users: ['U0OP'] },
        { role: 'runner', platform: 'slack', users: ['U0RUN', 'U0EXT'] },
        { role: 'runner', platform: 'slack', groups: ['S0OPS'] },
        { role: 'viewer', platform: 'slack', users: ['U0VIEW'] },
      ],
      ...config,
    },
    env: {
      SLACK_BOT_TOKEN: slack.botToken,
      SLACK_APP_TOKEN: slack.appToken,
      SLACK_SIGNING_SECRET: slack.signingSecret,
      ...env,
    },
  }).catch(async error => {
    await slack.stop();
    throw error;
  });
  return {
    ...whole,
    slack,
    url,
    answer: (channel = 'C1', nth = 0) =>
      slack.until(() => {
        const message = slack.messages(channel).filter(({ file }) => file === null)[nth];
        return message && !isRunning(message) && message;
      }),
    runs: () => runsIn(whole, 'sla'),
    stop: async () => {
      await whole.stop();
      await slack.stop();
    },
  };
};

/** Everything that Redis holds, as text: each key with its whole value. */
export const dumpOf = async (whole: TestWhole): Promise<Map<string, string>> => {
  const redis = await whole.redis.connect('worker');
  const read = async (key: string): Promise<unknown> => {
    switch (await redis.type(key)) {
      case 'string':
        return redis.get(key);
      case 'hash':
        return redis.hgetall(key);
      case 'list':
        return redis.lrange(key, 0, -1);
      case 'set':
        return redis.smembers(key);
      case 'zset':
        return redis.zrange(key, '0', '-1', 'WITHSCORES');
      case 'stream':
        return redis.xrange(key, '-', '+');
      default:
        return null; // gone in between
    }
  };
  const keys = await redis.keys('*');
  return new Map(await Promise.all(keys.map(async key => [key, JSON.stringify(await read(key))] as const)));
};

/** Also where the queue did not say whether it took the check: that shows later, in the same message. */
const isRunning = (message: LabMessage): boolean => /^Checking |not known whether the check/.test(saidBy(message));

/** The words of a message as they stand now, for notifications and where blocks are not shown. */
export const saidBy = (message: LabMessage): string => message.versions.at(-1)?.text ?? '';

/** Every line that a reader could copy out of a code block of the message, whole. */
export const commandsIn = (message: LabMessage): string[] =>
  ((message.versions.at(-1)?.blocks ?? []) as Block[]).flatMap(({ elements }) =>
    (elements ?? [])
      .filter(({ type }) => type === 'rich_text_preformatted')
      .flatMap(({ elements: words }) =>
        (words ?? [])
          .map(({ text }) => String(text))
          .join('')
          .split('\n'),
      ),
  );
type Block = { type: string; text?: unknown; elements?: Block[] };
