/** One record of TLS (RFC 8446, 5.1): its type, and as much of it as tells what it is. */
type OnRecord = (type: number, head: Buffer) => void;
export const TLS = { cipher: 20, alert: 21, handshake: 22, data: 23 } as const;

/** Cuts a stream into records. What is no record ends it: nothing behind that is looked at. */
export const openTlsRecords = (onRecord: OnRecord) => {
  let head: number[] = [];
  let left = 0;
  let isOver = false;
  return {
    take: (bytes: Buffer, start: number, end: number): void => {
      for (let at = start; at < end && !isOver; ) {
        if (head.length < HEADER) {
          head.push(bytes[at] as number);
          at += 1;
          if (head.length === HEADER) {
            const [type = 0, major = 0, , high = 0, low = 0] = head;
            left = high * 256 + low;
            isOver = type < TLS.cipher || type > TLS.data || major !== 3 || left > MAX_RECORD;
          }
        } else {
          const until = Math.min(end, at + left);
          // Bytes beyond what is looked at are passed over in one step.
          for (let here = at; here < until && head.length < HEADER + LOOKED_AT; here += 1)
            head.push(bytes[here] as number);
          left -= until - at;
          at = until;
        }
        if (head.length >= HEADER && left === 0 && !isOver) {
          const record = Buffer.from(head);
          head = [];
          onRecord(record[0] as number, record.subarray(HEADER));
        }
      }
    },
  };
};

/** The version that a ServerHello settles on, in OpenSSL's words; null where it is none, or one that nobody knows. */
export const versionIn = (hello: Buffer): string | null => {
  if (hello[0] !== 2 || hello.length < 44) return null;
  const session = hello[38] as number;
  let at = 39 + session + 5;
  const stated = hello.readUInt16BE(4);
  for (; at + 6 <= hello.length; at += 4 + hello.readUInt16BE(at + 2))
    // From TLS 1.3 on the true version stands in an extension (RFC 8446, 4.2.1).
    if (hello.readUInt16BE(at) === 43) return VERSIONS[hello.readUInt16BE(at + 4)] ?? null;
  return VERSIONS[stated] ?? null;
};

/** What an alert in the clear says (RFC 8446, 6). */
export const alertIn = (record: Buffer): string | null =>
  record.length === 2 ? (ALERTS[record[1] as number] ?? `alert ${record[1]}`) : null;

const HEADER = 5;
const LOOKED_AT = 400;
const MAX_RECORD = 16_384 + 2048;
const VERSIONS: Readonly<Record<number, string>> = {
  768: 'SSLv3',
  769: 'TLSv1',
  770: 'TLSv1.1',
  771: 'TLSv1.2',
  772: 'TLSv1.3',
};
const ALERTS: Readonly<Record<number, string>> = {
  0: 'alert close notify',
  40: 'alert handshake failure',
  42: 'alert bad certificate',
  43: 'alert unsupported certificate',
  45: 'alert certificate expired',
  46: 'alert certificate unknown',
  47: 'alert illegal parameter',
  48: 'alert unknown ca',
  51: 'alert decrypt error',
  70: 'alert protocol version',
  71: 'alert insufficient security',
  80: 'alert internal error',
  112: 'alert unrecognized name',
};
