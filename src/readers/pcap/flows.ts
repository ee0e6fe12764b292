import { randomInt } from 'node:crypto';
import { FLAGS, type Segment } from './segment.js';
import type { Talk } from './session.js';
import { acknowledged, type Flowing, flush, isThrough, openStream, receive, type Stream } from './stream.js';
import type { Booked } from './tally.js';

/** One connection: who, and both directions. */
export type Flow = {
  family: 4 | 6;
  /** Addresses of the client, then of the server. */
  words: Int32Array;
  clientPort: number;
  serverPort: number;
  hash: number;
  behind: Flow | null;
  toServer: Stream;
  toClient: Stream;
  session: Booked;
  talk: Talk;
  /** Sequence number of the client's first packet, where it was seen. */
  first: number | null;
  isConnected: boolean;
  /** It has ended; it stays for a while, so that what comes late is not taken for a new one. */
  isOver: boolean;
  isGone: boolean;
  /** Nothing that follows is looked at. */
  isOpaque: boolean;
  seenMs: number;
  seenPacket: number;
};
type Moment = { nowMs: number; packet: number };
export type FlowEvents = {
  /** A connection that was not known: makes its session. */
  begin: (segment: Segment, isFromClient: boolean, moment: Moment) => Pick<Flow, 'session' | 'talk' | 'isOpaque'>;
  connected: (flow: Flow, moment: Moment) => void;
  /** One side has said that it will send no more. */
  closing: (flow: Flow) => void;
  /** One side ended it: `reset` also in place of an answer to the first packet. */
  ended: (flow: Flow, by: 'client' | 'server', how: 'reset' | 'closed', moment: Moment) => void;
  /** It left the table: `dropped` where it was given up before its end. */
  left: (flow: Flow, how: 'over' | 'dropped' | 'still-open', moment: Moment) => void;
};

const MAX_FLOWS = 4096;
/** So many that have ended stay, to tell what comes late from what is new. */
const MAX_OVER = 512;
/**
 * All that is kept of all connections because something before it is missing. A packet may set all of it free at once, the last one does, and
 * nobody waits longer than it takes to read so much.
 */
const MAX_EARLY_IN_ALL = 128 * 1024;

/** Puts segments together to connections, never more than `MAX_FLOWS`: the one that ended or was silent longest goes first. */
export const openFlows = (events: FlowEvents, ports: Uint8Array) => {
  const table = new Map<number, Flow>();
  const seed = randomInt(2 ** 31);
  let size = 0;
  let early = 0;
  /** Connections that have ended, in the order in which they did. */
  const over: Flow[] = [];
  let turn = 0;

  return { take, finish };

  function take(segment: Segment, moment: Moment): void {
    const { flags } = segment;
    const isSyn = (flags & FLAGS.syn) !== 0;
    const isAck = (flags & FLAGS.ack) !== 0;
    const isToServer = ports[segment.toPort] !== 0;
    // Where both ports would do, the first packet says who called.
    let isFromClient = isToServer && ports[segment.fromPort] !== 0 && isSyn ? !isAck : isToServer;
    let flow = find(segment, isFromClient);
    if (!flow && isToServer && ports[segment.fromPort] !== 0) {
      flow = find(segment, !isFromClient);
      if (flow) isFromClient = !isFromClient;
    }
    const isFirst = isSyn && !isAck;
    if (flow && isFirst && isFromClient && flow.first !== segment.seq) {
      leave(flow, flow.isOver ? 'over' : 'still-open', moment);
      flow = null;
    }
    if (!flow) {
      if (!isSyn && ((flags & FLAGS.rst) !== 0 || segment.start >= segment.end)) return;
      flow = begin(segment, isFromClient, moment);
    }
    flow.seenMs = moment.nowMs;
    flow.seenPacket = moment.packet;
    const { books } = flow.session;
    if (Number.isNaN(books.fromMs)) books.fromMs = moment.nowMs;
    books.untilMs = moment.nowMs;
    const stream = isFromClient ? flow.toServer : flow.toClient;
    const other = isFromClient ? flow.toClient : flow.toServer;
    if (isSyn) {
      stream.next ??= (segment.seq + 1) >>> 0;
      if (isAck && !flow.isConnected && !flow.isOver) connect(flow, moment);
      return;
    }
    if (flow.isOver) return;
    if (!flow.isConnected && segment.end > segment.start) connect(flow, moment);
    if (!flow.isOpaque && (segment.end > segment.start || segment.lost > 0)) data(flow, stream, isFromClient, segment);
    if (isAck && other.early.length > 0) acknowledged(other, segment.ack, flowingOf(flow, !isFromClient));
    const by = isFromClient ? 'client' : 'server';
    if ((flags & FLAGS.rst) !== 0) {
      end(flow, by, 'reset', moment);
      return;
    }
    if ((flags & FLAGS.fin) !== 0) {
      stream.fin = (segment.seq + (segment.end - segment.start) + segment.lost) >>> 0;
      events.closing(flow);
    }
    if (stream.fin !== null && (flow.isOpaque || isThrough(stream))) end(flow, by, 'closed', moment);
  }

  function data(flow: Flow, stream: Stream, isFromClient: boolean, segment: Segment): void {
    const before = stream.earlyBytes;
    const flowing = flowingOf(flow, isFromClient);
    receive(stream, segment.seq, segment.bytes, segment.start, segment.end, segment.lost, flowing);
    flow.isOpaque = flow.talk.isDone?.() ?? false;
    if (stream.earlyBytes === before) return;
    early += stream.earlyBytes - before;
    if (early <= MAX_EARLY_IN_ALL) return;
    early -= stream.earlyBytes;
    flush(stream, flowing);
  }

  function flowingOf(flow: Flow, isFromClient: boolean): Flowing {
    return isFromClient ? flow.talk.fromClient : flow.talk.fromServer;
  }

  function connect(flow: Flow, moment: Moment): void {
    flow.isConnected = true;
    events.connected(flow, moment);
  }

  function end(flow: Flow, by: 'client' | 'server', how: 'reset' | 'closed', moment: Moment): void {
    release(flow);
    flow.isOver = true;
    events.ended(flow, by, how, moment);
    const oldest = over[turn];
    over[turn] = flow;
    turn = (turn + 1) % MAX_OVER;
    if (oldest && !oldest.isGone) leave(oldest, 'over', moment);
  }

  function release(flow: Flow): void {
    for (const isFromClient of [true, false]) {
      const stream = isFromClient ? flow.toServer : flow.toClient;
      early -= stream.earlyBytes;
      if (!flow.isOpaque) flush(stream, flowingOf(flow, isFromClient));
      stream.early = [];
      stream.earlyBytes = 0;
    }
  }

  function begin(segment: Segment, isFromClient: boolean, moment: Moment): Flow {
    if (size >= MAX_FLOWS) makeRoom(moment);
    const { family, words } = segment;
    const own = new Int32Array(8);
    for (let at = 0; at < 8; at += 1) own[at] = words[isFromClient ? at : (at + 4) % 8] as number;
    const hash = hashOf(segment, isFromClient);
    const flow: Flow = {
      family,
      words: own,
      clientPort: isFromClient ? segment.fromPort : segment.toPort,
      serverPort: isFromClient ? segment.toPort : segment.fromPort,
      hash,
      behind: table.get(hash) ?? null,
      toServer: openStream(),
      toClient: openStream(),
      first: (segment.flags & (FLAGS.syn | FLAGS.ack)) === FLAGS.syn ? segment.seq : null,
      isConnected: false,
      isOver: false,
      isGone: false,
      seenMs: moment.nowMs,
      seenPacket: moment.packet,
      ...events.begin(segment, isFromClient, moment),
    };
    table.set(hash, flow);
    size += 1;
    return flow;
  }

  function find(segment: Segment, isFromClient: boolean): Flow | null {
    const { words, family } = segment;
    const turn = isFromClient ? 0 : 4;
    const clientPort = isFromClient ? segment.fromPort : segment.toPort;
    const serverPort = isFromClient ? segment.toPort : segment.fromPort;
    for (let flow = table.get(hashOf(segment, isFromClient)) ?? null; flow; flow = flow.behind) {
      if (flow.clientPort !== clientPort || flow.serverPort !== serverPort || flow.family !== family) continue;
      let at = 0;
      while (at < 8 && flow.words[at] === words[(at + turn) & 7]) at += 1;
      if (at === 8) return flow;
    }
    return null;
  }

  /** With a seed that nobody knows, so that no capture can be made to fall into one place. */
  function hashOf({ words, family, fromPort, toPort }: Segment, isFromClient: boolean): number {
    const turn = isFromClient ? 0 : 4;
    let hash = seed ^ (isFromClient ? (fromPort << 16) ^ toPort : (toPort << 16) ^ fromPort);
    const step = family === 4 ? 4 : 1;
    for (let at = 0; at < 8; at += step) {
      hash = Math.imul(hash ^ (words[(at + turn) & 7] as number), 0x9e3779b1);
      hash ^= hash >>> 15;
    }
    return hash;
  }

  /** An eighth at once, so that a flood of new connections costs little for each. */
  function makeRoom(moment: Moment): void {
    const all = allFlows().sort((a, b) => Number(b.isOver) - Number(a.isOver) || a.seenPacket - b.seenPacket);
    for (const flow of all.slice(0, MAX_FLOWS / 8)) leave(flow, flow.isOver ? 'over' : 'dropped', moment);
  }

  function leave(flow: Flow, how: 'over' | 'dropped' | 'still-open', moment: Moment): void {
    if (!flow.isOver) release(flow);
    let before: Flow | null = null;
    for (let here = table.get(flow.hash) ?? null; here && here !== flow; here = here.behind) before = here;
    if (before) before.behind = flow.behind;
    else if (flow.behind) table.set(flow.hash, flow.behind);
    else table.delete(flow.hash);
    size -= 1;
    flow.isGone = true;
    events.left(flow, how, moment);
  }

  function allFlows(): Flow[] {
    const all: Flow[] = [];
    for (const flow of table.values()) for (let here: Flow | null = flow; here; here = here.behind) all.push(here);
    return all;
  }

  function finish(moment: Moment): void {
    for (const flow of allFlows()) leave(flow, flow.isOver ? 'over' : 'still-open', moment);
  }
};
