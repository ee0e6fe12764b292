import { afterAll, beforeAll, describe } from 'vitest';
import { type SlackWhole, startSlackWhole } from '../support/slack-whole.js';
import { access } from './slack/access.js';
import { check } from './slack/check.js';
import { hostile } from './slack/hostile.js';
import { recheck } from './slack/recheck.js';

/** What people do with one bot in Slack: the built program, a real worker and Redis. Each part has channels of its own where it counts what stands there. */
let test: SlackWhole;
beforeAll(async () => {
  const scenarios = [
    'branch',
    'prod',
    'slow',
    'bad-password',
    'port-closed',
    'inbox',
    'hostile-banner',
    'imap-disabled',
  ];
  test = await startSlackWhole({ scenarios });
});
afterAll(() => test?.stop());

describe.each([
  ['who may ask', access],
  ['what is asked', check],
  ['words that would do harm', hostile],
  ['the buttons under a result', recheck],
] as const)('%s', (_, part) => part(() => test));
