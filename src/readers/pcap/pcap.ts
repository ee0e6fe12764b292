import { saysNoReason } from '../../domain/evidence/captured-sessions.js';
import type { EvidenceKind } from '../../domain/evidence/index.js';
import { defineReader, type Reading, type Sink } from '../reader.js';
import { addressOf } from './address.js';
import { asksOf } from './asks.js';
import { isCapture, openCapture } from './capture-file.js';
import { openFacts } from './facts.js';
import { type Flow, type FlowEvents, openFlows } from './flows.js';
import { openHttpTalk } from './http-talk.js';
import { openImapTalk } from './imap-talk.js';
import { newMark, openSecrets } from './secrets.js';
import { openSegments, type Segment } from './segment.js';
import { followedPorts, serviceOf } from './services.js';
import { type Refused, type Session, type Talk, type Telling, tookSince } from './session.js';
import { openSmtpTalk } from './smtp-talk.js';
import type { Flowing } from './stream.js';
import { type Booked, openTally } from './tally.js';
import { openTlsTalk } from './tls-talk.js';

const YIELDS = [
  'tcp-connect',
  'tls-session',
  'imap-greeting',
  'imap-login',
  'imap-select',
  'smtp-banner',
  'smtp-ehlo',
  'smtp-login',
  'smtp-refusal',
  'notify-http',
  'captured-sessions',
] as const satisfies readonly EvidenceKind[];

/** Packet captures of tcpdump, of Wireshark and of the command lines of UCCX and Unity Connection. */
export const pcap = defineReader({
  id: 'pcap',
  says: 'a packet capture',
  recognises: ({ bytes }) => (isCapture(bytes) ? 1 : 0),
  yields: YIELDS,
  // Four thousand packets, if all of them were empty.
  atOnce: 65_536,
  open: reading => openPcap(reading),
});

const openPcap = (reading: Reading): Sink => {
  const moment = { nowMs: Number.NaN, packet: 0 };
  const tally = openTally();
  const facts = openFacts(reading, moment);
  const mark = newMark();
  const ports = followedPorts();
  let opaque = 0;

  const tell: Telling = {
    nowMs: () => moment.nowMs,
    packet: () => moment.packet,
    fact: facts.fact,
    greeted: (session, tookMs) => tally.greeted(session as Booked, tookMs),
    works: (session, login) => {
      if (session.stage === 'encrypted') opaque += 1;
      tally.works(session as Booked, login);
    },
    refused: (session, refusal) => {
      const { stage, text } = refusal;
      const beside = tally.refused(session as Booked, refusal, moment);
      // Without a reason and with others at work it is for captured-sessions to judge, not for the rule that knows of one login only.
      if (stage !== 'login' || beside === 0 || !saysNoReason(text)) refusal.alone?.();
      if (stage !== 'later') reading.quote(moment.packet, refusedWords(session, refusal, beside));
    },
    posted: (session, id, via) => (session as Booked).books.notifications.posted(id, via, moment.nowMs),
    notified: (session, answer) => {
      (session as Booked).books.notifications.answered(answer);
      facts.notified(answer);
    },
    unsubscribed: session => (session as Booked).books.notifications.unsubscribed(),
  };

  const begin: FlowEvents['begin'] = (segment, isFromClient, { nowMs }) => {
    const port = isFromClient ? segment.toPort : segment.fromPort;
    const service = serviceOf(port) ?? { leg: 'imap', isOpaque: true };
    const isFirst = (segment.flags & 2) !== 0;
    const session: Session = {
      leg: service.leg,
      client: addressOf(segment.family, segment.words, isFromClient ? 0 : 4),
      server: addressOf(segment.family, segment.words, isFromClient ? 4 : 0),
      port,
      askedMs: isFirst && isFromClient ? nowMs : null,
      stage: isFirst ? 'connect' : isEncrypted(segment) || service.isOpaque ? 'encrypted' : 'before-login',
      command: null,
      mechanism: null,
      works: false,
      account: null,
      farewell: false,
      missingBytes: 0,
    };
    const booked = tally.open(session);
    return { session: booked, talk: talkOf(booked, service.isOpaque), isOpaque: session.stage === 'encrypted' };
  };

  const talkOf = (session: Booked, isDirect: boolean): Talk => {
    const secrets = openSecrets(mark);
    const plain =
      session.leg === 'imap'
        ? openImapTalk(session, secrets, tell)
        : session.leg === 'smtp'
          ? openSmtpTalk(session, secrets, tell)
          : openHttpTalk(session, secrets, tell);
    let hidden: Talk | null = null;
    const now = (): Talk => {
      if (session.stage !== 'encrypted') return plain;
      hidden ??= openTlsTalk(session, isDirect ? 'tls' : 'starttls', tell);
      return hidden;
    };
    const side = (from: 'fromClient' | 'fromServer'): Flowing => ({
      data: (bytes, start, end) => now()[from].data(bytes, start, end),
      gap: bytes => {
        session.missingBytes += bytes;
        session.books.counts.missingBytes += bytes;
        now()[from].gap(bytes);
      },
    });
    return {
      fromClient: side('fromClient'),
      fromServer: side('fromServer'),
      ended: (by, how) => now().ended(by, how),
      isDone: () => hidden?.isDone?.() ?? false,
      ...(plain.waits ? { waits: plain.waits } : {}),
    };
  };

  const events: FlowEvents = {
    begin,
    connected: ({ session, isOpaque: isMidway }, { nowMs }) => {
      const isOpaque = isMidway || serviceOf(session.port)?.isOpaque === true;
      tally.connected(session);
      if (session.stage === 'connect') {
        facts.connected(session, tookSince(session.askedMs, nowMs));
        session.stage = isOpaque ? 'encrypted' : 'greeting';
      }
      if (isOpaque) tell.works(session, null);
    },
    closing: ({ session }) => tally.closed(session),
    ended: (flow, by, how, now) => {
      const { session, talk, isConnected } = flow;
      if (how === 'reset') session.books.resets[by === 'client' ? 'byClient' : 'byServer'] += 1;
      if (!isConnected) {
        if (by === 'server') {
          session.books.counts.turnedAway += 1;
          facts.turnedAway(session, tookSince(session.askedMs, now.nowMs));
        }
        return;
      }
      // Before it is counted as closed: what stood beside it is told without it.
      talk.ended(by, how);
      tally.closed(session);
      settle(flow);
      if (!session.farewell && (how === 'reset' || session.stage !== 'encrypted')) tally.broke(session, by, how, now);
    },
    left: (flow, how, { nowMs }) => {
      const { session, isConnected } = flow;
      tally.closed(session);
      if (how === 'over') return;
      if (how === 'dropped') {
        session.books.counts.dropped += 1;
        reading.unread(flow.seenPacket, 'its conversation was given up: there are more at once than are followed');
        return;
      }
      if (!isConnected) {
        const waitedMs = tookSince(session.askedMs, nowMs);
        if (session.askedMs === null || waitedMs < ANSWER_MS) return;
        session.books.counts.unanswered += 1;
        facts.unanswered(session, waitedMs);
        return;
      }
      if (tookSince(flow.seenMs, nowMs) >= NOTIFY_MS) settle(flow);
    },
  };

  /** Requests that were never answered, where nothing of the answer can be missing. */
  const settle = ({ session, talk }: Flow) => {
    if (session.missingBytes === 0) session.books.notifications.unanswered(talk.waits?.() ?? 0);
  };

  const segments = openSegments({ ports, unread: reading.unread });
  const flows = openFlows(events, ports);
  const file = openCapture({
    take: packet => {
      const segment = segments(packet);
      if (!segment) return;
      moment.nowMs = packet.atMs;
      moment.packet = packet.number;
      flows.take(segment, moment);
    },
    unread: reading.unread,
  });

  return {
    push: file.push,
    end: () => {
      file.end();
      flows.finish(moment);
      const found = tally.facts();
      facts.end(tally.accounts());
      for (const fact of found)
        reading.observe('captured-sessions', fact, fact.until, fact.refusals[0]?.packet ?? null);
      for (const ask of asksOf(found, { accounts: tally.accounts(), opaque })) reading.ask(ask);
    },
  };
};

const refusedWords = (session: Session, { stage, text, login }: Refused, beside: number): string => {
  const whose = login?.account ? 'the same account' : session.client;
  const at =
    stage === 'login'
      ? `its login${session.mechanism ? ` (${session.mechanism})` : ''}`
      : stage === 'mailbox'
        ? 'the mailbox'
        : 'its greeting';
  return `${session.client} was refused at ${at} while ${beside} other sessions of ${whose} stood: ${text === null ? 'no words came with it' : `«${text}»`}`;
};

/** TLS records begin with their type and a version that has been 3 ever since. */
const isEncrypted = ({ bytes, start, end }: Segment): boolean =>
  end - start >= 3 && (bytes[start] as number) >= 20 && (bytes[start] as number) <= 23 && bytes[start + 1] === 3;

/** As long as Windows and Linux wait before they ask again for the second time. */
const ANSWER_MS = 3000;
/** Exchange waits half a minute for an answer before it tries again. */
const NOTIFY_MS = 60_000;
