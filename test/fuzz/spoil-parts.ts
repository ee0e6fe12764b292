import type { Dice } from './dice.js';
import type { Framed, Part } from './frames.js';

/**
 * Some parts of a file, spoilt in one to six ways. What carries a secret stays as it is, and so does whatever leads to it: spoilt
 * elsewhere it could become the word of another speaker, and there nobody could tell it from any other word.
 */
export const spoiltParts = (file: Framed, dice: Dice, others: readonly Framed[]): Buffer => {
  const parts = windowOf(file.parts, dice);
  for (let ways = 1 + dice.below(3); ways > 0; ways--) dice.oneOf(PART_WAYS)(parts, dice, others);
  if (file.secret.length > 0 && dice.once(2)) {
    for (let times = dice.below(4); times > 0; times--) spoilWithin(parts, dice);
    const at = 1 + dice.below(parts.length);
    parts.splice(at, 0, ...file.secret.filter(() => !dice.once(12)));
    return bytesOf(parts);
  }
  let bytes = bytesOf(parts);
  for (let ways = dice.below(4); ways > 0; ways--) bytes = dice.oneOf(BYTE_WAYS)(bytes, dice);
  return bytes;
};

const bytesOf = (parts: readonly Part[]): Buffer => Buffer.concat(parts.map(({ bytes }) => bytes));

/** What heads the file, and some of what follows. */
const windowOf = (parts: readonly Part[], dice: Dice): Part[] => {
  const heads = parts.findIndex(({ to }) => to > 0);
  const rest = parts.length - Math.max(0, heads);
  if (heads < 0 || rest <= 4 || dice.once(30)) return [...parts];
  const from = heads + (dice.once(2) ? 0 : dice.below(rest));
  return [...parts.slice(0, heads), ...parts.slice(from, from + 2 + dice.below(10))];
};

type PartWay = (parts: Part[], dice: Dice, others: readonly Framed[]) => void;
/** The first one stays where it is. */
const placeIn = (parts: readonly Part[], dice: Dice): number => 1 + dice.below(Math.max(1, parts.length - 1));

const spoilWithin = (parts: Part[], dice: Dice): void => {
  const at = placeIn(parts, dice);
  const part = parts[at];
  if (!part || part.to <= part.from) return;
  const bytes = Buffer.from(part.bytes);
  for (let times = 1 + dice.below(4); times > 0; times--) spoilNumber(bytes, part.from, part.to, dice);
  parts[at] = { ...part, bytes };
};

const PART_WAYS: readonly PartWay[] = [
  spoilWithin,
  spoilWithin,
  (parts, dice) => void parts.splice(placeIn(parts, dice), 1 + dice.below(2)),
  (parts, dice) => {
    const at = placeIn(parts, dice);
    parts.splice(at, 0, ...parts.slice(at, at + 1 + dice.below(3)));
  },
  (parts, dice) => {
    const [a, b] = [placeIn(parts, dice), placeIn(parts, dice)];
    const [one, other] = [parts[a], parts[b]];
    if (one && other) [parts[a], parts[b]] = [other, one];
  },
  (parts, dice, others) => {
    const from = dice.oneOf(others).parts;
    const at = dice.below(from.length);
    parts.splice(placeIn(parts, dice), 0, ...from.slice(at, at + 1 + dice.below(3)));
  },
];

const LOUD = [0, 1, 9, 10, 13, 27, 32, 34, 39, 44, 45, 58, 60, 62, 91, 93, 123, 125, 127, 128, 254, 255];
const LENGTHS = [0, 1, 0x7f, 0xff, 0xffff, 0x10000, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

/** One byte, or two or four as a number of either order; most often near the beginning, where formats have their headers. */
const spoilNumber = (bytes: Buffer, from: number, to: number, dice: Dice): void => {
  const room = dice.once(2) ? Math.min(64, to - from) : to - from;
  const at = from + dice.below(room);
  const width = dice.oneOf([1, 1, 2, 4]);
  if (width === 1 || at + width > to)
    bytes[at] = dice.once(3)
      ? dice.oneOf(LOUD)
      : dice.once(2)
        ? dice.below(256)
        : (bytes[at] as number) ^ (1 << dice.below(8));
  else if (dice.once(2)) bytes.writeUIntLE(lengthOf(width, bytes, dice), at, width);
  else bytes.writeUIntBE(lengthOf(width, bytes, dice), at, width);
};
const lengthOf = (width: number, bytes: Buffer, dice: Dice): number => {
  const number = dice.once(2) ? dice.below(bytes.length + 2) : dice.oneOf(LENGTHS);
  return width === 2 ? number & 0xffff : number;
};

type ByteWay = (bytes: Buffer, dice: Dice) => Buffer;
const cutAt = (bytes: Buffer, dice: Dice): [number, number] => {
  const [a, b] = [dice.below(bytes.length + 1), dice.below(bytes.length + 1)];
  return [Math.min(a, b), Math.max(a, b)];
};
const insert = (bytes: Buffer, dice: Dice, by: Buffer): Buffer => {
  const at = dice.below(bytes.length + 1);
  return Buffer.concat([bytes.subarray(0, at), by, bytes.subarray(at)]);
};

const spoilAnywhere: ByteWay = (bytes, dice) => {
  if (bytes.length === 0) return bytes;
  const copy = Buffer.from(bytes);
  for (let times = 1 + dice.below(12); times > 0; times--) spoilNumber(copy, 0, copy.length, dice);
  return copy;
};

const BYTE_WAYS: readonly ByteWay[] = [
  spoilAnywhere,
  spoilAnywhere,
  spoilAnywhere,
  (bytes, dice) => bytes.subarray(0, dice.below(bytes.length + 1)),
  (bytes, dice) => (dice.once(8) ? bytes.subarray(dice.below(bytes.length + 1)) : bytes),
  (bytes, dice) => {
    const [from, to] = cutAt(bytes, dice);
    return Buffer.concat([bytes.subarray(0, from), bytes.subarray(to)]);
  },
  (bytes, dice) => {
    const [from, to] = cutAt(bytes, dice);
    return insert(bytes, dice, bytes.subarray(from, Math.min(to, from + 2000)));
  },
  (bytes, dice) => {
    const size = dice.once(200) ? 150_000 : 1 + dice.below(64);
    return insert(bytes, dice, Buffer.alloc(size, dice.once(2) ? 0 : dice.oneOf(LOUD)));
  },
];
