import { expect, it } from 'vitest';
import { turns } from '../../src/probes/turns.js';

const never = new AbortController().signal;
const gate = () => {
  let open = () => {};
  const opened = new Promise<void>(resolve => {
    open = resolve;
  });
  return { open, opened };
};

it('lets two in at a time, in the order in which they came, and the next when one is through', async () => {
  const inTurn = turns(2);
  const began: number[] = [];
  const gates = [gate(), gate(), gate(), gate()];
  const all = gates.map(({ opened }, index) =>
    inTurn(never, async () => {
      began.push(index);
      await opened;
      if (index === 0) throw new Error('broke off');
    }).catch(() => {}),
  );
  await Promise.resolve();
  expect(began).toEqual([0, 1]);
  gates[0]?.open();
  await all[0];
  expect(began).toEqual([0, 1, 2]);
  for (const { open } of gates) open();
  await Promise.all(all);
  expect(began).toEqual([0, 1, 2, 3]);
});

it('lets nobody wait whose signal is aborted, and gives the place to the next', async () => {
  const inTurn = turns(1);
  const { open, opened } = gate();
  const first = inTurn(never, () => opened);
  const gone = new AbortController();
  const second = inTurn(gone.signal, async () => 'second');
  const third = inTurn(never, async () => 'third');
  gone.abort(new Error('over'));
  await expect(second).rejects.toThrow('over');
  open();
  await first;
  expect(await third).toBe('third');
  await expect(inTurn(gone.signal, async () => 'never')).rejects.toThrow('over');
});
