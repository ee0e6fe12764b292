import { lookup } from 'node:dns/promises';
import { connect, isIP, type Socket } from 'node:net';
import { type Countdown, countdown, stopwatch, within } from './countdown.js';

type TcpOutcome = 'connected' | 'refused' | 'timed-out' | 'unreachable' | 'name-not-found' | 'reset' | 'failed';
export type TcpFacts = {
  outcome: TcpOutcome;
  address: string | null;
  tried: { address: string; outcome: TcpOutcome }[];
  code: string | null;
  tookMs: number;
};
type Attempt = { outcome: TcpOutcome; code: string | null; socket: Socket | null };

/**
 * Connects to a name or address: every address that the name gives, one after another, each with its share of the time.
 * Throws nothing but the signal's reason.
 */
export const connectTcp = async (
  { host, port }: { host: string; port: number },
  { ms, signal }: { ms: number; signal: AbortSignal },
): Promise<{ facts: TcpFacts; socket: Socket | null }> => {
  const tookMs = stopwatch();
  const leftMs = countdown(ms);
  const found = isIP(host) ? [host] : await addressesOf(host, leftMs, signal);
  if (!Array.isArray(found)) return { socket: null, facts: { ...found, address: null, tried: [], tookMs: tookMs() } };

  const tried: (Attempt & { address: string })[] = [];
  for (const [at, address] of found.entries()) {
    const attempt = await connectAddress(address, port, leftMs() / (found.length - at), signal);
    tried.push({ address, ...attempt });
    if (attempt.socket) break;
  }
  const told = tellingOf(tried);
  return {
    socket: told.socket,
    facts: {
      outcome: told.outcome,
      address: told.socket ? told.address : null,
      tried: tried.map(({ address, outcome }) => ({ address, outcome })),
      code: told.code,
      tookMs: tookMs(),
    },
  };
};

const MAX_ADDRESSES = 8;
const addressesOf = async (
  host: string,
  leftMs: Countdown,
  signal: AbortSignal,
): Promise<string[] | { outcome: TcpOutcome; code: string }> => {
  try {
    // The system's own resolver, hosts file and all: what UCCX or a desktop application would use.
    const found = await within(lookup(host, { all: true }), leftMs(), signal);
    if (!found) return { outcome: 'failed', code: 'DNS_TIMEOUT' };
    const addresses = [...new Set(found.map(({ address }) => address))].slice(0, MAX_ADDRESSES);
    return addresses.length > 0 ? addresses : { outcome: 'name-not-found', code: 'ENODATA' };
  } catch (error) {
    signal.throwIfAborted();
    const code = (error as NodeJS.ErrnoException).code ?? 'DNS';
    return { outcome: OUTCOMES[code] ?? 'failed', code };
  }
};

const connectAddress = (host: string, port: number, ms: number, signal: AbortSignal): Promise<Attempt> =>
  new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason);
    const socket = connect({ host, port, noDelay: true });
    const leave = () => {
      clearTimeout(timer);
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
    const timer = setTimeout(() => fail('ETIMEDOUT'), ms);
    signal.addEventListener('abort', cut, { once: true });
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
const tellingOf = (tried: readonly (Attempt & { address: string })[]): Attempt & { address: string } =>
  tried.find(({ socket }) => socket) ??
  tried.find(({ outcome }) => outcome !== 'unreachable') ??
  tried[0] ?? { address: '', outcome: 'failed', code: null, socket: null };
