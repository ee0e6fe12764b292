import type { Dice } from './dice.js';

/** One way to spoil bytes; `others` are further files of the same format, to splice from. */
type Mutation = (bytes: Buffer, dice: Dice, others: readonly Buffer[]) => Buffer;

/** Spoils a file in one to six ways, one after another. */
export const mutated = (bytes: Buffer, dice: Dice, others: readonly Buffer[]): Buffer => {
  let left = bytes;
  for (let ways = 1 + dice.below(6); ways > 0; ways--) left = dice.oneOf(MUTATIONS)(left, dice, others);
  return left.length > MOST_BYTES ? left.subarray(0, MOST_BYTES) : left;
};

/** More only makes cases slow; giant lines and bombs have cases of their own. */
const MOST_BYTES = 400_000;

const MOST_SPLICED = 2000;

const cutAt = (bytes: Buffer, dice: Dice): [number, number] => {
  const [a, b] = [dice.below(bytes.length + 1), dice.below(bytes.length + 1)];
  return [Math.min(a, b), Math.max(a, b)];
};
const replaced = (bytes: Buffer, from: number, to: number, by: Buffer): Buffer =>
  Buffer.concat([bytes.subarray(0, from), by, bytes.subarray(to)]);
const inserted = (bytes: Buffer, dice: Dice, by: Buffer): Buffer => {
  const at = dice.below(bytes.length + 1);
  return replaced(bytes, at, at, by);
};
const eachByte = (bytes: Buffer, dice: Dice, change: (old: number) => number): Buffer => {
  const copy = Buffer.from(bytes);
  for (let times = 1 + dice.below(16); times > 0 && copy.length > 0; times--) {
    const at = dice.below(copy.length);
    copy[at] = change(copy[at] as number);
  }
  return copy;
};
const linesOf = (bytes: Buffer): string[] => bytes.toString('latin1').split('\n');
const bytesOf = (lines: readonly string[]): Buffer => Buffer.from(lines.join('\n'), 'latin1');

const LOUD = [0, 1, 9, 10, 13, 27, 32, 34, 39, 44, 45, 58, 60, 62, 91, 93, 123, 125, 127, 128, 254, 255];
const NUMBERS = ['0', '-1', '1e999', '2147483648', '4294967295', '99999999999999999999', '00', '0x10', 'NaN', '１'];
const LENGTHS = [0, 1, 0x7f, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];
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
  '\u202e',
  '__proto__',
  'constructor',
  '../../../../etc/passwd',
  '{4294967295}\r\n',
  'aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa!',
];

const MUTATIONS: readonly Mutation[] = [
  // Cut, and holes
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1)),
  (bytes, dice) => bytes.subarray(dice.below(bytes.length + 1)),
  (bytes, dice) => replaced(bytes, ...cutAt(bytes, dice), Buffer.alloc(0)),
  // Bits and bytes
  (bytes, dice) => eachByte(bytes, dice, old => old ^ (1 << dice.below(8))),
  (bytes, dice) => eachByte(bytes, dice, () => dice.oneOf(LOUD)),
  (bytes, dice) => eachByte(bytes, dice, () => dice.below(256)),
  (bytes, dice) => inserted(bytes, dice, Buffer.alloc(1 + dice.below(64), dice.once(2) ? 0 : dice.oneOf(LOUD))),
  (bytes, dice) => inserted(bytes, dice, Buffer.from(dice.oneOf(WORDS))),
  // From another file, or from another place
  (bytes, dice, others) => {
    const other = dice.oneOf(others);
    const [from, to] = cutAt(other, dice);
    return replaced(bytes, ...cutAt(bytes, dice), other.subarray(from, Math.min(to, from + MOST_SPLICED)));
  },
  (bytes, dice) => inserted(bytes, dice, bytes.subarray(...cutAt(bytes, dice))),
  // Lengths and numbers
  (bytes, dice) => {
    if (bytes.length < 4) return bytes;
    const copy = Buffer.from(bytes);
    const at = dice.below(Math.floor(copy.length / 4)) * 4;
    if (dice.once(2)) copy.writeUInt32LE(dice.oneOf(LENGTHS), at);
    else copy.writeUInt32BE(dice.oneOf(LENGTHS), at);
    return copy;
  },
  (bytes, dice) => {
    const at = dice.below(bytes.length + 1);
    const rest = bytes.toString('latin1', at, at + 400);
    const found = /\d+/.exec(rest);
    if (!found) return bytes;
    const from = at + found.index;
    return replaced(bytes, from, from + found[0].length, Buffer.from(dice.oneOf(NUMBERS)));
  },
  // Lines
  (bytes, dice) => {
    const lines = linesOf(bytes);
    const [a, b] = [dice.below(lines.length), dice.below(lines.length)];
    [lines[a], lines[b]] = [lines[b] as string, lines[a] as string];
    return bytesOf(lines);
  },
  (bytes, dice) => {
    const lines = linesOf(bytes);
    const at = dice.below(lines.length);
    const times = dice.once(50) ? 2000 : 1 + dice.below(20);
    lines.splice(at, 0, ...Array<string>(times).fill((lines[at] as string).slice(0, 200)));
    return bytesOf(lines);
  },
  (bytes, dice) => {
    const end = dice.oneOf(['\r', '\r\n', '\r\r\n', '\n\n', '']);
    return Buffer.from(
      linesOf(bytes)
        .map(line => (dice.once(3) ? `${line}${end}` : `${line}\n`))
        .join(''),
      'latin1',
    );
  },
  (bytes, dice) =>
    inserted(
      bytes,
      dice,
      Buffer.alloc(dice.once(40) ? 150_000 : 3000, dice.oneOf(['a', ' ', '"', '\t', '(', '=', '\r', '<a', '::'])),
    ),
];

/** The same text as another program would have saved it. */
export const encoded = (bytes: Buffer, dice: Dice): Buffer => {
  const text = bytes.toString('latin1');
  const little = Buffer.from(text, 'utf16le');
  const way = dice.below(5);
  if (way === 0) return Buffer.concat([Buffer.from([0xff, 0xfe]), little]);
  if (way === 1) return little;
  if (way === 2) return Buffer.concat([Buffer.from([0xfe, 0xff]), Buffer.from(little).swap16()]);
  if (way === 3) return Buffer.concat([Buffer.from([0xef, 0xbb, 0xbf]), bytes]);
  return Buffer.from(text.replaceAll('\n', '\r\n').replaceAll('e', '\xe9'), 'latin1');
};
