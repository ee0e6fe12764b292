import { expect, it } from 'vitest';
import { inOrder } from '../../src/rules/seen.js';
import { fact } from '../support/build.js';

it('a file is in order from its top to its end, and files and sites by name', () => {
  const at = (artifact: string) => ({
    ...fact('imap-limits'),
    source: { by: 'artifact' as const, reader: 'shell-output', artifact },
  });
  const places = ['a.txt', 'a.txt:7', 'a.txt:27', 'a.txt:101', 'b.txt:3', 'b.txt:20'].map(at);
  expect(inOrder([...places].reverse())).toEqual(places);
  expect(inOrder([places[2], places[0], places[5], places[1], places[4], places[3]] as typeof places)).toEqual(places);
});
