import { describe, expect, it } from 'vitest';
import { RunId } from '../../src/domain/ids.js';
import { rig } from './rig.js';

/** A question that another bot had begun to answer before it ended: its message stands there and must not stay as it is. */
const begun = { platform: 'slack', handle: 'what the other one had posted' };

describe('a question that was begun', () => {
  it('is laid with the message that stands there, and no other is posted', async () => {
    const { ask, said, sentTo, followed } = rig();
    await ask('check prod', { begun });
    expect(said).toEqual([]);
    expect(sentTo).toEqual([begun]);
    expect(followed).toHaveLength(1);
  });

  it('says there what hinders it', async () => {
    const { ask, said } = rig();
    await ask('check prod');
    await ask('check prod', { begun });
    expect(said.map(({ by, at }) => [by, at])).toEqual([
      ['post', { platform: 'slack', handle: 'question' }],
      ['edit', begun],
    ]);
  });

  it('says there that the queue is away', async () => {
    const { ask, said } = rig({ down: 'runs.begin' });
    await ask('check prod', { begun });
    expect(said.map(({ by, at, view }) => [by, at, view.headline])).toEqual([
      ['edit', begun, expect.stringMatching(/queue \(Redis\) cannot be reached/)],
    ]);
  });
});

it('where a check is answered is noted before it is laid, for whoever may have to go on', async () => {
  const { ask, store, sentTo } = rig();
  const run = RunId.parse('sla-question-1');
  await store.inbox.put('a bot', { run, platform: 'slack', heard: 'check prod' });
  await ask('check prod', { run });
  expect(await store.inbox.adopt('a bot')).toMatchObject([{ run, at: sentTo[0] }]);
});
