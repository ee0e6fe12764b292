/**
 * MD4 (RFC 1320), of which NTLM makes the key of a password. OpenSSL 3 no longer gives it to `node:crypto`, and it is good for
 * nothing else.
 */
export const md4 = (message: Buffer): Buffer => {
  let [a, b, c, d] = [0x67452301, 0xefcdab89, 0x98badcfe, 0x10325476];
  const padded = pad(message);
  const word = new Array<number>(16).fill(0);
  for (let at = 0; at < padded.length; at += 64) {
    for (let i = 0; i < 16; i += 1) word[i] = padded.readUInt32LE(at + 4 * i);
    const before = [a, b, c, d] as const;
    for (const { mix, plus, order, shifts } of ROUNDS) {
      for (const [step, index] of order.entries()) {
        const sum = (a + mix(b, c, d) + (word[index] as number) + plus) >>> 0;
        const turn = shifts[step % 4] as number;
        [a, b, c, d] = [d, ((sum << turn) | (sum >>> (32 - turn))) >>> 0, b, c];
      }
    }
    [a, b, c, d] = [a + before[0], b + before[1], c + before[2], d + before[3]];
  }
  const digest = Buffer.alloc(16);
  for (const [i, value] of [a, b, c, d].entries()) digest.writeUInt32LE(value >>> 0, 4 * i);
  return digest;
};

/** To whole blocks of 64 bytes, the last of which ends with the length in bits. */
const pad = (message: Buffer): Buffer => {
  const padded = Buffer.alloc(64 * Math.ceil((message.length + 9) / 64));
  message.copy(padded);
  padded[message.length] = 0x80;
  padded.writeBigUInt64LE(8n * BigInt(message.length), padded.length - 8);
  return padded;
};

const ROUNDS = [
  {
    mix: (b: number, c: number, d: number) => (b & c) | (~b & d),
    plus: 0,
    order: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15],
    shifts: [3, 7, 11, 19],
  },
  {
    mix: (b: number, c: number, d: number) => (b & c) | (b & d) | (c & d),
    plus: 0x5a827999,
    order: [0, 4, 8, 12, 1, 5, 9, 13, 2, 6, 10, 14, 3, 7, 11, 15],
    shifts: [3, 5, 9, 13],
  },
  {
    mix: (b: number, c: number, d: number) => b ^ c ^ d,
    plus: 0x6ed9eba1,
    order: [0, 8, 4, 12, 2, 10, 6, 14, 1, 9, 5, 13, 3, 11, 7, 15],
    shifts: [3, 9, 11, 15],
  },
];
