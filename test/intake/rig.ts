import { auditedMessenger } from '../../src/audit/audited.js';
import { makeTrail } from '../../src/audit/trail.js';
import { Grant } from '../../src/domain/access.js';
import type { ConfiguredTarget } from '../../src/domain/configured-target.js';
import { StoreDownError, StoreSilentError } from '../../src/domain/errors.js';
import { RunId, TargetId } from '../../src/domain/ids.js';
import type { Plan } from '../../src/domain/plan.js';
import { Report } from '../../src/domain/report.js';
import type { ReplyAddress } from '../../src/domain/request.js';
import { Site } from '../../src/domain/target.js';
import type { Upload } from '../../src/domain/upload.js';
import { makeIntake } from '../../src/intake/intake.js';
import type { LimitsDeps } from '../../src/intake/limits.js';
import {
  type AttachedFile,
  type Messenger,
  MessengerBusyError,
  MessengerRefusedError,
  type SiteBacklog,
} from '../../src/intake/ports.js';
import { probes } from '../../src/probes/index.js';
import { rules } from '../../src/rules/index.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import type { Store } from '../../src/store/store.js';
import type { View } from '../../src/view/view.js';
import { inboxTarget, mailTarget } from '../support/build.js';

/** Where the shared store breaks; `bug` is a fault that nobody foresaw. */
export type Down =
  | 'runs.begin'
  | 'runs.keep'
  | 'claims.take'
  | 'claims.take 2'
  | 'claims.locate'
  | 'history.last'
  | 'submit'
  | 'submit unheard'
  | 'readings'
  | 'bug';
type Said = { by: 'post' | 'edit' | 'tell'; at: ReplyAddress; view: View };
/**
 * `busy`: what is told to the asker alone goes through; `busy once`: the first message does not, whatever it is, and the chat asks for ten
 * minutes; `hurried once`: it asks for a moment; `gone`: none goes through; `closed`: the asker alone
 * can be told, for good.
 */
type Mood = 'well' | 'busy' | 'busy once' | 'hurried once' | 'gone' | 'closed';

const NOW = Date.parse('2026-11-21T08:00:00.000Z');

/** An intake with memory for a store and a messenger that writes everything down. Each user is called like their role. */
export const rig = (
  given: {
    down?: Down;
    onSubmit?: () => void;
    grants?: object[];
    reports?: Report[];
    inbox?: boolean;
    also?: ConfiguredTarget[];
    shares?: { store: Store };
    backlog?: SiteBacklog;
    limits?: Partial<LimitsDeps>;
    now?: () => number;
  } = {},
) => {
  const clock = { now: given.now ?? (() => NOW) };
  const store = given.shares?.store ?? memoryStore(clock);
  for (const report of given.reports ?? []) void store.history.put(report);
  const said: Said[] = [];
  const troubles: unknown[] = [];
  const submitted: Plan[] = [];
  const sentTo: ReplyAddress[] = [];
  const followed: Plan[] = [];
  const uploads: Upload[] = [];
  let mood: Mood = 'well';
  let asked = 0;

  const note = (by: Said['by'], at: ReplyAddress, view: View): void => {
    if (mood === 'closed' && by !== 'tell') throw new MessengerRefusedError('not here');
    const isTaken = mood === 'well' || (['busy', 'closed'].includes(mood) && by === 'tell');
    const retryAfterMs = mood === 'busy once' ? 600_000 : mood === 'hurried once' ? 5 : null;
    if (mood.endsWith('once')) mood = 'well';
    if (!isTaken) throw new MessengerBusyError('not now', retryAfterMs, {}, { untaken: retryAfterMs !== null });
    said.push({ by, at, view });
  };
  const audit = makeTrail({ log: store.auditLog, clock, key: null, keep: { ms: 9e11, count: 10_000 } });
  const messenger: Messenger = {
    post: async (at, view) => {
      note('post', at, view);
      return { platform: at.platform, handle: said.length };
    },
    edit: async (at, view) => {
      note('edit', at, view);
      return at;
    },
    tell: async (at, view) => note('tell', at, view),
    link: async ({ handle }) => `https://chat.test/${handle}`,
  };
  const intake = makeIntake({
    ...broken(store, given.down),
    inbox: store.inbox,
    pens: store.pens,
    consents: store.consents,
    stops: store.stops,
    clock,
    targets: [
      mailTarget({ id: 'prod' }),
      mailTarget({ id: 'branch', user: 'contoso\\branch' }),
      ...(given.inbox ? [inboxTarget({ id: 'inbox' })] : []),
      ...(given.also ?? []),
    ],
    sites: [Site.parse({ id: 'hq', vantages: ['uccx-side', 'agent-side', 'exchange-side'] })],
    grants: (given.grants ?? ROLES).map(grant => Grant.parse(grant)),
    cards: probes,
    rules,
    deadlineMs: 25_000,
    messenger: (_, run) => (run ? auditedMessenger(messenger, audit.note, run) : messenger),
    audit,
    submit: async ({ to }, plan) => {
      given.onSubmit?.();
      if (given.down === 'submit') throw new StoreDownError('gone');
      if (given.down === 'submit unheard') throw new StoreSilentError('gone');
      submitted.push(plan);
      sentTo.push(to);
    },
    follow: plan => void followed.push(plan),
    reading: {
      readings: given.down === 'readings' ? away(store.readings) : store.readings,
      evidenceHours: 24,
      maxBytes: 20 * 2 ** 20,
      maxFiles: 10,
      onUpload: upload => void uploads.push(upload),
    },
    ...(given.limits ? { limits: { ...UNLIMITED, rates: store.rates, ...given.limits } } : {}),
    ...(given.backlog ? { standing: { heartbeats: store.heartbeats, backlog: given.backlog, version: '1.4.0' } } : {}),
    onTrouble: error => void troubles.push(error),
  });

  return {
    store,
    audit,
    said,
    troubles,
    submitted,
    sentTo,
    followed,
    uploads,
    ask: (
      text: string,
      who: {
        platform?: string;
        user?: string;
        channel?: string | null;
        run?: string;
        fromButton?: true;
        begun?: ReplyAddress;
        files?: AttachedFile[];
      } = {},
    ) => {
      const {
        platform = 'slack',
        user = 'operator',
        channel = 'C1',
        run = `sla-question-${++asked}`,
        fromButton,
        begun,
        files,
      } = who;
      return intake.ask({
        run: RunId.parse(run),
        by: { platform, user, groups: [], channel },
        to: { platform, handle: 'question' },
        text,
        ...(fromButton ? { fromButton } : {}),
        ...(begun ? { begun } : {}),
        ...(files ? { files } : {}),
      });
    },
    messengerIs: (now: Mood): void => {
      mood = now;
    },
    /** What stands there in the end: an edit takes the place of what it edits. */
    shown: (): View[] => said.filter((_, index) => said[index + 1]?.by !== 'edit').map(({ view }) => view),
    held: async (target: string): Promise<boolean> => {
      const probe = { run: RunId.parse('sla-somebody-else'), since: new Date(NOW).toISOString(), link: null };
      const taken = await store.claims.take(TargetId.parse(target), probe, 1);
      if (taken.is === 'taken') await store.claims.release(TargetId.parse(target), probe.run);
      return taken.is === 'held';
    },
  };
};

const UNLIMITED = { perPersonPerMinute: 1e6, perChannelPerMinute: 1e6, perTargetPerMinute: 1e6, waitingPerSite: 1e6 };

const ROLES = (['viewer', 'runner', 'operator'] as const).flatMap(role =>
  ['slack', 'console'].map(platform => ({ role, platform, users: [role] })),
);

const away = (readings: Store['readings']): Store['readings'] => ({
  ...readings,
  keep: async () => {
    throw new StoreDownError('gone');
  },
});

const broken = (store: Store, down: Down | undefined): Pick<Store, 'runs' | 'claims' | 'history'> => {
  let taken = 0;
  const unless = <Args extends unknown[], T>(breaks: () => boolean, call: (...args: Args) => Promise<T>) => {
    return async (...args: Args): Promise<T> => {
      if (breaks()) throw new StoreDownError('gone');
      return call(...args);
    };
  };
  const { runs, claims, history } = store;
  return {
    runs: {
      begin: async run => {
        if (down === 'bug') throw new TypeError('cannot read properties of undefined');
        return unless(() => down === 'runs.begin', runs.begin)(run);
      },
      keep: unless(() => down === 'runs.keep', runs.keep),
      resume: runs.resume,
    },
    claims: {
      take: unless(() => down === 'claims.take' || (++taken === 2 && down === 'claims.take 2'), claims.take),
      locate: unless(() => down === 'claims.locate', claims.locate),
      release: claims.release,
      holder: claims.holder,
    },
    history: { ...history, last: unless(() => down === 'history.last', history.last) },
  };
};

export const healthyReport = (target: string): Report =>
  Report.parse({
    schema: 1,
    run: 'sla-before',
    target,
    startedAt: '2026-11-21T07:00:00.000Z',
    finishedAt: '2026-11-21T07:00:03.000Z',
    plan: { target, orders: [], uncovered: [], leftOut: [], legs: ['imap'] },
    verdicts: [{ is: 'healthy', rule: 'imap-login', says: 'Exchange accepts the login from site hq' }],
    observations: [],
  });
