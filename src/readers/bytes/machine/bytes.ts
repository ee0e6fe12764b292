/** From eight bytes on. */
export function isSame(one: u32, other: u32, length: u32): bool {
  const last = length - 8;
  for (let at: u32 = 0; at < last; at += 8) if (load<u64>(one + at) !== load<u64>(other + at)) return false;
  return load<u64>(one + last) === load<u64>(other + last);
}

/** Where a line ends that does end. */
export function endOfLine(from: u32): u32 {
  const ends = i8x16.splat(10);
  let at = from;
  let found = i8x16.bitmask(i8x16.eq(v128.load(at), ends));
  while (found === 0) {
    at += 16;
    found = i8x16.bitmask(i8x16.eq(v128.load(at), ends));
  }
  return at + ctz(found);
}

export function isDigit(sign: u32): bool {
  return sign - 0x30 <= 9;
}
