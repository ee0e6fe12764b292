import { describe, expect, it } from 'vitest';
import { lineSink, MAX_LINE } from '../../src/readers/lines.js';

const linesOf = (pieces: readonly (string | Buffer)[], most?: number) => {
  const lines: [number, string, boolean][] = [];
  const sink = lineSink((line, number, isCut) => lines.push([number, line, isCut]), most === undefined ? {} : { most });
  for (const piece of pieces) sink.push(Buffer.from(piece as string));
  sink.end();
  return { lines, count: sink.lines() };
};
const textsOf = (...pieces: (string | Buffer)[]) => linesOf(pieces).lines.map(([, line]) => line);

describe('lines', () => {
  it.each<[string, (string | Buffer)[], string[]]>([
    ['nothing', [], []],
    ['no end at the end', ['a\nb'], ['a', 'b']],
    ['an end at the end', ['a\nb\n'], ['a', 'b']],
    ['empty lines', ['\n\na\n\n'], ['', '', 'a', '']],
    ['Windows', ['a\r\nb\r\n'], ['a', 'b']],
    ['PuTTY', ['a\r\r\nb\r\r\n'], ['a', 'b']],
    ['an old Mac', ['a\rb\rc'], ['a', 'b', 'c']],
    ['mixed', ['a\r\nb\nc\rd\n'], ['a', 'b', 'c', 'd']],
    ['an end in two pieces', ['a\r', '\nb'], ['a', 'b']],
    ['a line in many pieces', ['a', 'b', 'c\nd', 'e'], ['abc', 'de']],
    ['a sign in two pieces', [Buffer.from([0x61, 0xc3]), Buffer.from([0xa9, 0x0a])], ['aé']],
    ['windows-1252', [Buffer.from('Geb\xfchr \x80\n', 'latin1')], ['Gebühr €']],
    [
      'a line of windows-1252 among UTF-8',
      [Buffer.concat([Buffer.from('für\n'), Buffer.from('f\xfcr\n', 'latin1'), Buffer.from('für\n')])],
      ['für', 'für', 'für'],
    ],
    ['NUL', ['a\0b\n\0\0\n'], ['a\0b', '\0\0']],
  ])('%s', (_, pieces, lines) => expect(textsOf(...pieces)).toEqual(lines));

  it('numbers them from 1, and counts them', () => {
    const { lines, count } = linesOf(['a\n\nb\n']);
    expect([lines.map(([number]) => number), count]).toEqual([[1, 2, 3], 3]);
  });

  it('cuts a long line, says so, and goes on behind it', () => {
    expect(linesOf(['abcd', 'efgh', 'ijkl\nxyz\n'], 6).lines).toEqual([
      [1, 'abcdef', true],
      [2, 'xyz', false],
    ]);
  });

  it('cuts one that comes in one piece all the same', () => {
    expect(linesOf(['abcdefgh\nxyz'], 6).lines).toEqual([
      [1, 'abcdef', true],
      [2, 'xyz', false],
    ]);
  });

  it('never cuts through a sign', () => {
    expect(linesOf(['abcdeé', 'é'], 6).lines).toEqual([[1, 'abcde', true]]);
  });

  it('holds no more of a line of 100 MB than it gives', () => {
    const piece = Buffer.alloc(65_536, 'x');
    const lengths: number[] = [];
    const sink = lineSink(line => lengths.push(line.length));
    const before = process.memoryUsage().arrayBuffers;
    for (let given = 0; given < 100 * 2 ** 20; given += piece.length) sink.push(piece);
    expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(8 * 2 ** 20);
    sink.push(Buffer.from('\nend'));
    sink.end();
    expect(lengths).toEqual([MAX_LINE, 3]);
  });
});
