/**
 * The sieve as a WebAssembly program, written instruction by instruction: JavaScript looks at one byte at a time, this at sixteen. Its
 * memory is what is looked through, and behind it the places that were found.
 */
export type Program = { memory: Uint8Array; marks: Int32Array; find: (bytes: number) => number };

/** So many bytes are looked through at once: a piece of a file, and a line that began in the piece before. */
export const ROOM = 2 * 65_536;
const MARKS_AT = ROOM + 64;
const PAGES = Math.ceil((MARKS_AT + ROOM * 4) / 65_536);

export const programFor = (pairs: readonly string[]): Program => {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(moduleOf(bodyOf(pairs))));
  const { buffer } = exports.memory;
  return { memory: new Uint8Array(buffer), marks: new Int32Array(buffer, MARKS_AT, ROOM), find: exports.find };
};

/** A processor of before 2008 has no instructions for sixteen bytes. */
export const isAvailable = (): boolean => WebAssembly.validate(moduleOf(bodyOf(['ab'])));

/** The little of it that is used; neither the compiler nor the types of Node tell of it. */
const { WebAssembly } = globalThis as unknown as {
  WebAssembly: {
    validate: (module: Uint8Array) => boolean;
    Module: new (bytes: Uint8Array) => object;
    Instance: new (module: object) => { exports: { memory: { buffer: ArrayBuffer }; find: Program['find'] } };
  };
};

/** Numbers as the format has them, seven bits a byte (webassembly.github.io/spec/core/binary/values.html). */
const unsigned = (value: number): number[] => {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...unsigned(value >>> 7)];
};
const signed = (value: number): number[] => {
  const low = value & 0x7f;
  return value >= -64 && value < 64 ? [low] : [low | 0x80, ...signed(value >> 7)];
};
const counted = (items: readonly (readonly number[])[]): number[] => [...unsigned(items.length), ...items.flat()];
const sized = (bytes: readonly number[]): number[] => [...unsigned(bytes.length), ...bytes];
const named = (name: string): number[] => sized([...Buffer.from(name, 'latin1')]);

/** Instructions that are used (webassembly.github.io/spec/core/appendix/index-instructions.html). */
const END = [0x0b];
const block = (...body: number[][]): number[] => [0x02, NO_RESULT, ...body.flat(), ...END];
const loop = (...body: number[][]): number[] => [0x03, NO_RESULT, ...body.flat(), ...END];
const branch = (depth: number): number[] => [0x0c, depth];
const branchIf = (depth: number): number[] => [0x0d, depth];
const get = (local: number): number[] => [0x20, ...unsigned(local)];
const set = (local: number): number[] => [0x21, ...unsigned(local)];
const number = (value: number): number[] => [0x41, ...signed(value)];
const STORE = [0x36, 2, 0];
const [IS_ZERO, NOT_BELOW, FIRST_BIT, ADD, SUBTRACT, AND, SHIFT] = [
  [0x45],
  [0x4f],
  [0x68],
  [0x6a],
  [0x6b],
  [0x71],
  [0x76],
] as const satisfies readonly (readonly number[])[];
const sixteen = (instruction: number, ...more: number[]): number[] => [0xfd, ...unsigned(instruction), ...more];
const load = (offset: number): number[] => sixteen(0, 0, offset);
const EACH_BYTE = sixteen(15);
const EACH_PAIR = sixteen(16);
const SAME_BYTES = sixteen(35);
const SAME_PAIRS = sixteen(45);
const FIRST_NOT_SECOND = sixteen(79);
const ANY_OF = sixteen(80);
const CHOSEN_BY = sixteen(82);
const BITS = sixteen(100);

const [NO_RESULT, I32, V128] = [0x40, 0x7f, 0x7b];
/** Locals: how many bytes, where we are, which of sixteen count, where the next place goes; sixteen bytes, and sixteen from the next one on. */
const [BYTES, AT, FOUND, NEXT, HERE, BEHIND, EVEN, ODD, LOW, LF, CR, FIRST_PAIR] = [
  0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11,
] as const;

/** Pairs that begin at an even byte are seen in the sixteen from here, the others in those from the next byte on. */
function bodyOf(pairs: readonly string[]): number[] {
  const startingIn = (sixteenBytes: number, pair: number) => [
    ...get(sixteenBytes),
    ...get(FIRST_PAIR + pair),
    ...SAME_PAIRS,
  ];
  const anyStartingIn = (sixteenBytes: number) =>
    pairs.flatMap((_, pair) => [...startingIn(sixteenBytes, pair), ...(pair > 0 ? ANY_OF : [])]);
  const is = (sixteenBytes: number, sign: number) => [...get(sixteenBytes), ...get(sign), ...SAME_BYTES];
  const body = [
    [...number(0x0a), ...EACH_BYTE, ...set(LF), ...number(0x0d), ...EACH_BYTE, ...set(CR)],
    [...number(0xff), ...EACH_PAIR, ...set(LOW), ...number(MARKS_AT), ...set(NEXT)],
    ...pairs.map((pair, at) => [
      ...number(pair.charCodeAt(0) | (pair.charCodeAt(1) << 8)),
      ...EACH_PAIR,
      ...set(FIRST_PAIR + at),
    ]),
    block(
      loop(
        [...get(AT), ...get(BYTES), ...NOT_BELOW, ...branchIf(1)],
        [...get(AT), ...load(0), ...set(HERE), ...get(AT), ...load(1), ...set(BEHIND)],
        [...anyStartingIn(HERE), ...set(EVEN), ...anyStartingIn(BEHIND), ...set(ODD)],
        [...get(EVEN), ...get(ODD), ...get(LOW), ...CHOSEN_BY],
        [...is(HERE, LF), ...ANY_OF],
        [...is(HERE, CR), ...is(BEHIND, LF), ...FIRST_NOT_SECOND, ...ANY_OF],
        [...BITS, ...set(FOUND)],
        block(
          loop(
            [...get(FOUND), ...IS_ZERO, ...branchIf(1)],
            [...get(NEXT), ...get(AT), ...get(FOUND), ...FIRST_BIT, ...ADD, ...STORE],
            [...get(NEXT), ...number(4), ...ADD, ...set(NEXT)],
            [...get(FOUND), ...get(FOUND), ...number(1), ...SUBTRACT, ...AND, ...set(FOUND)],
            branch(0),
          ),
        ),
        [...get(AT), ...number(16), ...ADD, ...set(AT)],
        branch(0),
      ),
    ),
    [...get(NEXT), ...number(MARKS_AT), ...SUBTRACT, ...number(2), ...SHIFT],
  ].flat();
  const locals = counted([
    [3, I32],
    [...unsigned(FIRST_PAIR - HERE + pairs.length), V128],
  ]);
  return [...locals, ...body, ...END];
}

/** A module of one function `find` from one number to one, and a memory. */
function moduleOf(body: readonly number[]): Uint8Array {
  const section = (id: number, ...items: number[][]): number[] => [id, ...sized(counted(items))];
  return Uint8Array.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [0x60, ...counted([[I32]]), ...counted([[I32]])]),
    ...section(3, [0]),
    ...section(5, [0, ...unsigned(PAGES)]),
    ...section(7, [...named('memory'), 2, 0], [...named('find'), 0, 0]),
    ...section(10, sized(body)),
  ]);
}
