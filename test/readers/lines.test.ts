import fc from 'fast-check';
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
    ['an old Mac with empty lines', ['a\r\r', '\rb\r', 'c\r\r'], ['a', '', '', 'b', 'c']],
    ['an old Mac in Latin-1', [Buffer.from('für\rf\xfcr\r', 'latin1'), 'für\rx'], ['für', 'für', 'für', 'x']],
    ['PuTTY in pieces', ['a\r', '\r', '\nb\r\r', '\nc'], ['a', 'b', 'c']],
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

  it('cuts a long line of an old Mac, and goes on behind it wherever the piece ends', () => {
    const lines = [
      [1, 'abcdef', true],
      [2, 'xyz', false],
      [3, 'end', false],
    ];
    expect(linesOf(['abcdefgh', 'ijkl\rxyz\rend'], 6).lines).toEqual(lines);
    expect(linesOf(['abcdefgh', 'ijkl\r', 'xyz\rend'], 6).lines).toEqual(lines);
    expect(linesOf(['abcdefgh', 'ijkl\r', '\nxyz\r\n', 'end'], 6).lines).toEqual(lines);
  });

  it('tells the lines of an old Mac as they come, and keeps none of them for the end', () => {
    for (const [line, each] of [
      ['0123456789abcde\r', 1024],
      ['\r', 16_384],
    ] as const) {
      let told = 0;
      const sink = lineSink(() => void told++, { most: 1_000_000 });
      const atOnce = Array.from({ length: 40 }, () => {
        const before = told;
        sink.push(Buffer.from(line.repeat(each)));
        return told - before;
      });
      sink.push(Buffer.from('x'));
      sink.end();
      expect([told, Math.max(...atOnce)]).toEqual([40 * each + 1, each]);
    }
  });

  it('tells the same lines in whatever pieces they come', () =>
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', 'b', '\r', '\n', '\r\n', '\r\r\n', '\r'.repeat(11)), { maxLength: 24 }),
        fc.integer({ min: 1, max: 8 }),
        (signs, size) => {
          const text = signs.join('');
          const pieces = text.match(new RegExp(`[^]{1,${size}}`, 'g')) ?? [];
          expect(linesOf(pieces)).toEqual(linesOf([text]));
        },
      ),
      { numRuns: 300 },
    ));

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
