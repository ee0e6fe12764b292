import { type IncomingMessage, request } from 'node:http';
import type { Duplex } from 'node:stream';
import { limit } from './countdown.js';
import type { Ending } from './ending.js';

export type HttpAnswer = {
  outcome: 'answered' | 'silent' | 'closed' | 'not-http' | 'too-much';
  status: number | null;
  /** As they came, byte for character: nothing of them has been quoted. */
  headers: readonly (readonly [name: string, value: string])[];
  /** As much of the body as was asked for and came in time. */
  body: string;
};

export type HttpQuestion = {
  /** What the Host header says. */
  authority: string;
  path: string;
  /** The body is not waited for where it is 0. */
  mostBytes: number;
  ms: number;
  signal: Ending;
};

/** The head of an answer, together; a body has a bound of its own. */
const MOST_HEAD_BYTES = 16_384;
/** Answers before the answer (1xx): one is usual, a stream of them is not. */
const MOST_BEFORE = 5;

/**
 * Asks one GET over a connection that is handed in, and ends that connection. Sends no credentials and no cookie, follows nothing,
 * unpacks nothing. What is wrong with an answer is said in `outcome`; throws nothing but the signal's reason.
 */
export const getOnce = (
  stream: Duplex,
  { authority, path, mostBytes, ms, signal }: HttpQuestion,
): Promise<HttpAnswer> =>
  new Promise((resolve, reject) => {
    if (signal.aborted || stream.destroyed) {
      stream.destroy();
      return signal.aborted ? reject(signal.reason) : resolve(nothing('closed'));
    }
    const asked = request({
      createConnection: () => stream, // this one connection and no pool
      method: 'GET',
      path,
      setHost: false,
      headers: {
        Host: authority,
        'User-Agent': 'uccx-doctor',
        Accept: '*/*',
        'Accept-Encoding': 'identity',
        Connection: 'close',
      },
      maxHeaderSize: MOST_HEAD_BYTES,
      insecureHTTPParser: false,
    });
    let head: HttpAnswer | null = null;
    // Filled in place: a server that sends a sign at a time must not have all before it copied anew each time.
    const body = Buffer.alloc(mostBytes);
    let bytes = 0;
    let before = 0;
    const leave = () => {
      callOff();
      signal.removeEventListener('abort', cut);
      asked.destroy();
      stream.destroy();
    };
    const end = (otherwise: HttpAnswer['outcome']) => {
      leave();
      resolve(head ? { ...head, body: body.toString('latin1', 0, bytes) } : nothing(otherwise));
    };
    const cut = () => {
      leave();
      reject(signal.reason);
    };
    const callOff = limit(ms, () => end('silent'));
    signal.addEventListener('abort', cut);
    // This listener stays: what breaks after the answer must not end the process.
    asked.on('error', (error: NodeJS.ErrnoException) => end(outcomeOf(error.code ?? '')));
    asked.on('information', () => {
      before += 1;
      if (before > MOST_BEFORE) end('too-much');
    });
    asked.on('upgrade', incoming => {
      head = headOf(incoming);
      end('answered');
    });
    asked.on('response', incoming => {
      head = headOf(incoming);
      incoming.on('error', () => end('answered'));
      incoming.on('close', () => end('answered'));
      if (mostBytes === 0) return end('answered');
      incoming.on('data', (chunk: Buffer) => {
        bytes += chunk.copy(body, bytes);
        if (bytes >= mostBytes) end('answered');
      });
    });
    asked.end();
  });

const nothing = (outcome: HttpAnswer['outcome']): HttpAnswer => ({ outcome, status: null, headers: [], body: '' });

const headOf = ({ statusCode, rawHeaders }: IncomingMessage): HttpAnswer => ({
  outcome: 'answered',
  status: statusCode ?? null,
  headers: rawHeaders.flatMap((name, at) => (at % 2 === 0 ? [[name, rawHeaders[at + 1] ?? ''] as const] : [])),
  body: '',
});

/** Node's parser names its complaints `HPE_…`. */
const outcomeOf = (code: string): HttpAnswer['outcome'] => {
  if (code === 'HPE_HEADER_OVERFLOW') return 'too-much';
  if (code === 'HPE_INVALID_EOF_STATE' || code === 'HPE_CLOSED_CONNECTION') return 'closed';
  return code.startsWith('HPE_') ? 'not-http' : 'closed';
};

/** All values of one header, as they came. */
export const headersNamed = ({ headers }: Pick<HttpAnswer, 'headers'>, name: string): string[] =>
  headers.filter(([header]) => header.toLowerCase() === name).map(([, value]) => value);

const MOST_SCHEMES = 20;

/**
 * The schemes of WWW-Authenticate in lower case. Several may stand in one line, and their parameters hold commas and quoted words
 * (RFC 9110, 11.6.1): a scheme is a word that begins an item and has no `=` behind it.
 */
export const schemesIn = (values: readonly string[]): string[] => {
  const items = values.flatMap(value => value.replaceAll(/"(?:[^"\\]|\\.)*"/g, '""').split(','));
  const schemes = items.flatMap(item => /^\s*([A-Za-z][A-Za-z0-9-]{0,39})(?:\s+(?![\s=])|\s*$)/.exec(item)?.[1] ?? []);
  return [...new Set(schemes.map(scheme => scheme.toLowerCase()))].slice(0, MOST_SCHEMES);
};
