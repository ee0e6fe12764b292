import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RunId } from '../../src/domain/ids.js';
import type { ReplyAddress } from '../../src/domain/request.js';
import { type Messenger, MessengerBusyError } from '../../src/intake/ports.js';
import { progressEdits } from '../../src/intake/progress-edits.js';
import { readingView } from '../../src/view/read.js';

beforeEach(() => vi.useFakeTimers({ toFake: ['performance'] }));
afterEach(() => vi.useRealTimers());
const later = (ms: number) => vi.advanceTimersByTime(ms);
const settled = () => new Promise(resolve => setImmediate(resolve));

const first: ReplyAddress = { platform: 'slack', handle: 0 };
const view = (bytes: number) => () => readingView(['a.log'], RunId.parse('run-0001'), { name: 'a.log', bytes });

/** Each edit moves the message on, as the way back of a command does. */
const messenger = (fails: (edit: number) => Error | null = () => null) => {
  const edits: [unknown, string][] = [];
  const port = {
    edit: async (at: ReplyAddress, { headline }: { headline: string }) => {
      edits.push([at.handle, headline]);
      const error = fails(edits.length);
      if (error) throw error;
      return { ...at, handle: edits.length };
    },
  } as unknown as Messenger;
  return { edits, port };
};

it('says how far it is every few seconds, the latest, and tells where the message is in the end', async () => {
  const { edits, port } = messenger();
  const progress = progressEdits(port, first);
  for (let second = 0; second < 10; second++) {
    progress.say(view(second * 1e6));
    await settled();
    later(1_000);
  }
  expect(edits).toEqual([
    [0, 'Reading 1 file … 3.0 MB of a.log'],
    [1, 'Reading 1 file … 6.0 MB of a.log'],
    [2, 'Reading 1 file … 9.0 MB of a.log'],
  ]);
  expect(await progress.end()).toEqual({ ...first, handle: 3 });
});

it('waits as long as a busy platform asks for, and goes on', async () => {
  const { edits, port } = messenger(edit => (edit === 1 ? new MessengerBusyError('busy', 20_000) : null));
  const progress = progressEdits(port, first);
  const at: number[] = [];
  for (let second = 0; second < 30; second++) {
    const before = edits.length;
    progress.say(view(second * 1e6));
    if (edits.length > before) at.push(second);
    later(1_000);
    await settled();
  }
  expect(at[0]).toBe(3);
  expect(at[1]).toBeGreaterThanOrEqual(23);
  expect(await progress.end()).toEqual({ ...first, handle: 2 });
});
