import type { Dice } from './dice.js';
import type { Text } from './seeds.js';

/** One way to spoil some lines of a format; it may change the list that it is given. */
type Way = (lines: string[], dice: Dice, others: readonly Text[]) => void;

/** Some lines of a file, as often as not with what heads it, spoilt in one to six ways: small cases are many cases. */
export const spoiltLines = (text: Text, dice: Dice, others: readonly Text[]): string[] => {
  const lines = windowOf(text, dice);
  for (let ways = 1 + dice.below(6); ways > 0; ways--) dice.oneOf(WAYS)(lines, dice, others);
  return lines;
};

const windowOf = ({ lines }: Text, dice: Dice): string[] => {
  if (dice.once(40)) return [...lines];
  const from = dice.below(lines.length);
  const some = lines.slice(from, from + 1 + dice.below(8));
  return from > 0 && dice.once(2) ? [...lines.slice(0, 1 + dice.below(3)), ...some] : some;
};

const NUMBERS = ['0', '-1', '1e999', '2147483648', '4294967295', '99999999999999999999', '00', '0x10', 'NaN', '１'];
const WORDS = [
  '(((((((((((((((((((((((((((((',
  '<a><a><a><a>',
  '<![CDATA[',
  '&#xffffffff;',
  '%s%n',
  '{"a":[[[[[[[[[[[[',
  '","","',
  '* OK ',
  'A1 NO ',
  'C: ',
  'S: ',
  '\u001b]0;x\u0007',
  '\xe2\x80\xae',
  '__proto__',
  'constructor',
  '../../../../etc/passwd',
  '{4294967295}\r\n',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!',
  '\0\0\0\0',
  '\xef\xbb\xbf',
];
const LOUD = '\0\x01\t\n\r\x1b "\',-:<>[]{}=\x7f\x80\xe9\xfe\xff';
const FILLS = ['a', ' ', '"', '\t', '(', '=', '\r', '<a', '::', ',', '\0', '[['];

const change = (lines: string[], dice: Dice, to: (line: string) => string): void => {
  if (lines.length === 0) return;
  const at = dice.below(lines.length);
  lines[at] = to(lines[at] as string);
};
const insert = (line: string, dice: Dice, words: string): string => {
  const at = dice.below(line.length + 1);
  return line.slice(0, at) + words + line.slice(at);
};
/** Words and what stands between them, in turn: what a format takes for its fields. */
const fieldsOf = (line: string): string[] => line.split(/([\s"',;:=|<>/[\]()]+)/);
const fields = (lines: string[], dice: Dice, to: (fields: string[]) => void): void =>
  change(lines, dice, line => {
    const all = fieldsOf(line);
    to(all);
    return all.join('');
  });
const anyLine = (dice: Dice, others: readonly Text[]): string => dice.oneOf(dice.oneOf(others).lines);

const WAYS: readonly Way[] = [
  // Fields: another one of the format in the place of one, of the same line or of another file
  (lines, dice, others) =>
    fields(lines, dice, all => {
      all[dice.below(all.length)] = dice.oneOf(fieldsOf(anyLine(dice, others)));
    }),
  (lines, dice) =>
    fields(lines, dice, all => {
      const [a, b] = [dice.below(all.length), dice.below(all.length)];
      [all[a], all[b]] = [all[b] as string, all[a] as string];
    }),
  (lines, dice) => fields(lines, dice, all => all.splice(dice.below(all.length), 1 + dice.below(3))),
  (lines, dice) =>
    fields(lines, dice, all => {
      const at = dice.below(all.length);
      all.splice(at, 0, ...all.slice(at, at + 1 + dice.below(4)));
    }),
  (lines, dice) =>
    change(lines, dice, line => {
      const at = dice.below(line.length + 1);
      return line.slice(0, at) + line.slice(at).replace(/\d+/, dice.oneOf(NUMBERS));
    }),
  // Signs
  (lines, dice) => change(lines, dice, line => insert(line, dice, dice.oneOf(WORDS))),
  (lines, dice) =>
    change(lines, dice, line => {
      let left = line;
      for (let times = 1 + dice.below(6); times > 0; times--) {
        const at = dice.below(left.length);
        const sign = dice.once(2) ? (LOUD[dice.below(LOUD.length)] as string) : String.fromCharCode(dice.below(256));
        left = left.slice(0, at) + sign + left.slice(at + 1);
      }
      return left;
    }),
  (lines, dice) =>
    change(lines, dice, line => {
      const times = dice.once(400) ? 150_000 : dice.once(12) ? 3000 : 1 + dice.below(60);
      return insert(line, dice, dice.oneOf(FILLS).repeat(times));
    }),
  (lines, dice) => change(lines, dice, line => line.replaceAll('e', '\xe9')),
  // Lines: cut, joined, broken as a console breaks them, twice, elsewhere, gone
  (lines, dice) => change(lines, dice, line => line.slice(0, dice.below(line.length + 1))),
  (lines, dice) => change(lines, dice, line => line.slice(dice.below(line.length + 1))),
  (lines, dice) => {
    const at = dice.below(lines.length);
    lines.splice(at, 2, lines.slice(at, at + 2).join(dice.once(2) ? '' : ' '));
  },
  (lines, dice) => {
    const at = dice.below(lines.length);
    const line = lines[at] ?? '';
    const cut = dice.below(line.length + 1);
    lines.splice(at, 1, line.slice(0, cut), ' '.repeat(dice.once(2) ? 0 : dice.below(24)) + line.slice(cut));
  },
  (lines, dice) => {
    const at = dice.below(lines.length);
    const times = dice.once(1500) ? 2000 : 1 + dice.below(6);
    lines.splice(at, 0, ...Array<string>(times).fill((lines[at] ?? '').slice(0, 300)));
  },
  (lines, dice) => {
    const [a, b] = [dice.below(lines.length), dice.below(lines.length)];
    [lines[a], lines[b]] = [lines[b] ?? '', lines[a] ?? ''];
  },
  (lines, dice) => void lines.splice(dice.below(lines.length), 1 + dice.below(2)),
  (lines, dice, others) => {
    const from = dice.oneOf(others).lines;
    const at = dice.below(from.length);
    lines.splice(dice.below(lines.length + 1), 0, ...from.slice(at, at + 1 + dice.below(3)));
  },
];

const ENDS = ['\n', '\n', '\n', '\r\n', '\r\n', '\r', '\r\r\n', '\n\n', '\n '];

/** The lines as one text, with one end or with all sorts of them, and now and then without the last one. */
export const withEnds = (lines: readonly string[], dice: Dice): string => {
  const isMixed = dice.once(8);
  const end = dice.oneOf(ENDS);
  const text = isMixed ? lines.map(line => line + dice.oneOf(ENDS)).join('') : lines.join(end);
  return dice.once(3) || isMixed ? text : text + end;
};

/** The same text as another program would have saved it. */
export const encoded = (text: string, dice: Dice): Buffer => {
  const way = dice.below(32);
  if (way === 0) return Buffer.from(`\ufeff${text}`, 'utf16le');
  if (way === 1) return Buffer.from(text, 'utf16le');
  if (way === 2) return Buffer.from(`\ufeff${text}`, 'utf16le').swap16();
  if (way === 3) return Buffer.from(`\ufeff${text}`);
  if (way === 4) return Buffer.from(text);
  return Buffer.from(text, 'latin1');
};
