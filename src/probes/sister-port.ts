import type { Leg } from '../domain/evidence/evidence.js';
import { connectTcp } from '../wire/tcp.js';
import { share, talk } from './connection.js';
import type { Look } from './probe.js';

/** The usual ports of a service come in pairs; a port that somebody chose has the other that they name. */
const SISTERS: Readonly<Record<Leg, Readonly<Record<number, number>>>> = {
  imap: { 143: 993, 993: 143 },
  smtp: { 25: 587, 587: 25 },
  notify: {},
  web: {},
};
const CONNECT_MS = 2000;
const GREETING_MS = 1000;

/** Touches the other port of a service whose configured one refuses: whether it is bound, and what it says. Nothing is sent. */
export const touchSisterPort = async (
  look: Look,
  leg: Leg,
  { host, port: besides, otherPort }: { host: string; port: number; otherPort?: number | undefined },
): Promise<void> => {
  const sister = otherPort ?? SISTERS[leg][besides];
  if (sister === undefined) return;
  look.transcribe('note', `port ${besides} refuses; touching ${sister} beside it`);
  const place = { host, port: sister };
  const { signal, resolve } = look;
  const { facts, socket } = await connectTcp(place, { ms: share(look, CONNECT_MS), signal, resolve });
  const note = (greeting: string | null) =>
    look.observe('sister-port', { leg, ...place, besides, outcome: facts.outcome, greeting });
  if (!socket) return note(null);
  const lines = talk(look, socket);
  try {
    const first = await lines.read(share(look, GREETING_MS));
    note(first.is === 'line' ? lines.quote(first.line) : null);
  } finally {
    await lines.close();
  }
};
