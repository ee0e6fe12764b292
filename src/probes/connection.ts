import type { Duplex } from 'node:stream';
import type { Leg } from '../domain/evidence/evidence.js';
import { type LineSession, openLines } from '../wire/line-session.js';
import { connectTcp } from '../wire/tcp.js';
import type { Look } from './probe.js';

type Place = { host: string; port: number };

/** A step gets at most this long, and never more than half of what is left: the facts after a slow step still come. */
export const share = (look: Pick<Look, 'leftMs'>, mostMs: number): number => Math.min(mostMs, look.leftMs() / 2);

const CONNECT_MS = 5000;

/** Connects and notes how that went; null where it came to nothing. `onRefused` may look on where nothing listens. */
export const connectTo = async (
  look: Look,
  leg: Leg,
  { host, port }: Place,
  onRefused: () => Promise<void> = async () => {},
): Promise<Duplex | null> => {
  look.transcribe('note', `connecting to ${host} port ${port}`);
  const { signal, resolve, reached } = look;
  const first = reached.get(host)?.address;
  const { facts, socket } = await connectTcp({ host, port }, { ms: share(look, CONNECT_MS), signal, resolve, first });
  const { others, ...told } = facts;
  for (const { address, outcome } of facts.tried) look.transcribe('note', `${address}: ${outcome}`);
  look.observe('tcp-connect', { leg, host, port, ...told, ...(others.length > 0 ? { others } : {}) });
  if (facts.address !== null) reached.set(host, { address: facts.address, others });
  if (facts.outcome === 'refused') await onRefused();
  return socket;
};

/** Another connection to the same address, of which only a failure is noted, and that in the transcript. */
export const connectAgain = async (look: Look, { host, port }: Place, why: string): Promise<Duplex | null> => {
  look.transcribe('note', `connecting once more: ${why}`);
  const { signal, resolve, reached } = look;
  const place = { host: reached.get(host)?.address ?? host, port };
  const { facts, socket } = await connectTcp(place, { ms: share(look, CONNECT_MS), signal, resolve });
  if (!socket) look.transcribe('note', facts.outcome);
  return socket;
};

export const talk = (look: Look, stream: Duplex): LineSession =>
  openLines(stream, { signal: look.signal, transcribe: look.transcribe, hidden: look.hidden });

/** The conversation as it stands, so that whoever opened it can end it, however far it came. */
export type Held<Talk> = { talk: Talk | null; isGreeted: boolean };
