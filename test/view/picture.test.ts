import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { HistoryRow } from '../../src/domain/history-row.js';
import { trendOf } from '../../src/domain/trend.js';
import { makeCanvas } from '../../src/view/picture/canvas.js';
import { drawTrend } from '../../src/view/picture/draw-trend.js';
import { pngOf } from '../../src/view/picture/png.js';
import { sparks } from '../../src/view/picture/spark.js';

const HOUR = 3_600_000;
const START = Date.parse('2026-11-14T00:00:00.000Z');
const look = (hour: number, more: Partial<HistoryRow> = {}): HistoryRow => {
  const at = new Date(START + hour * HOUR).toISOString();
  return HistoryRow.parse({
    at,
    until: at,
    looks: 1,
    run: null,
    state: 'healthy',
    severity: null,
    rules: [],
    logins: [[200, 1]],
    needed: 54,
    possible: 68,
    certificateDays: 30,
    gapMs: null,
    ...more,
  });
};
const week = { fromMs: START, untilMs: START + 168 * HOUR };
const broken: Partial<HistoryRow> = { state: 'problem', severity: 'critical', rules: ['imap-port'], logins: [] };

/** A reader of its own: signature, chunks with their checksums, filters. Colours of each pixel as numbers. */
const pixelsOf = (png: Buffer): { width: number; height: number; at: (x: number, y: number) => number } => {
  expect(png.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
  const chunks = new Map<string, Buffer>();
  for (let at = 8; at < png.length; ) {
    const length = png.readUInt32BE(at);
    const type = png.toString('latin1', at + 4, at + 8);
    expect(png.readUInt32BE(at + 8 + length)).toBe(crc(png.subarray(at + 4, at + 8 + length)));
    chunks.set(type, png.subarray(at + 8, at + 8 + length));
    at += 12 + length;
  }
  expect([...chunks.keys()].at(-1)).toBe('IEND');
  const header = chunks.get('IHDR') as Buffer;
  const [width, height] = [header.readUInt32BE(0), header.readUInt32BE(4)];
  const palette = chunks.get('PLTE');
  const rows = inflateSync(chunks.get('IDAT') as Buffer);
  const wide = palette ? 1 : 3;
  expect(rows.length).toBe(height * (width * wide + 1));
  return {
    width,
    height,
    at: (x, y) => {
      const start = y * (width * wide + 1) + 1 + x * wide;
      return palette ? palette.readUIntBE((rows[start] ?? 0) * 3, 3) : rows.readUIntBE(start, 3);
    },
  };
};
/** Bit by bit, as the standard has it. */
const crc = (bytes: Uint8Array): number => {
  let rest = 0xffffffff;
  for (const byte of bytes) {
    rest ^= byte;
    for (let bit = 0; bit < 8; bit++) rest = rest & 1 ? (rest >>> 1) ^ 0xedb88320 : rest >>> 1;
  }
  return ~rest >>> 0;
};

describe('a canvas', () => {
  it('covers whole pixels whole, halves by half, and nothing beside them', () => {
    const canvas = makeCanvas(8, 4, '#ffffff');
    canvas.box(2, 1, 2.5, 2, '#000000');
    const { at } = pixelsOf(pngOf(canvas));
    expect([1, 2, 3, 4, 5].map(x => at(x, 1))).toEqual([0xffffff, 0, 0, 0x808080, 0xffffff]);
    expect([0, 1, 2, 3].map(y => at(2, y))).toEqual([0xffffff, 0, 0, 0xffffff]);
  });

  it('leaves the hole of a letter open, and knows a slope', () => {
    const canvas = makeCanvas(100, 100, '#ffffff');
    canvas.words('0', 10, 90, 100, '#000000');
    canvas.fill(
      [
        [
          [80, 0],
          [100, 0],
          [100, 20],
        ],
      ],
      '#ff0000',
    );
    const { at } = pixelsOf(pngOf(canvas));
    expect(at(42, 54)).toBe(0xffffff);
    expect(at(22, 54)).toBe(0);
    expect([at(95, 5), at(85, 15)]).toEqual([0xff0000, 0xffffff]);
  });

  it('takes what lies partly or wholly outside, and letters that it does not have', () => {
    const canvas = makeCanvas(10, 10, '#ffffff');
    canvas.box(-5, -5, 100, 8, '#000000');
    canvas.line(
      [
        [-100, 50],
        [400, 50],
      ],
      9,
      '#ff0000',
    );
    canvas.words('漢\u0000', 2, 9, 5, '#0000ff');
    const { at } = pixelsOf(pngOf(canvas));
    expect([at(0, 0), at(9, 2)]).toEqual([0, 0]);
  });

  it('keeps more colours than a palette holds', () => {
    const canvas = makeCanvas(300, 1, '#ffffff');
    for (let x = 0; x < 300; x++) canvas.box(x, 0, 1, 1, `#${(x * 1000).toString(16).padStart(6, '0')}`);
    const { at } = pixelsOf(pngOf(canvas));
    expect([at(0, 0), at(7, 0), at(299, 0)]).toEqual([0, 7000, 299_000]);
  });
});

describe('the picture of a week', () => {
  const rows = Array.from({ length: 168 }, (_, hour) => look(hour, hour >= 84 && hour < 90 ? broken : {}));
  const png = drawTrend(trendOf(rows, week, 96), 'prod');
  const { width, height, at } = pixelsOf(png);

  it('is small enough for a card of Teams, and is drawn alike each time', () => {
    expect([width, height]).toEqual([800, 500]);
    expect(png.length).toBeLessThan(16_000);
    expect(drawTrend(trendOf(rows, week, 96), 'prod').equals(png)).toBe(true);
  });

  it('shows the outage in its place, higher than what is healthy', () => {
    const colourAt = (hour: number, y: number) => at(Math.round(28 + (744 * (hour + 0.5)) / 168), y);
    expect([80, 86, 95].map(hour => colourAt(hour, 366))).toEqual([0xf6f8fa, 0xb3261e, 0xf6f8fa]);
    expect([80, 86, 95].map(hour => colourAt(hour, 395))).toEqual([0x3c9d63, 0xb3261e, 0x3c9d63]);
  });

  it('says so where nobody looked', () => {
    const empty = pixelsOf(drawTrend(trendOf([], week, 96), 'prod'));
    expect([empty.at(400, 380), empty.at(400, 410)]).toEqual([0xf6f8fa, 0xb6bfc9]);
  });
});

it('is the same in letters', () => {
  const rows = [look(0, { logins: [[100, 1]] }), look(1, { logins: [[400, 1]] }), look(2, broken), look(3), look(30)];
  expect(sparks(trendOf(rows, { fromMs: START, untilMs: START + 4 * HOUR }, 4))).toEqual([
    'login |▂█ ▄| up to 400 ms',
    'state |--X-|',
    '       - healthy, ! warning, X broken, ? unknown',
  ]);
  expect(sparks(trendOf([], week, 4))).toEqual(['state |    |', '       - healthy, ! warning, X broken, ? unknown']);
});
