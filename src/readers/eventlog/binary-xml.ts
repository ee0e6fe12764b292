/**
 * The binary XML of Windows event logs (EVTX), as far as events use it: https://learn.microsoft.com/openspecs/windows_protocols/ms-even6.
 * Every offset counts from the beginning of its chunk. What is read is hostile: every read is within the chunk or throws `RangeError`,
 * depth and amount are bounded, and whoever calls catches.
 */
export type Element = {
  name: string;
  attributes: ReadonlyMap<string, string>;
  children: readonly Element[];
  text: string;
};

/** A value to be filled in, by its number; in text a list has its items parted by NUL. */
type Piece = string | { slot: number };
type Node = { name: string; attributes: [string, Piece[]][]; content: (Piece | Node)[] };
type Values = readonly (string | Element)[];

const DEEPEST = 24;
const MOST_NODES = 4000;
const MOST_VALUES = 400;
/** What is behind it is cut: a description has fewer. */
const MOST_TEXT = 16_000;

/** Elements and values of all events of a chunk together, however often they repeat one template. */
const MOST_WORK = 150_000;

/** Without what pads it: a pattern for that would look at every zero as often as there are zeros. */
export const withoutLastNuls = (text: string): string => {
  let to = text.length;
  while (to > 0 && text.charCodeAt(to - 1) === 0) to--;
  return text.slice(0, to);
};

/** Reads the elements of one chunk; templates are kept, since most events of a log have one. */
export const binaryXml = (chunk: Buffer) => {
  const templates = new Map<number, Node | null>();
  let nodes = 0;
  let work = 0;
  return {
    /** The event at this place. */
    event: (at: number): Element | null => {
      nodes = 0;
      try {
        return fragment(at, true, 0);
      } catch (error) {
        // Events that a collector forwards have no template, and their elements no number of what they depend on.
        if (!(error instanceof RangeError)) throw error;
        nodes = 0;
        return fragment(at, false, 0);
      }
    },
  };

  function fragment(from: number, hasDependency: boolean, depth: number): Element | null {
    if (depth > 3) throw new RangeError('templates within templates');
    let at = from;
    if (chunk.readUInt8(at) === TOKEN.fragment) at += 4;
    const token = chunk.readUInt8(at);
    if (token === TOKEN.template) return instance(at, depth);
    return (token & ~MORE) === TOKEN.element ? filledIn(element(at, hasDependency, 0).node, []) : null;
  }

  function filledIn(node: Node, values: Values): Element {
    return resolved(node, values, () => {
      if (++work > MOST_WORK) throw new RangeError('more elements than any log has');
    });
  }

  function instance(from: number, depth: number): Element | null {
    const definition = chunk.readUInt32LE(from + 6);
    let at = from + 10;
    if (definition === at) at += TEMPLATE_HEAD + chunk.readUInt32LE(at + 20);
    const template = templateAt(definition);
    const count = chunk.readUInt32LE(at);
    if (count > MOST_VALUES) throw new RangeError('more values than any event has');
    let value = at + 4 + 4 * count;
    const values: (string | Element)[] = [];
    for (let each = 0; each < count; each++) {
      const size = chunk.readUInt16LE(at + 4 + 4 * each);
      const type = chunk.readUInt8(at + 4 + 4 * each + 2);
      if (value + size > chunk.length) throw new RangeError('a value beyond its chunk');
      values.push(
        type === BINARY_XML ? (size > 0 ? (fragment(value, false, depth + 1) ?? '') : '') : textOf(type, value, size),
      );
      value += size;
    }
    return template && filledIn(template, values);
  }

  function templateAt(offset: number): Node | null {
    const known = templates.get(offset);
    if (known !== undefined) return known;
    let at = offset + TEMPLATE_HEAD;
    if (chunk.readUInt8(at) === TOKEN.fragment) at += 4;
    const node = (chunk.readUInt8(at) & ~MORE) === TOKEN.element ? element(at, true, 0).node : null;
    templates.set(offset, node);
    return node;
  }

  function element(from: number, hasDependency: boolean, depth: number): { node: Node; at: number } {
    if (depth > DEEPEST || ++nodes > MOST_NODES) throw new RangeError('more elements than any event has');
    const token = chunk.readUInt8(from);
    let at = from + 1 + (hasDependency ? 2 : 0) + 4;
    const named = nameAt(at);
    at = named.at;
    const node: Node = { name: named.name, attributes: [], content: [] };
    if (token & MORE) {
      at += 4;
      while ((chunk.readUInt8(at) & ~MORE) === TOKEN.attribute) {
        const attribute = nameAt(at + 1);
        const read = pieces(attribute.at);
        node.attributes.push([attribute.name, read.pieces]);
        at = read.at;
        if (++nodes > MOST_NODES) throw new RangeError('more attributes than any event has');
      }
    }
    if (chunk.readUInt8(at) === TOKEN.closeEmpty) return { node, at: at + 1 };
    if (chunk.readUInt8(at) !== TOKEN.closeStart) throw new RangeError('an element that does not begin');
    at++;
    for (;;) {
      const next = chunk.readUInt8(at);
      if (next === TOKEN.end) return { node, at: at + 1 };
      if ((next & ~MORE) === TOKEN.element) {
        const child = element(at, hasDependency, depth + 1);
        node.content.push(child.node);
        at = child.at;
      } else {
        const read = pieces(at);
        if (read.at === at) throw new RangeError('a token that no event has');
        node.content.push(...read.pieces);
        at = read.at;
      }
    }
  }

  function pieces(from: number): { pieces: Piece[]; at: number } {
    const found: Piece[] = [];
    let at = from;
    for (;;) {
      if (++nodes > MOST_NODES) throw new RangeError('more values than any event has');
      const token = chunk.readUInt8(at) & ~MORE;
      if (token === TOKEN.value || token === TOKEN.cdata) {
        const lengthAt = token === TOKEN.value ? at + 2 : at + 1;
        const bytes = 2 * chunk.readUInt16LE(lengthAt);
        found.push(utf16(lengthAt + 2, bytes));
        at = lengthAt + 2 + bytes;
      } else if (token === TOKEN.slot || token === TOKEN.optionalSlot) {
        found.push({ slot: chunk.readUInt16LE(at + 1) });
        at += 4;
      } else if (token === TOKEN.sign) {
        found.push(String.fromCharCode(chunk.readUInt16LE(at + 1)));
        at += 3;
      } else if (token === TOKEN.entity) {
        const named = nameAt(at + 1);
        found.push(ENTITIES[named.name] ?? '');
        at = named.at;
      } else return { pieces: found, at };
    }
  }

  /** A name stands at its first use, and later ones point to it. */
  function nameAt(at: number): { name: string; at: number } {
    const offset = chunk.readUInt32LE(at);
    const length = chunk.readUInt16LE(offset + 6);
    const name = utf16(offset + 8, 2 * length);
    return { name, at: offset === at + 4 ? offset + 8 + 2 * length + 2 : at + 4 };
  }

  function utf16(from: number, bytes: number): string {
    if (from + bytes > chunk.length) throw new RangeError('text beyond its chunk');
    return chunk.toString('utf16le', from, from + Math.min(bytes, 2 * MOST_TEXT));
  }

  function textOf(type: number, at: number, size: number): string {
    if (size === 0) return '';
    if (type === 0x01) return withoutLastNuls(utf16(at, size));
    if (type === 0x81) return utf16(at, size).replace(/\0$/, '');
    if (type === 0x02) return withoutLastNuls(chunk.toString('latin1', at, at + size));
    if (type === 0x11) return fileTime(chunk.readBigUInt64LE(at));
    const number = NUMBERS[type];
    return number && size >= number.bytes ? String(number.read(chunk, at)) : '';
  }
};

const TOKEN = {
  element: 0x01,
  closeStart: 0x02,
  closeEmpty: 0x03,
  end: 0x04,
  value: 0x05,
  attribute: 0x06,
  cdata: 0x07,
  sign: 0x08,
  entity: 0x09,
  template: 0x0c,
  slot: 0x0d,
  optionalSlot: 0x0e,
  fragment: 0x0f,
} as const;
const MORE = 0x40;
const BINARY_XML = 0x21;
/** Where the next one is, an id, and the size of what follows. */
const TEMPLATE_HEAD = 24;
const ENTITIES: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };

const NUMBERS: Readonly<Record<number, { bytes: number; read: (chunk: Buffer, at: number) => number | bigint }>> = {
  3: { bytes: 1, read: (chunk, at) => chunk.readInt8(at) },
  4: { bytes: 1, read: (chunk, at) => chunk.readUInt8(at) },
  5: { bytes: 2, read: (chunk, at) => chunk.readInt16LE(at) },
  6: { bytes: 2, read: (chunk, at) => chunk.readUInt16LE(at) },
  7: { bytes: 4, read: (chunk, at) => chunk.readInt32LE(at) },
  8: { bytes: 4, read: (chunk, at) => chunk.readUInt32LE(at) },
  9: { bytes: 8, read: (chunk, at) => chunk.readBigInt64LE(at) },
  10: { bytes: 8, read: (chunk, at) => chunk.readBigUInt64LE(at) },
};

/** Hundreds of nanoseconds since 1601, in UTC. */
const fileTime = (ticks: bigint): string => {
  const moment = Number(ticks / 10_000n) - 11_644_473_600_000;
  return Math.abs(moment) < 8.64e15 ? new Date(moment).toISOString() : '';
};

const resolved = (node: Node, values: Values, onPart: () => void, depth = 0): Element => {
  if (depth > DEEPEST) throw new RangeError('elements within elements');
  const children: Element[] = [];
  let text = '';
  for (const part of node.content) {
    onPart();
    if (typeof part === 'string') text = longer(text, part);
    else if ('slot' in part) {
      const value = values[part.slot] ?? '';
      if (typeof value === 'string') text = longer(text, value);
      else children.push(value);
    } else children.push(resolved(part, values, onPart, depth + 1));
  }
  const attributes = node.attributes.map(([name, pieces]): [string, string] => {
    let value = '';
    for (const piece of pieces) {
      onPart();
      value = longer(value, typeof piece === 'string' ? piece : filled(values[piece.slot]));
    }
    return [name, value];
  });
  return { name: node.name, attributes: new Map(attributes), children, text };
};

/** A template may name one long value thousands of times. */
const longer = (text: string, part: string): string =>
  text.length >= MOST_TEXT ? text : text + part.slice(0, MOST_TEXT - text.length);

const filled = (value: string | Element | undefined): string => (typeof value === 'string' ? value : '');
