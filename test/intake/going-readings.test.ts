import { expect, it } from 'vitest';
import { RunId } from '../../src/domain/ids.js';
import { makeGoing } from '../../src/intake/going-readings.js';
import { type Messenger, MessengerBusyError, MessengerRefusedError } from '../../src/intake/ports.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';

/** A bot that was killed has left two messages that say «Reading …»; the first of them meets trouble when the next bot tells of it. */
const left = async (trouble: Error) => {
  let now = 0;
  const { goingReadings: store } = memoryStore({ now: () => now });
  const of = (run: string) => ({ run: RunId.parse(run), to: { platform: 'slack', handle: run }, files: ['a.log'] });
  for (const run of ['sla-first', 'sla-second']) await store.note(of(run));
  const told: unknown[] = [];
  const edit: Messenger['edit'] = async (at, { headline }) => {
    const isFirst = at.handle === 'sla-first' && !told.includes('trouble');
    told.push(isFirst ? 'trouble' : [at.handle, /^The reading was cut off/.test(headline)]);
    if (isFirst) throw trouble;
    return at;
  };
  const going = makeGoing({ store, messenger: () => ({ edit }) as Messenger, onTrouble: () => {} });
  const look = async () => {
    now += 10_001;
    await going.tellLost();
  };
  return { told, look };
};

it('that a reading was cut off is told once the chat takes it, and keeps nobody else waiting', async () => {
  const { told, look } = await left(new MessengerBusyError('429', 60_000));
  await look();
  expect(told).toEqual(['trouble', ['sla-second', true]]);
  await look();
  await look();
  expect(told).toEqual(['trouble', ['sla-second', true], ['sla-first', true]]);
});

it('and is not tried again where the chat refuses it for good', async () => {
  const { told, look } = await left(new MessengerRefusedError('closed'));
  await look();
  await look();
  expect(told).toEqual(['trouble', ['sla-second', true]]);
});
