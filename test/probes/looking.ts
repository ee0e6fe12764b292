import { expect } from 'vitest';
import type { ConfiguredTarget } from '../../src/domain/configured-target.js';
import type { Evidence, EvidenceKind, EvidenceOf } from '../../src/domain/evidence/index.js';
import { RunId, SiteId } from '../../src/domain/ids.js';
import { Observation } from '../../src/domain/observation.js';
import type { ProbeOrder } from '../../src/domain/plan.js';
import { InboxTarget, MailTarget, type Target } from '../../src/domain/target.js';
import type { Stops } from '../../src/intake/ports.js';
import { type LoginGrant, type Probe, runProbe } from '../../src/probes/probe.js';

type Place = { host?: string; port: number; security?: 'plain' | 'starttls' | 'tls'; [more: string]: unknown };
export type Seen = Extract<Observation, { is: 'seen' }>;

/** A mail target with what matters to the test; whatever is not named listens nowhere. */
export const mailTarget = ({
  imap,
  smtp,
  user = 'uccxemail',
  mailbox = { password: 'env:TEST_PASSWORD' },
}: {
  imap?: Place;
  smtp?: Place;
  user?: string;
  /** How it logs in, in place of a password. */
  mailbox?: Record<string, unknown>;
}): MailTarget =>
  MailTarget.parse({
    kind: 'uccx-mail',
    id: 'paris-mail',
    exchange: { servers: ['CAS01'], version: '2016' },
    desktop: 'cad',
    agents: 10,
    mailbox: { user, ...mailbox },
    imap: { host: '127.0.0.1', security: 'plain', ...(imap ?? { port: 9 }) },
    smtp: { host: '127.0.0.1', security: 'plain', ...(smtp ?? { port: 9 }) },
  });

export const inboxTarget = (notifyPort: number, host = '127.0.0.1'): InboxTarget =>
  InboxTarget.parse({
    kind: 'cuc-single-inbox',
    id: 'paris-inbox',
    exchange: { servers: ['CAS01'], version: '2016' },
    cuc: { host, notifyPort },
  });

/** A door that gives the password to everybody and writes down what it was told afterwards. */
export const openDoor = (password: string, user = 'uccxemail') => {
  const told: string[] = [];
  const login = async (): Promise<LoginGrant> => {
    told.push('asked');
    return { is: 'granted', user, password, settle: async outcome => void told.push(outcome) };
  };
  return { told, login };
};

type Looking = {
  login?: (order: ProbeOrder, target: ConfiguredTarget) => Promise<LoginGrant>;
  budgetMs?: number;
  signal?: AbortSignal;
  loginAnyway?: boolean;
  ladder?: ProbeOrder['ladder'];
  stops?: Stops;
  onProgress?: (says: string) => void;
  resolve?: (host: string) => Promise<readonly string[]>;
  /** Connections that the order grants behind the conversation. */
  furtherConnects?: number;
};
/** Runs a probe with a real clock and gives what it saw; a crash of the probe is thrown. */
export const look = async (probe: Probe, target: Target, looking: Looking = {}): Promise<Seen> => {
  const order: ProbeOrder = {
    run: RunId.parse('run-of-a-test'),
    probe: probe.id,
    site: SiteId.parse('hq'),
    vantages: [...probe.from],
    target: target.id,
    budgetMs: looking.budgetMs ?? probe.budgetMs,
    loginAnyway: looking.loginAnyway ?? false,
    ...(looking.ladder ? { ladder: looking.ladder } : {}),
    ...(looking.furtherConnects ? { furtherConnects: looking.furtherConnects } : {}),
  };
  const crashes: unknown[] = [];
  const observation = await runProbe(probe, order, target, looking.signal ?? new AbortController().signal, {
    clock: { now: () => Date.now() },
    login: looking.login ?? (() => Promise.reject(new Error('nobody may ask for a password here'))),
    ...(looking.resolve ? { resolve: looking.resolve } : {}),
    ...(looking.stops ? { stops: looking.stops } : {}),
    onProgress: (_, says) => looking.onProgress?.(says),
    onCrash: error => crashes.push(error),
  });
  if (observation.is === 'silent') throw crashes[0] ?? new Error(observation.says);
  // What a probe notes must be what every border lets through, whole.
  expect(Observation.parse(observation)).toEqual(observation);
  return observation;
};

export const only = <Kind extends EvidenceKind>(seen: Seen, kind: Kind): EvidenceOf<Kind> => {
  const [first, ...more] = all(seen, kind);
  if (!first || more.length > 0) throw new Error(`expected one ${kind}, saw ${kindsOf(seen).join(', ')}`);
  return first;
};
export const all = <Kind extends EvidenceKind>(seen: Seen, kind: Kind): EvidenceOf<Kind>[] =>
  seen.evidence.filter((evidence: Evidence): evidence is EvidenceOf<Kind> => evidence.kind === kind);
export const kindsOf = (seen: Seen): EvidenceKind[] => seen.evidence.map(({ kind }) => kind);
export const said = (seen: Seen, who: 'client' | 'server' | 'note'): string[] =>
  seen.transcript.filter(line => line.who === who).map(({ text }) => text);
