/** An address as people write it, of four words as they stand in a packet (RFC 5952). */
export const addressOf = (family: 4 | 6, words: Int32Array, at: number): string => {
  const first = words[at] as number;
  if (family === 4) return [24, 16, 8, 0].map(shift => (first >>> shift) & 255).join('.');
  const groups = [0, 1, 2, 3].flatMap(word => {
    const value = words[at + word] as number;
    return [value >>> 16, value & 0xffff];
  });
  return compressed(groups);
};

/** The longest run of zeros, the first one among equals, becomes two colons; a single zero stays. */
const compressed = (groups: readonly number[]): string => {
  let best = { from: 0, length: 0 };
  for (let from = 0; from < 8; from += 1) {
    let length = 0;
    while (from + length < 8 && groups[from + length] === 0) length += 1;
    if (length > best.length) best = { from, length };
  }
  const hex = groups.map(group => group.toString(16));
  if (best.length < 2) return hex.join(':');
  return `${hex.slice(0, best.from).join(':')}::${hex.slice(best.from + best.length).join(':')}`;
};
