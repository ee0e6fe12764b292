import type { IsoTime } from '../../domain/clock.js';
import type { BodyOf, EvidenceKind } from '../../domain/evidence/index.js';
import type { Reading } from '../reader.js';
import type { Notified, Session, Telling } from './session.js';
import { isoOf } from './times.js';

type Told = { kind: EvidenceKind; body: BodyOf<EvidenceKind>; at: IsoTime | null; packet: number };

/** Facts as a probe would see them: of thousands of alike ones the first, with its packet. */
export const openFacts = (reading: Reading, moment: { nowMs: number; packet: number }) => {
  const told = new Map<EvidenceKind, Set<string>>();
  /** Whose logins they are shows only at the end. */
  const ofAccount: Told[] = [];

  const fact: Telling['fact'] = (kind, key, body) => {
    const keys = told.get(kind) ?? new Set();
    told.set(kind, keys);
    if (keys.has(key) || keys.size >= MOST_OF_A_KIND) return;
    keys.add(key);
    const at = isoOf(moment.nowMs);
    if (OF_ACCOUNT.has(kind)) ofAccount.push({ kind, body, at, packet: moment.packet });
    else reading.observe(kind, body, at, moment.packet);
  };

  const connect = ({ leg, server, port }: Session, outcome: BodyOf<'tcp-connect'>['outcome'], tookMs: number) =>
    fact('tcp-connect', `${leg} ${server} ${port} ${outcome}`, {
      ...{ leg, host: server, port, outcome, tookMs },
      address: outcome === 'connected' ? server : null,
      tried: [{ address: server, outcome }],
      code: CODES[outcome] ?? null,
    });

  return {
    fact,
    connected: (session: Session, tookMs: number) => connect(session, 'connected', tookMs),
    turnedAway: (session: Session, tookMs: number) => connect(session, 'refused', tookMs),
    unanswered: (session: Session, tookMs: number) => connect(session, 'timed-out', tookMs),
    notified: ({ status, server, via, between, tookMs }: Notified) =>
      fact('notify-http', `${status} ${server} ${via} ${between.map(header => header.split(':')[0]).join()}`, {
        ...{ outcome: 'answered', status, server, via, tookMs },
        proxyHeaders: [...between],
        text: null,
      }),
    /** A capture of a server holds the logins of everybody, and the rules know of one account only. */
    end: (accounts: number) => {
      if (accounts > 1) return;
      for (const { kind, body, at, packet } of ofAccount) reading.observe(kind, body as never, at, packet);
    },
  };
};

const MOST_OF_A_KIND = 8;
const OF_ACCOUNT: ReadonlySet<EvidenceKind> = new Set(['imap-login', 'imap-select', 'smtp-login']);
const CODES: Partial<Record<BodyOf<'tcp-connect'>['outcome'], string>> = {
  refused: 'ECONNREFUSED',
  'timed-out': 'ETIMEDOUT',
};
