/*
 * Captures written byte by byte, as the formats are specified: nothing here is shared with the reader. Each packet is written out by
 * `wrap`, so a test can bend any of them.
 */
export type Link = 'ethernet' | 'vlan' | 'cooked' | 'cooked2' | 'raw';
export type Written = { atMs: number; bytes: Buffer; wireBytes?: number };

const LINKS: Record<Link, number> = { ethernet: 1, vlan: 1, cooked: 113, cooked2: 276, raw: 101 };
export const linkOf = (link: Link): number => LINKS[link];

const addressBytes = (address: string): Buffer => {
  if (!address.includes(':')) return Buffer.from(address.split('.').map(Number));
  const [head = '', tail = ''] = address.split('::');
  const groups = (words: string) => (words === '' ? [] : words.split(':').map(word => Number.parseInt(word, 16)));
  const [before, after] = [groups(head), groups(tail)];
  const all = [...before, ...Array(8 - before.length - after.length).fill(0), ...after];
  return Buffer.from(all.flatMap(group => [group >> 8, group & 255]));
};

type Tcp = {
  from: string;
  to: string;
  fromPort: number;
  toPort: number;
  seq: number;
  ack: number;
  flags: number;
  data?: Buffer;
};
type Around = { link?: Link; fragment?: number; extensions?: Buffer; firstExtension?: number; totalLength?: number };

export const tcpPacket = (
  tcp: Tcp,
  { link = 'ethernet', fragment = 0, extensions, firstExtension = 0, totalLength }: Around = {},
): Buffer => {
  const data = tcp.data ?? Buffer.alloc(0);
  const head = Buffer.alloc(20);
  head.writeUInt16BE(tcp.fromPort, 0);
  head.writeUInt16BE(tcp.toPort, 2);
  head.writeUInt32BE(tcp.seq >>> 0, 4);
  head.writeUInt32BE(tcp.ack >>> 0, 8);
  head[12] = 0x50;
  head[13] = tcp.flags;
  head.writeUInt16BE(8192, 14);
  const segment = Buffer.concat([head, data]);
  const is6 = tcp.from.includes(':');
  const ip = Buffer.alloc(is6 ? 40 : 20);
  if (is6) {
    ip[0] = 0x60;
    ip.writeUInt16BE(totalLength ?? segment.length + (extensions?.length ?? 0), 4);
    ip[6] = extensions ? firstExtension : 6;
    ip[7] = 64;
    addressBytes(tcp.from).copy(ip, 8);
    addressBytes(tcp.to).copy(ip, 24);
  } else {
    ip[0] = 0x45;
    ip.writeUInt16BE(totalLength ?? 20 + segment.length, 2);
    ip.writeUInt16BE(fragment, 6);
    ip[8] = 64;
    ip[9] = 6;
    addressBytes(tcp.from).copy(ip, 12);
    addressBytes(tcp.to).copy(ip, 16);
  }
  const type = is6 ? [0x86, 0xdd] : [0x08, 0x00];
  const around: Record<Link, number[]> = {
    ethernet: [...Array(12).fill(2), ...type],
    vlan: [...Array(12).fill(2), 0x88, 0xa8, 0, 7, 0x81, 0, 0, 9, ...type],
    cooked: [...Array(14).fill(0), ...type],
    cooked2: [...type, ...Array(18).fill(0)],
    raw: [],
  };
  return Buffer.concat([Buffer.from(around[link]), ip, extensions ?? Buffer.alloc(0), segment]);
};

type FileWords = { little?: boolean; nano?: boolean; link?: number };

export const pcapFile = (
  packets: readonly Written[],
  { little = true, nano = false, link = 1 }: FileWords = {},
): Buffer => {
  const u32 = numbersIn(little, 4);
  const u16 = numbersIn(little, 2);
  const header = [u32(nano ? 0xa1b23c4d : 0xa1b2c3d4), u16(2), u16(4), u32(0), u32(0), u32(262_144), u32(link)];
  const records = packets.flatMap(({ atMs, bytes, wireBytes }) => {
    const seconds = Math.floor(atMs / 1000);
    const part = Math.round((atMs - seconds * 1000) * (nano ? 1_000_000 : 1000));
    return [u32(seconds), u32(part), u32(bytes.length), u32(wireBytes ?? bytes.length), bytes];
  });
  return Buffer.concat([...header, ...records]);
};

type NgWords = { little?: boolean; interfaces?: readonly { link: number; resolution?: number; offsetSec?: number }[] };

export const ngBlock = (type: number, body: Buffer, little = true): Buffer => {
  const u32 = numbersIn(little, 4);
  const padded = Buffer.concat([body, Buffer.alloc((4 - (body.length % 4)) % 4)]);
  return Buffer.concat([u32(type), u32(padded.length + 12), padded, u32(padded.length + 12)]);
};

/** One section; files of several sections are their bytes one behind the other. */
export const ngSection = (
  packets: readonly (Written & { on?: number })[],
  { little = true, interfaces = [{ link: 1 }] }: NgWords = {},
): Buffer => {
  const u32 = numbersIn(little, 4);
  const u16 = numbersIn(little, 2);
  const block = (type: number, body: Buffer) => ngBlock(type, body, little);
  const unknown = Buffer.alloc(8, 255);
  const head = block(0x0a0d0d0a, Buffer.concat([u32(0x1a2b3c4d), u16(1), u16(0), unknown]));
  const described = interfaces.map(({ link, resolution, offsetSec }) =>
    block(
      1,
      Buffer.concat([
        ...[u16(link), u16(0), u32(0)],
        ...(resolution === undefined ? [] : [u16(9), u16(1), Buffer.from([resolution, 0, 0, 0])]),
        ...(offsetSec === undefined
          ? []
          : [u16(14), u16(8), ...(little ? [u32(offsetSec), u32(0)] : [u32(0), u32(offsetSec)])]),
        ...[u16(0), u16(0)],
      ]),
    ),
  );
  const taken = packets.map(({ atMs, bytes, wireBytes, on = 0 }) => {
    const { resolution = 6, offsetSec = 0 } = interfaces[on] ?? {};
    const perSecond = resolution & 128 ? 2 ** (resolution & 127) : 10 ** resolution;
    const units = BigInt(Math.round((atMs / 1000 - offsetSec) * perSecond));
    const header = [on, Number(units >> 32n), Number(units & 0xffffffffn), bytes.length, wireBytes ?? bytes.length];
    return block(6, Buffer.concat([...header.map(u32), bytes]));
  });
  return Buffer.concat([head, ...described, ...taken]);
};

const numbersIn =
  (little: boolean, size: 2 | 4) =>
  (value: number): Buffer => {
    const bytes = Buffer.alloc(size);
    if (little) bytes.writeUIntLE(value, 0, size);
    else bytes.writeUIntBE(value, 0, size);
    return bytes;
  };

export const SYN = 2;
export const ACK = 16;
const PSH = 8;
const FIN = 1;
const RST = 4;

type Ends = {
  client?: string;
  server?: string;
  clientPort?: number;
  serverPort?: number;
  around?: Around;
  seqs?: [number, number];
};

/** A connection as it is spoken: each word is one packet, ten milliseconds after the one before. */
export const conversation = (
  startMs: number,
  {
    client = '10.4.4.95',
    server = '10.4.3.90',
    clientPort = 50_000,
    serverPort = 143,
    around = {},
    seqs = [1000, 9000],
  }: Ends = {},
) => {
  const packets: Written[] = [];
  let [mine, yours] = seqs;
  let nowMs = startMs;
  const put = (isClient: boolean, flags: number, data: Buffer = Buffer.alloc(0)) => {
    const [from, to, fromPort, toPort] = isClient
      ? [client, server, clientPort, serverPort]
      : [server, client, serverPort, clientPort];
    const [seq, ack] = isClient ? [mine, yours] : [yours, mine];
    packets.push({
      atMs: nowMs,
      bytes: tcpPacket({ from, to, fromPort, toPort, seq, ack: flags & ACK ? ack : 0, flags, data }, around),
    });
    nowMs += 10;
    const step = data.length + (flags & (SYN | FIN) ? 1 : 0);
    if (isClient) mine = (mine + step) >>> 0;
    else yours = (yours + step) >>> 0;
  };
  const bytesOf = (words: string | Buffer) =>
    typeof words === 'string' ? Buffer.from(`${words}\r\n`, 'latin1') : words;
  const talk = {
    packets,
    wait: (ms: number) => {
      nowMs += ms;
      return talk;
    },
    syn: () => {
      put(true, SYN);
      return talk;
    },
    open: () => {
      put(true, SYN);
      put(false, SYN | ACK);
      put(true, ACK);
      return talk;
    },
    c: (words: string | Buffer) => {
      put(true, PSH | ACK, bytesOf(words));
      return talk;
    },
    s: (words: string | Buffer) => {
      put(false, PSH | ACK, bytesOf(words));
      return talk;
    },
    close: (by: 'client' | 'server') => {
      put(by === 'client', FIN | ACK);
      put(by !== 'client', FIN | ACK);
      put(by === 'client', ACK);
      return talk;
    },
    reset: (by: 'client' | 'server') => {
      put(by === 'client', RST | ACK);
      return talk;
    },
  };
  return talk;
};

export const inTime = (...talks: { packets: Written[] }[]): Written[] =>
  talks.flatMap(({ packets }) => packets).sort((a, b) => a.atMs - b.atMs);
