import fc from 'fast-check';
import { expect, it } from 'vitest';
import { wholeLines } from '../../src/readers/whole-lines.js';

/** What it tells of pieces that are filled anew each time: blocks of whole lines, and parts of others with a mark before them. */
const toldOf = (pieces: readonly string[]) => {
  const told: string[] = [];
  const sink = wholeLines(
    lines => told.push(lines.toString('latin1')),
    part => told.push(`part ${part.toString('latin1')}`),
  );
  for (const text of pieces) {
    const piece = Buffer.from(text, 'latin1');
    sink.push(piece);
    piece.fill(0xee);
  }
  sink.end();
  return told;
};
const LONG = 'x'.repeat(3000);

it.each<[string, string[], string[]]>([
  ['nothing', [], []],
  ['whole lines', ['a\nb\n', 'c\n'], ['a\nb\n', 'c\n']],
  ['a line in two pieces', ['a\nb', 'c\nd\n'], ['a\n', 'bc\n', 'd\n']],
  ['a line in many pieces', ['a', 'b', 'c\nd\n'], ['abc\n', 'd\n']],
  ['an end of line that comes late', ['a', '\n', '\n'], ['a\n', '\n']],
  ['no end at the end', ['a\nb'], ['a\n', 'part b']],
  ['a long line', [`a\nb${LONG}`, LONG, 'c\nd\n'], ['a\n', `part b${LONG}`, `part ${LONG}`, 'part c\n', 'd\n']],
  ['a line that becomes long', ['b', LONG, 'c\nd'], ['part b', `part ${LONG}`, 'part c\n', 'part d']],
  ['a long line that ends in its second piece', ['b', `${LONG}\nd\n`], ['part b', `part ${LONG}\n`, 'd\n']],
  ['a long line in one piece', [`${LONG}\nd\n`], [`${LONG}\nd\n`]],
])('%s', (_, pieces, told) => expect(toldOf(pieces)).toEqual(told));

it('loses nothing, and gives no block that is not whole lines', () =>
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\n', 'bc\n', 'a\nb', LONG, `${LONG}\n`), { maxLength: 12 }), pieces => {
      const told = toldOf(pieces);
      expect(told.map(words => words.replace(/^part /, '')).join('')).toBe(pieces.join(''));
      for (const words of told) if (!words.startsWith('part ')) expect(words.endsWith('\n')).toBe(true);
    }),
  ));
