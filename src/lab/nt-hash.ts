/**
 * What a directory keeps of a password for NTLM: MD4 of its UTF-16. OpenSSL 3 no longer gives MD4 away, so it is counted here from
 * RFC 1320, apart from the client's, so that one is a check on the other.
 */
export const ntHash = (password: string): Buffer => digest(Buffer.from(password, 'utf16le'));

export const digest = (bytes: Uint8Array): Buffer => {
  const blocks = Math.floor((bytes.length + 8) / 64) + 1;
  const view = new DataView(new ArrayBuffer(blocks * 64));
  bytes.forEach((byte, at) => {
    view.setUint8(at, byte);
  });
  view.setUint8(bytes.length, 0x80);
  view.setUint32(blocks * 64 - 8, bytes.length * 8, true);
  const sums = Uint32Array.of(0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476);
  for (let block = 0; block < blocks; block += 1) {
    const reg = Uint32Array.from(sums);
    for (let step = 0; step < 48; step += 1) {
      // The registers take turns: A, D, C, B.
      const at = (4 - (step % 4)) % 4;
      const [x, y, z] = [1, 2, 3].map(further => reg[(at + further) % 4] as number) as [number, number, number];
      const round = Math.floor(step / 16);
      const word = view.getUint32(block * 64 + 4 * wordAt(round, step % 16), true);
      const mixed = (FUNCTIONS[round] as Mix)(x, y, z);
      const sum = ((reg[at] as number) + mixed + word + (ADDED[round] as number)) >>> 0;
      const by = Number(SHIFTS[round]?.[step % 4]);
      reg[at] = (sum << by) | (sum >>> (32 - by));
    }
    sums.forEach((sum, at) => {
      sums[at] = sum + (reg[at] as number);
    });
  }
  const out = Buffer.alloc(16);
  sums.forEach((sum, at) => {
    out.writeUInt32LE(sum, at * 4);
  });
  return out;
};

type Mix = (x: number, y: number, z: number) => number;
const FUNCTIONS: readonly Mix[] = [
  (x, y, z) => z ^ (x & (y ^ z)),
  (x, y, z) => (x & (y | z)) | (y & z),
  (x, y, z) => x ^ y ^ z,
];
const ADDED = [0, 0x5a827999, 0x6ed9eba1];
const SHIFTS = [
  [3, 7, 11, 19],
  [3, 5, 9, 13],
  [3, 9, 11, 15],
];

/** In order, by columns, and with the four bits of the number turned round. */
const wordAt = (round: number, step: number): number => {
  if (round === 0) return step;
  if (round === 1) return (step % 4) * 4 + Math.floor(step / 4);
  return Number.parseInt(step.toString(2).padStart(4, '0').split('').reverse().join(''), 2);
};
