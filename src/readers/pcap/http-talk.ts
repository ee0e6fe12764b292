import type { Secrets } from './secrets.js';
import { type Session, type Talk, type Telling, tookSince } from './session.js';
import { openStreamLines, textIn } from './stream-lines.js';

/** A message as far as it is looked at: only headers that are named here are ever read, so no other one can leave. */
type Head = { first: string; bytes: number; isChunked: boolean; kept: Map<string, string>; between: string[] };

/** HTTP on the notification port as it is overheard: who posts for which id, what answers, and who stands between. */
export const openHttpTalk = (session: Session, secrets: Secrets, tell: Telling): Talk => {
  /** When each request that waits for its answer was sent. */
  const waiting: { isPost: boolean; atMs: number }[] = [];

  const messages = (onHead: (head: Head) => void) => {
    let head: Head | null = null;
    let isChunk = false;
    const lines = openStreamLines((bytes, start, end) => {
      if (isChunk) {
        const size = Number.parseInt(bytes.toString('latin1', start, Math.min(end, start + 12)), 16);
        if (start === end) return;
        if (size > 0) lines.skip(size + 2);
        else isChunk = false;
        return;
      }
      if (!head) {
        const first = textIn(bytes, start, end);
        if (/^(?:HTTP\/\d\.\d \d{3}\b|[A-Z]{3,10} \S+ HTTP\/\d)/.test(first))
          head = { first, bytes: 0, isChunked: false, kept: new Map(), between: [] };
        return;
      }
      if (start < end) return header(head, textIn(bytes, start, end));
      const whole = head;
      head = null;
      isChunk = whole.isChunked;
      onHead(whole);
      if (!isChunk && whole.bytes > 0) lines.skip(whole.bytes);
    });
    return lines;
  };

  const header = (head: Head, line: string) => {
    const [, name = '', value = ''] = /^([!-9;-~]{1,100}):[ \t]*(.*)$/.exec(line) ?? [];
    const key = name.toLowerCase();
    if (key === 'content-length' && /^\d{1,15}$/.test(value)) head.bytes = Number(value);
    if (key === 'transfer-encoding') head.isChunked = /chunked/i.test(value);
    if (key === 'via' || key === 'server') head.kept.set(key, secrets.shown(value));
    if (BETWEEN.test(key) && head.between.length < 20) head.between.push(secrets.shown(`${name}: ${value}`));
  };

  const client = messages(({ first, kept, between }) => {
    const isPost = first.startsWith('POST ');
    session.stage = 'request';
    session.command = isPost ? 'POST' : (/^[A-Z]+/.exec(first)?.[0] ?? null);
    if (waiting.length < MAX_WAITING) waiting.push({ isPost, atMs: tell.nowMs() });
    if (!isPost) return;
    const via = kept.get('via');
    const id = /[?&]id=([0-9A-Za-z-]{1,64})(?=[&\s])/.exec(first)?.[1] ?? null;
    tell.posted(session, id, [...(via ? [`Via: ${via}`] : []), ...between]);
  });

  const server = messages(({ first, kept, between }) => {
    const status = Number(/^HTTP\/\d\.\d (\d{3})/.exec(first)?.[1] ?? Number.NaN);
    if (Number.isNaN(status) || status === 100) return;
    const request = waiting.shift();
    session.stage = 'before-login';
    session.farewell = true;
    const tookMs = tookSince(request?.atMs ?? null, tell.nowMs());
    tell.notified(session, {
      status,
      server: kept.get('server') ?? null,
      via: kept.get('via') ?? null,
      between,
      tookMs,
    });
  });

  return {
    fromServer: {
      data: (bytes, start, end) => {
        if (bytes.subarray(start, end).includes('>Unsubscribe<')) tell.unsubscribed(session);
        server.take(bytes, start, end);
      },
      gap: server.gap,
    },
    fromClient: {
      data: (bytes, start, end) => {
        session.farewell = false;
        client.take(bytes, start, end);
      },
      gap: client.gap,
    },
    ended: () => {},
    waits: () => waiting.filter(({ isPost }) => isPost).length,
  };
};

const MAX_WAITING = 64;
/** Headers that proxies, caches and balancers add, and that neither Exchange nor Jetty sends. */
const BETWEEN =
  /^(?:proxy-connection|x-cache.*|x-squid.*|x-varnish|x-bluecoat.*|x-via|x-served-by|x-proxy.*|x-forwarded.*|forwarded|age|x-iinfo|cf-ray)$/;
