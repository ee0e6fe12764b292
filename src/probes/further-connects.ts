import type { Duplex } from 'node:stream';
import type { Leg } from '../domain/evidence/evidence.js';
import { countdown, stopwatch } from '../wire/countdown.js';
import { mask } from '../wire/quote.js';
import { connectTcp, MAX_ADDRESSES } from '../wire/tcp.js';
import { share } from './connection.js';
import type { Established } from './encryption.js';
import type { Body, Look } from './probe.js';

/** What a card grants so that each other address of a name can be tried. */
export const FURTHER_CONNECTS = MAX_ADDRESSES - 1;

export type Met = Pick<Body<'further-connect'>, 'greeted' | 'greeting' | 'certificate'>;
/** Nobody was heard, which may be for want of time. */
export const NOBODY: Met = { greeted: null, greeting: null, certificate: null };

/** Its owner may have written it after it had heard the login. */
export const certificateOf = (
  { hidden }: Pick<Look, 'hidden'>,
  secured: Pick<Established, 'certificate'> | null,
): Met['certificate'] => {
  if (!secured?.certificate) return null;
  const { subject, notAfter, sha256 } = secured.certificate;
  return { subject: mask(subject, hidden.secrets), notAfter, sha256 };
};

type Further = {
  /** Connections to the same address, where the name has no others to take their place. */
  again?: number;
  /** Hears who is there, for at most so long, and ends the connection in good order. */
  meet?: (stream: Duplex, ms: number) => Promise<Met>;
};

/**
 * Connects to the addresses of a name that the look has not tried, and to the same one `again`: one at a time, when the look's own
 * conversation is over, and never more often than its order grants. Notes who was met.
 */
export const connectFurther = async (
  look: Look,
  leg: Leg,
  { host, port }: { host: string; port: number },
  { again = 0, meet = hangUp }: Further = {},
): Promise<void> => {
  const reached = look.reached.get(host);
  if (!reached || look.furtherConnects === 0) return;
  const { address: same, others } = reached;
  const repeats = Array.from({ length: Math.max(0, again - others.length) }, () => same);
  const addresses = [...others, ...repeats].slice(0, look.furtherConnects);
  const leftMs = countdown(share(look, ALL_MS));
  let lastMs = 0;
  for (const [at, address] of addresses.entries()) {
    if (address === same && lastMs > SLOW_MS) return look.transcribe('note', 'it takes its time, and is left alone');
    const ms = Math.min(ONE_MS, leftMs() / (addresses.length - at));
    if (ms < LEAST_MS) return look.transcribe('note', `no time is left to try ${address}`);
    look.transcribe('note', `connecting to ${address}, to see who answers`);
    const tookMs = stopwatch();
    const oneMs = countdown(ms);
    const { facts, socket } = await connectTcp({ host: address, port }, { ms, signal: look.signal });
    const { outcome, code } = facts;
    if (!socket) look.transcribe('note', outcome);
    const met = socket ? await meet(socket, Math.max(LEAST_MS, oneMs())) : NOBODY;
    lastMs = tookMs();
    look.observe('further-connect', { leg, host, port, address, outcome, code, ...met, tookMs: lastMs });
  }
};

/** So that a lost packet is sent anew before an address counts as silent. */
const ONE_MS = 2000;
const ALL_MS = 4000;
const LEAST_MS = 100;
/** Who takes so long has enough to do, and whoever waits for the answer has waited enough. */
const SLOW_MS = 1000;

const hangUp = async (stream: Duplex): Promise<Met> => {
  stream.destroy();
  return NOBODY;
};
