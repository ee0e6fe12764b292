import { Queue } from 'bullmq';
import { afterAll, afterEach, beforeAll, expect } from 'vitest';
import { maintenanceSchedule } from '../../jobs/maintenance/schedule.js';
import { MAINTENANCE, PREFIX, WATCH } from '../../jobs/queues.js';
import { siteWorker } from '../../jobs/site-worker.js';
import { watchStrategy } from '../../jobs/watch/schedule.js';
import { hubWorkers } from '../../jobs/workers.js';
import type { ConfiguredTarget } from '../../src/domain/configured-target.js';
import type { EvidenceKind } from '../../src/domain/evidence/index.js';
import { isUntold } from '../../src/domain/incident.js';
import type { Maintenance } from '../../src/domain/quiet.js';
import type { Silence } from '../../src/domain/quiet-of.js';
import { Site } from '../../src/domain/target.js';
import { placeOf, Watch } from '../../src/domain/watching.js';
import type { Messenger } from '../../src/intake/ports.js';
import { silencesNow } from '../../src/intake/silences.js';
import { probes } from '../../src/probes/index.js';
import type { Look, Probe } from '../../src/probes/probe.js';
import { rules } from '../../src/rules/index.js';
import { siteParty } from '../../src/signing/signed.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { fact, mailTarget } from '../support/build.js';
import { patientSubmit } from '../support/patient-submit.js';
import { redisForTests, type TestRedis } from '../support/redis.js';
import { signingOf } from '../support/signing.js';

/* The real jobs of watches on a real Redis, with the clock of the test; what the probes see is a recorded story, a letter a look. */
export const MINUTE = 60_000;
const START = Date.parse('2026-11-21T08:00:00.000Z');
const hq = Site.parse({ id: 'hq', vantages: ['uccx-side', 'agent-side'] });
const targetOf = (id: string) => mailTarget({ id, user: `contoso\\${id}`, desktop: 'finesse' });
const paris = targetOf('paris');
const lyon = targetOf('lyon');

let redis: TestRedis;
const closing: (() => Promise<unknown>)[] = [];
/** To be called once by each file: its own Redis, emptied after each test. Files share this module, and hooks belong to a file. */
export const usesRedis = (): void => {
  beforeAll(async () => {
    redis = await redisForTests();
  });
  afterAll(() => redis.stop());
  afterEach(async () => {
    for (const close of closing.splice(0).reverse()) await close();
    await (await redis.connect()).flushall();
  });
};

/**
 * `.` well; `w` a certificate that runs out; `X` nothing answers; `P` the IMAP port alone refuses; `L` the login is refused; `?` nobody
 * could look.
 */
export type Letter = '.' | 'w' | 'X' | 'P' | 'L' | '?';

const bodyOf = (kind: EvidenceKind, more: object = {}): never => {
  const {
    kind: _kind,
    target: _target,
    source: _source,
    at: _at,
    ...body
  } = fact(kind, more as never) as Record<string, unknown> & {
    kind: string;
  };
  return body as never;
};

const see = (look: Look, letter: Letter, leg: 'imap' | 'smtp'): boolean => {
  const port = leg === 'imap' ? 143 : 587;
  const down = letter === 'X' || (letter === 'P' && leg === 'imap');
  const outcome = down ? (letter === 'X' ? 'timed-out' : 'refused') : 'connected';
  look.observe('tcp-connect', bodyOf('tcp-connect', { leg, port, outcome, ...(down ? { address: null } : {}) }));
  if (down) return false;
  const notAfter = letter === 'w' ? '2026-12-11T00:00:00.000Z' : '2027-12-31T00:00:00.000Z';
  const tls = bodyOf('tls-session', { leg }) as { certificate: object };
  look.observe('tls-session', { ...tls, certificate: { ...tls.certificate, notAfter } } as never);
  return true;
};

const seeImap = (look: Look, letter: Letter): boolean => {
  if (!see(look, letter, 'imap')) return false;
  look.observe('imap-greeting', bodyOf('imap-greeting'));
  look.observe('imap-capability', bodyOf('imap-capability'));
  return true;
};

/** Real cards, recorded sights. `refused` is the worker's memory of logins: what was refused is not sent again until it is changed. */
const player = () => {
  const letters = new Map<string, Letter>();
  const logins: string[] = [];
  const refused = new Set<string>();
  /** Done once, while somebody looks. */
  const during: (() => Promise<unknown>)[] = [];
  const played: Probe[] = probes.map(probe => ({
    ...probe,
    run: async (look: Look) => {
      await during.shift()?.();
      const letter = letters.get(look.target.id) ?? '.';
      if (letter === '?') throw new TypeError('nobody could look');
      if (probe.id === 'imap-service' && seeImap(look, letter)) look.observe('imap-logout', bodyOf('imap-logout'));
      if (probe.id === 'smtp-service' && see(look, letter, 'smtp')) {
        look.observe('smtp-banner', bodyOf('smtp-banner'));
        look.observe('smtp-ehlo', bodyOf('smtp-ehlo'));
      }
      if (probe.id === 'imap-login' && seeImap(look, letter)) login(look, letter);
    },
  }));
  return { letters, logins, refused, during, played };

  function login(look: Look, letter: Letter): void {
    if (refused.has(look.target.id)) {
      const text = 'this password was refused before';
      const withheld = { outcome: 'withheld', withheldFor: 'refused-before', text, status: null, mechanism: null };
      look.observe('imap-login', bodyOf('imap-login', withheld));
      return;
    }
    logins.push(look.target.id);
    if (letter === 'L') {
      refused.add(look.target.id);
      look.observe(
        'imap-login',
        bodyOf('imap-login', { outcome: 'refused', status: 'NO', text: 'A2 NO LOGIN failed.' }),
      );
      return;
    }
    look.observe('imap-login', bodyOf('imap-login'));
    look.observe('imap-select', bodyOf('imap-select'));
    look.observe('imap-logout', bodyOf('imap-logout'));
  }
};

export const watchOf = (to: Watch['to'], more: object = {}): Watch =>
  Watch.parse({
    id: 'w-story',
    everyMs: 5 * MINUTE,
    zone: 'Europe/Paris',
    targets: ['paris', 'lyon'],
    patience: {},
    to,
    by: { platform: 'slack', user: 'U1', groups: [], channel: 'C1' },
    ...more,
  });

type Given = {
  messenger: (platform: string) => Messenger;
  watches: readonly Watch[];
  sites?: readonly Site[];
  targets?: readonly ConfiguredTarget[];
  silences?: () => Promise<Silence[]>;
  /** Windows of maintenance, which are announced too. */
  windows?: readonly Maintenance[];
};

export const startWatches = async ({
  messenger,
  watches: wanted,
  sites = [hq],
  targets = [paris, lyon],
  windows = [],
  silences,
}: Given) => {
  const prefix = redis.freshPrefix();
  const store = redisStore({ redis: await redis.connect(), prefix, say: () => {} });
  for (const watch of wanted) await store.watches.put(watch);
  for (const window of windows) await store.quiets.put(window);
  let now = START;
  let looks = 0;
  const clock = { now: () => now };
  const { letters, logins, refused, during, played } = player();
  const faults: unknown[] = [];
  const onError = (error: unknown) => void faults.push(error);
  const { lay, close } = patientSubmit(await redis.connect(), onError);
  closing.push(close);
  const startHub = async () => {
    const hub = hubWorkers(
      { connection: await redis.connect('worker'), onError, signing: signingOf('bot') },
      {
        clock,
        targets,
        rules,
        ...store,
        messenger,
        onCrash: onError,
        onFault: onError,
        watch: {
          clock,
          watches: store.watches,
          configured: [],
          scope: watch => targets.filter(({ id }) => watch.targets.length === 0 || watch.targets.includes(id)),
          sites,
          cards: probes,
          rules,
          deadlineMs: 120_000,
          claims: store.claims,
          runs: store.runs,
          history: store.history,
          silences: silences ?? (() => silencesNow({ quiets: store.quiets, configured: [] }, clock)),
          messenger,
          lay,
        },
        maintenance: { clock, quiets: store.quiets, windows: async () => windows, messenger },
      },
    );
    closing.push(hub.close);
    return hub;
  };
  await startHub();
  for (const { id } of sites) {
    const site = siteWorker(
      { connection: await redis.connect('worker'), onError, signing: signingOf(siteParty(id)) },
      id,
      {
        site: id,
        probes: played,
        targets,
        slots: { hold: async () => async () => {} }, // the third of three probes would wait for a free one
        stops: store.stops,
        claims: store.claims,
        waitMs: 60_000,
        clock,
        onCrash: () => {},
        login: async () => ({ is: 'withheld', why: 'secret-missing', says: 'none' }),
      },
    );
    closing.push(site.close);
  }
  const queue = new Queue(WATCH, {
    connection: await redis.connect(),
    prefix: PREFIX,
    settings: { repeatStrategy: watchStrategy },
  });
  closing.push(() => queue.close());

  const announcer = maintenanceSchedule({
    connection: await redis.connect(),
    clock,
    quiets: store.quiets,
    configured: [],
    onError,
  });
  closing.push(announcer.close);
  const announcements = new Queue(MAINTENANCE, { connection: await redis.connect(), prefix: PREFIX });
  closing.push(() => announcements.close());
  /** Those too that a platform asked to come again later. */
  const openAnnouncements = async () => {
    const { wait = 0, active = 0 } = await announcements.getJobCounts('wait', 'active');
    return wait + active + (await announcements.getDelayed()).filter(({ attemptsMade }) => attemptsMade > 0).length;
  };
  const announce = async () => {
    await announcer.reconcile();
    await expect.poll(openAnnouncements, FAST).toBe(0);
  };

  /** One look of each watch after what begins or ends before it, and all that this makes anybody say. */
  const look = async (seen: Partial<Record<string, Letter>>, { told = true } = {}) => {
    for (const [target, letter] of Object.entries(seen)) if (letter) letters.set(target, letter);
    looks++;
    now = START + (looks - 1) * 5 * MINUTE;
    if (windows.length > 0) await announce();
    for (const { id } of wanted) {
      const before = (await store.watches.memory(id))?.version ?? 0;
      await queue.add(id, { watch: id }, { jobId: `${id}.${looks}` });
      await expect.poll(async () => (await store.watches.memory(id))?.version, FAST).toBe(before + 1);
    }
    if (told) await settled();
  };
  const settled = () =>
    expect
      .poll(async () => (await store.watches.boards()).flatMap(each => each.incidents).filter(isUntold).length, FAST)
      .toBe(0);
  return {
    store,
    redis,
    prefix,
    look,
    settled,
    startHub,
    logins,
    refused,
    during,
    faults,
    lay,
    clock,
    board: (watch: Watch) => store.watches.board(placeOf(watch)),
    /** The time of the latest look, as the message shows it. */
    wall: () => new Date(now + 60 * MINUTE).toISOString().slice(11, 16),
  };
};

const FAST = { interval: 5, timeout: 60_000 };
