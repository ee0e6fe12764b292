/*
 * Writes event logs of Windows as Windows does: one template at its first use and pointers to it, names at their first use, and the strings
 * of a classic source as one list. For tests; real logs of Windows were read with the same reader while it was made.
 */
type Given = { provider: string; id: number; computer: string; at: Date; data: readonly string[] };

const HEAD = 4096;
const CHUNK = 65_536;

export const evtxOf = (events: readonly Given[]): Buffer => {
  const head = Buffer.alloc(HEAD);
  head.write('ElfFile\0', 'latin1');
  return Buffer.concat([head, chunkOf(events)]);
};

const chunkOf = (events: readonly Given[]): Buffer => {
  const chunk = Buffer.alloc(CHUNK);
  chunk.write('ElfChnk\0', 'latin1');
  let at = 512;
  let template: number | null = null;
  for (const [number, event] of events.entries()) {
    const start = at;
    const bytes: number[] = [];
    const place = () => start + 24 + bytes.length;
    const u8 = (value: number) => bytes.push(value);
    const u16 = (value: number) => bytes.push(value & 255, value >> 8);
    const u32 = (value: number) => bytes.push(...[0, 8, 16, 24].map(shift => (value >>> shift) & 255));
    const utf16 = (text: string) => bytes.push(...Buffer.from(text, 'utf16le'));
    const name = (text: string) => {
      u32(place() + 4);
      u32(0);
      u16(0);
      u16(text.length);
      utf16(text);
      u16(0);
    };
    const slot = (index: number, type: number) => {
      u8(0x0d);
      u16(index);
      u8(type);
    };
    const element = (label: string, attribute: [string, () => void] | null, content: (() => void) | null) => {
      u8(attribute ? 0x41 : 0x01);
      u16(0xffff);
      u32(0);
      name(label);
      if (attribute) {
        u32(0);
        u8(0x06);
        name(attribute[0]);
        attribute[1]();
      }
      if (!content) return void u8(0x03);
      u8(0x02);
      content();
      u8(0x04);
    };
    const fragment = () => bytes.push(0x0f, 1, 1, 0);

    fragment();
    bytes.push(0x0c, 1);
    u32(7);
    if (template !== null) u32(template);
    else {
      template = place() + 4;
      u32(template);
      u32(0);
      bytes.push(...Buffer.alloc(16));
      const sizeAt = bytes.length;
      u32(0);
      fragment();
      element('Event', null, () => {
        element('System', null, () => {
          element('Provider', ['Name', () => slot(0, 1)], null);
          element('EventID', null, () => slot(1, 6));
          element('TimeCreated', ['SystemTime', () => slot(2, 0x11)], null);
          element('Computer', null, () => slot(3, 1));
        });
        element('EventData', null, () => element('Data', null, () => slot(4, 0x81)));
      });
      u8(0);
      const size = bytes.length - sizeAt - 4;
      bytes.splice(sizeAt, 4, size & 255, (size >> 8) & 255, 0, 0);
    }
    const time = Buffer.alloc(8);
    time.writeBigUInt64LE((BigInt(event.at.getTime()) + 11_644_473_600_000n) * 10_000n);
    const id = Buffer.alloc(2);
    id.writeUInt16LE(event.id);
    const values: [number, Buffer][] = [
      [1, Buffer.from(event.provider, 'utf16le')],
      [6, id],
      [0x11, time],
      [1, Buffer.from(event.computer, 'utf16le')],
      [0x81, Buffer.from(event.data.map(item => `${item}\0`).join(''), 'utf16le')],
    ];
    u32(values.length);
    for (const [type, value] of values) {
      u16(value.length);
      u8(type);
      u8(0);
    }
    for (const [, value] of values) bytes.push(...value);
    u8(0);

    const size = 24 + bytes.length + 4;
    chunk.writeUInt32LE(0x2a2a, at);
    chunk.writeUInt32LE(size, at + 4);
    chunk.writeBigUInt64LE(BigInt(number + 1), at + 8);
    Buffer.from(bytes).copy(chunk, at + 24);
    chunk.writeUInt32LE(size, at + size - 4);
    at += size;
  }
  return chunk;
};
