import { deflateSync } from 'node:zlib';

/** Pixels as three bytes each, row by row. */
export type Pixels = { width: number; height: number; rgb: Uint8Array };

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const MOST_COLOURS = 256;
const [TRUE_COLOUR, PALETTE] = [2, 3];

/** A picture as PNG (https://www.w3.org/TR/png-3/), with a palette where its colours fit into one: a third of the size. */
export const pngOf = ({ width, height, rgb }: Pixels): Buffer => {
  const palette = paletteOf(rgb);
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([8, palette ? PALETTE : TRUE_COLOUR, 0, 0, 0], 8);
  const bytes = palette ? palette.indexes : rgb;
  const stride = bytes.length / height;
  // Each row opens with its filter, 0: as it is.
  const rows = Buffer.alloc((stride + 1) * height);
  for (let y = 0; y < height; y++) rows.set(bytes.subarray(y * stride, (y + 1) * stride), y * (stride + 1) + 1);
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    ...(palette ? [chunk('PLTE', Buffer.from(palette.colours))] : []),
    chunk('IDAT', deflateSync(rows, { level: 9 })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
};

/** Null where there are too many colours. */
const paletteOf = (rgb: Uint8Array): { colours: number[]; indexes: Uint8Array } | null => {
  const known = new Map<number, number>();
  const indexes = new Uint8Array(rgb.length / 3);
  let [last, lastIndex] = [-1, 0];
  for (let at = 0; at < indexes.length; at++) {
    const colour = ((rgb[3 * at] ?? 0) << 16) | ((rgb[3 * at + 1] ?? 0) << 8) | (rgb[3 * at + 2] ?? 0);
    if (colour !== last) {
      lastIndex = known.get(colour) ?? known.size;
      if (lastIndex >= MOST_COLOURS) return null;
      known.set(colour, lastIndex);
      last = colour;
    }
    indexes[at] = lastIndex;
  }
  return { colours: [...known.keys()].flatMap(each => [each >> 16, (each >> 8) & 255, each & 255]), indexes };
};

const chunk = (type: string, data: Buffer): Buffer => {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const framed = Buffer.alloc(body.length + 8);
  framed.writeUInt32BE(data.length, 0);
  framed.set(body, 4);
  framed.writeUInt32BE(crcOf(body), body.length + 4);
  return framed;
};

const CRC = Uint32Array.from({ length: 256 }, (_, n) => {
  let rest = n;
  for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  return rest >>> 0;
});
/** `zlib.crc32` came with Node 20.15, and we run on every 20. */
const crcOf = (bytes: Uint8Array): number => {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC[(crc ^ byte) & 255] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
};
