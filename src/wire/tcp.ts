import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { type Countdown, countdown, limit, stopwatch, within } from './countdown.js';
import type { Ending } from './ending.js';

type TcpOutcome = 'connected' | 'refused' | 'timed-out' | 'unreachable' | 'name-not-found' | 'reset' | 'failed';
export type TcpFacts = {
  outcome: TcpOutcome;
  address: string | null;
  tried: { address: string; outcome: TcpOutcome; tookMs: number }[];
  /** Addresses of the name at which nobody knocked, for another one had answered. */
  others: string[];
  code: string | null;
  tookMs: number;
};
type Attempt = { outcome: TcpOutcome; code: string | null; socket: Socket | null };
type Tried = Attempt & { address: string; tookMs: number };

/** Gives the addresses of a name in the order in which a client would try them; fails as `node:dns` does. */
export type Resolve = (host: string) => Promise<readonly string[]>;

/** The system's own resolver, hosts file and all: what UCCX or a desktop application would use. */
export const askSystem: Resolve = async host => (await lookup(host, { all: true })).map(({ address }) => address);

/** What connecting may take. `first`: the address that is tried before all others of the name. */
type TcpOptions = { ms: number; signal: Ending; resolve?: Resolve; first?: string | undefined };

/**
 * Connects to a name or address: the addresses that the name gives, one after another, each with its share of the time, until one takes
 * the connection. Throws nothing but the signal's reason.
 */
export const connectTcp = async (
  { host, port }: { host: string; port: number },
  { ms, signal, resolve = askSystem, first }: TcpOptions,
): Promise<{ facts: TcpFacts; socket: Socket | null }> => {
  const tookMs = stopwatch();
  const leftMs = countdown(ms);
  const found = isIP(host) ? [host] : await addressesOf(host, leftMs, signal, resolve);
  if (!Array.isArray(found)) {
    return { socket: null, facts: { ...found, address: null, tried: [], others: [], tookMs: tookMs() } };
  }

  const addresses = first !== undefined && found.includes(first) ? [...new Set([first, ...found])] : found;
  const tried: Tried[] = [];
  for (const [at, address] of addresses.entries()) {
    const triedMs = stopwatch();
    const attempt = await connectAddress(address, port, leftMs() / (addresses.length - at), signal);
    tried.push({ address, ...attempt, tookMs: triedMs() });
    if (attempt.socket) break;
  }
  const told = tellingOf(tried);
  return {
    socket: told.socket,
    facts: {
      outcome: told.outcome,
      address: told.socket ? told.address : null,
      tried: tried.map(({ socket, code, ...each }) => each),
      others: addresses.slice(tried.length),
      code: told.code,
      tookMs: tookMs(),
    },
  };
};

/** Of a name that gives more, the first ones: nobody waits for an answer of each of fifty. */
export const MAX_ADDRESSES = 8;
const addressesOf = async (
  host: string,
  leftMs: Countdown,
  signal: Ending,
  resolve: Resolve,
): Promise<string[] | { outcome: TcpOutcome; code: string }> => {
  try {
    const found = await within(resolve(host), leftMs(), signal);
    if (!found) return { outcome: 'failed', code: 'DNS_TIMEOUT' };
    const addresses = [...new Set(found)].slice(0, MAX_ADDRESSES);
    return addresses.length > 0 ? addresses : { outcome: 'name-not-found', code: 'ENODATA' };
  } catch (error) {
    signal.throwIfAborted();
    const code = (error as NodeJS.ErrnoException).code ?? 'DNS';
    return { outcome: OUTCOMES[code] ?? 'failed', code };
  }
};

const connectAddress = (host: string, port: number, ms: number, signal: Ending): Promise<Attempt> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = connect({ host, port, noDelay: true });
    const leave = () => {
      callOff();
      signal.removeEventListener('abort', cut);
    };
    const fail = (code: string) => {
      leave();
      socket.destroy();
      resolve({ outcome: OUTCOMES[code] ?? 'failed', code, socket: null });
    };
    const cut = () => {
      leave();
      socket.destroy();
      reject(signal.reason);
    };
    const callOff = limit(ms, () => fail('ETIMEDOUT'));
    signal.addEventListener('abort', cut);
    const failing = (error: NodeJS.ErrnoException) => fail(error.code ?? 'failed');
    socket.on('error', failing);
    socket.once('connect', () => {
      leave();
      // A listener stays: a reset between two steps must not end the process.
      socket.on('error', unheard).off('error', failing);
      resolve({ outcome: 'connected', code: null, socket });
    });
  });

const unheard = () => {};

/** `EAI_AGAIN` is a name server that does not answer, which is not the same as a name that does not exist. */
const OUTCOMES: Readonly<Record<string, TcpOutcome>> = {
  ECONNREFUSED: 'refused',
  ETIMEDOUT: 'timed-out',
  EHOSTUNREACH: 'unreachable',
  ENETUNREACH: 'unreachable',
  EHOSTDOWN: 'unreachable',
  ENETDOWN: 'unreachable',
  EADDRNOTAVAIL: 'unreachable',
  ECONNRESET: 'reset',
  ENOTFOUND: 'name-not-found',
  ENODATA: 'name-not-found',
};

/** The one that connected, else the first that says something: a machine without IPv6 finds every such address unreachable. */
const tellingOf = (tried: readonly Tried[]): Tried =>
  tried.find(({ socket }) => socket) ??
  tried.find(({ outcome }) => outcome !== 'unreachable') ??
  tried[0] ?? { address: '', outcome: 'failed', code: null, socket: null, tookMs: 0 };
