import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import type { SlackFault } from '../../src/lab/slack/faults.js';
import type { SlackWhole } from '../support/slack-whole.js';
import { type SlowCheck, startSlowChecks } from '../support/slow-check.js';

/** A Slack that is ill around a check: the result is told in the end, once, and nobody looks again for it. */
vi.setConfig({ testTimeout: 180_000 });
let whole: SlackWhole;
let next: () => SlowCheck;
beforeAll(async () => {
  ({ whole, next } = await startSlowChecks(5));
});
afterAll(() => whole?.stop());

describe('Slack that does not take the result', () => {
  it.each<[string, SlackFault, number]>([
    ['429 with a time to wait', { is: 'rate-limited', retryAfterSec: 2, times: 2 }, 2_000],
    ['500', { is: 'status', status: 500, times: 2 }, 500],
    ['a connection that breaks', { is: 'reset', times: 2 }, 500],
  ])('%s: the same message becomes the result in the end, after waiting as asked', async (_, fault, leastMs) => {
    const check = next();
    await check.ask();
    await check.untilLastProgress();
    whole.slack.faults.set('chat.update', fault);
    await check.expectToldOnce();
    const [, ...tries] = check.edits().map(({ at }) => at);
    expect(tries.length).toBeGreaterThanOrEqual(3);
    for (const [index, at] of tries.slice(1, 3).entries()) expect(at - Number(tries[index])).toBeGreaterThan(leastMs);
  });

  it.each([1, 3])(
    'nor the placeholder, %i times: the result comes as the one message, and no progress before it',
    async times => {
      const check = next();
      whole.slack.faults.set('chat.postMessage', { is: 'status', status: 503, times });
      await check.ask();
      await check.untilProbing();
      await check.expectToldOnce();
      expect(check.words()[0]?.versions).toHaveLength(1);
    },
  );
});
