import { expect, it } from 'vitest';
import { turns } from '../../src/chat/turns.js';

/** Work that goes on until it is told to end. */
const works = (count: number) => {
  const begun: number[] = [];
  const ends: ((error?: Error) => void)[] = [];
  const all = Array.from({ length: count }, (_, index) => () => {
    begun.push(index);
    return new Promise<number>((resolve, reject) => {
      ends[index] = error => (error ? reject(error) : resolve(index));
    });
  });
  return { begun, ends, all };
};

it('lets so many go on at a time, and the next one in when one ends, in the order in which they came', async () => {
  const inTurn = turns(2);
  const { begun, ends, all } = works(4);
  const done = all.map(inTurn);
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  expect(await done[1]).toBe(1);
  expect(begun).toEqual([0, 1, 2]);
  ends[0]?.();
  await done[0];
  expect(begun).toEqual([0, 1, 2, 3]);
  ends[2]?.();
  ends[3]?.();
  expect(await Promise.all(done)).toEqual([0, 1, 2, 3]);
});

it('gives the turn on when work fails, and hands the failure to whoever asked for it', async () => {
  const inTurn = turns(1);
  const { begun, ends, all } = works(2);
  const [first, second] = all.map(inTurn);
  ends[0]?.(new Error('broke off'));
  await expect(first).rejects.toThrow('broke off');
  expect(begun).toEqual([0, 1]);
  ends[1]?.();
  expect(await second).toBe(1);
});

it('has a free turn again after a quiet time', async () => {
  const inTurn = turns(1);
  expect(await inTurn(async () => 'one')).toBe('one');
  expect(await inTurn(async () => 'two')).toBe('two');
});
