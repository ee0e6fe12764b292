import { randomBytes } from 'node:crypto';
import { deflateRawSync, gzipSync } from 'node:zlib';
import fc from 'fast-check';
import { strToU8, Zip, ZipDeflate, zipSync } from 'fflate';
import { describe, expect, it } from 'vitest';
import { readFiles } from '../../src/readers/read.js';
import { defineReader } from '../../src/readers/reader.js';
import { type Desk, LIMITS, takeFile } from '../../src/readers/take.js';
import { NOW, pieces, plainReader, readAll } from './desk.js';

const zipOf = (files: Record<string, Buffer | string>, level: 0 | 6 = 6) =>
  Buffer.from(
    zipSync(
      Object.fromEntries(
        Object.entries(files).map(([name, bytes]) => [name, new Uint8Array(Buffer.from(bytes as string))]),
      ),
      { level },
    ),
  );
/** One file and no directory: who reads from front to back needs none. */
const zipBomb = () => {
  const packed = deflateRawSync(Buffer.alloc(30 * 2 ** 20));
  const head = Buffer.alloc(31);
  head.write('PK\x03\x04', 'latin1');
  head.writeUInt16LE(8, 8);
  head.writeUInt32LE(packed.length, 18);
  head.writeUInt16LE(1, 26);
  head.write('0', 30);
  return Buffer.concat([head, packed]);
};
const known = (limit: number) => `known\nlimit ${limit}\n`;

/** As Java writes it, and so RTMT: sizes come behind the data. */
const streamedZip = (files: Record<string, string>): Buffer => {
  const out: Uint8Array[] = [];
  const zip = new Zip((_, data) => void out.push(data));
  for (const [name, text] of Object.entries(files)) {
    const entry = new ZipDeflate(name);
    zip.add(entry);
    entry.push(strToU8(text), true);
  }
  zip.end();
  return Buffer.concat(out);
};

const told = (read: Awaited<ReturnType<typeof readAll>>) => read.map(({ file }) => [file.name, file.facts, file.cut]);

describe('gzip', () => {
  it('is read as the file that is in it', async () => {
    const [read, ...more] = await readAll({ 'jetty.log.gz': gzipSync(known(16)) });
    expect(more).toEqual([]);
    expect(read?.file).toMatchObject({ name: 'jetty.log', says: 'lines for a test', bytes: 15, facts: 1, cut: null });
  });

  it('may be several, one behind the other', async () => {
    const bytes = Buffer.concat([gzipSync('known\n'), gzipSync('limit 1\n'), gzipSync('limit 2\n')]);
    expect(told(await readAll({ 'x.gz': pieces(bytes, 7) }))).toEqual([['x', 2, null]]);
  });

  it('counts as far as it goes where its end is missing', async () => {
    const text = `known\n${Array.from({ length: 50 }, (_, n) => `limit ${n + 1}\n${randomBytes(600).toString('hex')}\n`).join('')}`;
    const whole = gzipSync(text);
    // Wherever it is cut: between two codes of the packed data, too.
    for (let end = 20_000; end < 20_040; end++) {
      const [read] = await readAll({ 'x.gz': whole.subarray(0, end) });
      expect(read?.file.cut).toBe('the gzip data is damaged or ends too early');
      expect(read?.file.facts).toBeGreaterThan(10);
    }
  });

  it('is refused where there is nothing to unpack', async () => {
    // A block of a kind that there is not.
    const bytes = Buffer.concat([Buffer.from('1f8b0800', 'hex'), Buffer.alloc(400, 0xff)]);
    expect(told(await readAll({ 'x.gz': bytes }))).toEqual([['x.gz', 0, 'the gzip data is damaged or ends too early']]);
  });

  it('that is a bomb is refused long before it has gone off', async () => {
    const bomb = gzipSync(Buffer.alloc(30 * 2 ** 20));
    const bytes = Buffer.concat([gzipSync('known\n'), bomb]);
    const [read] = await readAll({ 'x.gz': bytes });
    expect(read?.file.cut).toBe('it becomes more than 250 times as large, as only zip bombs do');
    expect(read?.file.bytes).toBeLessThan(16 * 2 ** 20);
  });
});

describe('zip', () => {
  it.each([
    ['packed', zipOf({ 'logs/a.log': known(1), 'b.log': known(2), 'logs/': '' })],
    ['stored', zipOf({ 'logs/a.log': known(1), 'b.log': known(2), 'logs/': '' }, 0)],
    ['as a stream', streamedZip({ 'logs/a.log': known(1), 'b.log': known(2) })],
  ])('is read file by file, %s', async (_, bytes) => {
    const read = await readAll({ 'rtmt.zip': pieces(bytes, 11) });
    expect(told(read)).toEqual([
      ['rtmt.zip › logs/a.log', 1, null],
      ['rtmt.zip › b.log', 1, null],
      ['rtmt.zip', 0, null],
    ]);
    expect(read.at(-1)?.file.says).toBe('a zip archive of 2 files');
  });

  it('may hold gzip and another zip, but no third', async () => {
    const inner = zipOf({ 'c.log': known(3), 'deep.zip': zipOf({ d: known(4) }) });
    const read = await readAll({ 'x.zip': zipOf({ 'a.log.gz': gzipSync(known(1)), 'in.zip': inner }) });
    expect(told(read)).toEqual([
      ['x.zip › a.log', 1, null],
      ['x.zip › in.zip › c.log', 1, null],
      ['x.zip › in.zip › deep.zip', 0, 'it is an archive in archives: unpack it, and read what is in it'],
      ['x.zip › in.zip', 0, null],
      ['x.zip', 0, null],
    ]);
  });

  it('shows a name that leads out of its folder, and does nothing else with it', async () => {
    const read = await readAll({ 'x.zip': zipOf({ '../../etc/cron.d/a': known(1), 'a\u001b[2J': 'known' }) });
    expect(read.map(({ file }) => file.name)).toEqual(['x.zip › ../../etc/cron.d/a', 'x.zip › a\\x1b[2J', 'x.zip']);
  });

  it('that ends too early counts as far as it goes', async () => {
    const bytes = zipOf({ a: known(1), b: `known\n${randomBytes(5000).toString('hex')}` });
    expect(told(await readAll({ 'x.zip': bytes.subarray(0, 2000) }))).toEqual([
      ['x.zip › a', 1, null],
      ['x.zip › b', 0, 'the archive is damaged or ends too early'],
      ['x.zip', 0, 'the archive is damaged or ends too early'],
    ]);
  });

  it('says of a file with a password that it cannot be unpacked, and reads the others', async () => {
    const bytes = zipOf({ a: `known\n${'limit 1\n'.repeat(50)}`, b: known(2) });
    bytes.fill(0xff, 31, 45); // what is encrypted looks like noise
    const read = await readAll({ 'x.zip': bytes });
    expect(told(read)).toContainEqual(['x.zip › a', 0, 'it is damaged, or protected by a password']);
    expect(told(read)).toContainEqual(['x.zip › b', 1, null]);
  });

  it('says so of a way of packing that is not known, keeps nothing of it, and reads the others', async () => {
    const bytes = zipOf({ a: randomBytes(3000), b: known(2) });
    bytes.writeUInt16LE(12, 8);
    expect(told(await readAll({ 'x.zip': bytes }))).toEqual([
      ['x.zip › a', 0, 'it is packed by method 12, which is not known here: pack it with the zip of Windows or RTMT'],
      ['x.zip › b', 1, null],
      ['x.zip', 0, null],
    ]);
  });

  it('that is a bomb is refused long before it has gone off', async () => {
    const read = await readAll({ 'x.zip': zipBomb() });
    expect(read.at(-1)?.file.cut).toBe('it becomes more than 250 times as large, as only zip bombs do');
  });

  it('that holds a bomb in an archive is refused too', async () => {
    const read = await readAll({ 'x.zip': zipOf({ 'in.zip': zipBomb() }, 0) });
    expect(read.map(({ file }) => file.cut)).toContain('it becomes more than 250 times as large, as only zip bombs do');
  });

  it('that holds many archives, each too small to be a bomb, is refused as one', async () => {
    const small = gzipSync(Buffer.alloc(4 * 2 ** 20));
    const many = Object.fromEntries(Array.from({ length: 40 }, (_, n) => [`${n}.gz`, small]));
    const read = await readAll({ 'x.zip': zipOf(many, 0) });
    expect(told(read)).toContainEqual(['x.zip', 0, 'it becomes more than 250 times as large, as only zip bombs do']);
    expect(read.length).toBeLessThan(10);
  });

  it('of too many files is read as far as there is room', async () => {
    const files = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`f${n}`, known(n + 1)]));
    const read = await readAll({ 'x.zip': zipOf(files) }, { limits: { files: 10 } });
    expect(read).toHaveLength(10);
    expect(read.at(-1)?.file).toMatchObject({ name: 'x.zip', cut: 'there are more than 10 files' });
  });

  it('that is stopped says that, and not that it were damaged', async () => {
    const stopping = new AbortController();
    async function* halting() {
      yield zipOf({ a: known(1), b: `known\n${randomBytes(300_000).toString('hex')}` }).subarray(0, 100_000);
      stopping.abort();
      yield Buffer.from('more');
    }
    const read = await readAll({ 'x.zip': halting() }, { signal: stopping.signal });
    expect(told(read)).toEqual([
      ['x.zip › a', 1, null],
      ['x.zip › b', 0, 'reading was stopped'],
      ['x.zip', 0, 'reading was stopped'],
    ]);
  });
});

it('reads what was an archive before somebody spoilt it without a crash, and without holding it', async () => {
  const sound = [
    gzipSync(known(1)),
    zipOf({ a: known(1), b: known(2) }),
    streamedZip({ a: known(1), 'b/c': known(2) }),
  ];
  const spoilt = fc.tuple(
    fc.constantFrom(...sound),
    fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 6 }),
    fc.nat(400),
    fc.integer({ min: 1, max: 50 }),
  );
  await fc.assert(
    fc.asyncProperty(spoilt, async ([bytes, changes, end, size]) => {
      const copy = Buffer.from(bytes.subarray(0, Math.max(4, end)));
      for (const [at, value] of changes) if (at < copy.length) copy[at] = value;
      const crashes: unknown[] = [];
      const read = await readFiles([{ name: 'x', bytes: pieces(copy, size) }], {
        clock: { now: () => Date.parse(NOW) },
        signal: new AbortController().signal,
        onCrash: error => crashes.push(error),
        readers: [plainReader],
      });
      expect(crashes).toEqual([]);
      expect(read.length).toBeGreaterThan(0);
    }),
    { numRuns: 150 },
  );
});

describe('what comes out of an archive', () => {
  const MOST = 16_384;
  /** What a reader is given with each step of the road, and what the steps of the road are given. */
  const stepped = (bytes: Buffer) => {
    let given = 0;
    let mostAtOnce = 0;
    const counting = defineReader({
      ...plainReader,
      recognises: () => 1,
      open: () => ({
        push: chunk => {
          given += chunk.length;
        },
        end: () => {},
      }),
    });
    const desk: Desk = {
      now: NOW,
      readers: [counting],
      limits: LIMITS,
      onCrash: error => expect(error).toBeNull(),
      done: [],
      opened: 0,
      bytes: 0,
    };
    const file = takeFile('x', desk);
    const step = (piece: Buffer) => {
      const before = given;
      file.push(piece);
      mostAtOnce = Math.max(mostAtOnce, given - before);
    };
    for (let from = 0; from < bytes.length; ) {
      const piece = bytes.subarray(from, from + file.step());
      step(piece);
      from += piece.length;
    }
    file.noMore();
    while (file.step() === 0) step(Buffer.alloc(0));
    const left = given;
    file.end();
    return { given, mostAtOnce, atTheEnd: given - left, cuts: desk.done.map(({ file }) => file.cut) };
  };
  const log = Buffer.from(Array.from({ length: 60_000 }, (_, at) => `${at} ${'0 '.repeat(40)}\n`).join(''));

  it.each<[string, Buffer, number]>([
    ['gzip', gzipSync(log, { level: 9 }), 1],
    ['zip', zipOf({ a: log, b: log }), 2],
    ['a zip as a stream', streamedZip({ a: log.toString() }), 1],
    ['gzip in a zip', zipOf({ 'a.gz': gzipSync(log), b: known(2) }), 1],
    ['gzip of gzip', gzipSync(gzipSync(log)), 1],
  ])('of %s is given on in small steps, all of it and nothing at the end', (_, bytes, times) => {
    const { given, mostAtOnce, atTheEnd, cuts } = stepped(bytes);
    expect(Math.abs(given - times * log.length)).toBeLessThan(100);
    expect([mostAtOnce <= MOST, atTheEnd]).toEqual([true, 0]);
    expect(new Set(cuts)).toEqual(new Set([null]));
  });

  it('of a bomb as well', () => {
    const { given, mostAtOnce, cuts } = stepped(gzipSync(Buffer.alloc(10 * 2 ** 20)));
    // What a bite of four kilobytes becomes is four megabytes, and that is refused as a whole.
    expect([given > 3 * 2 ** 20, mostAtOnce <= MOST]).toEqual([true, true]);
    expect(cuts).toEqual(['it becomes more than 250 times as large, as only zip bombs do']);
  });
});
