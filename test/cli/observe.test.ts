import { afterEach, expect, it } from 'vitest';
import { observePlan } from '../../src/cli/observe.js';
import { makePlan } from '../../src/diagnosis/plan.js';
import { RunId } from '../../src/domain/ids.js';
import { MailTarget, Site } from '../../src/domain/target.js';
import { startExchangeImap } from '../../src/lab/exchange-imap.js';
import { imapLogin } from '../../src/probes/imap-login.js';
import { loginDoor } from '../../src/probes/login-door.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';

const ends: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ends.splice(0)) await end();
});

/**
 * A processor that is shared by all who compute, and the only clock: it goes a millisecond further at each turn of the event loop while
 * somebody computes, so nothing depends on how busy this machine is.
 */
const busyMachine = () => {
  const working = new Set<{ leftMs: number; done: () => void }>();
  let now = Date.UTC(2026, 10, 22);
  const turn = () => {
    now += 1;
    for (const work of working) {
      work.leftMs -= 1 / working.size;
      if (work.leftMs > 0) continue;
      working.delete(work);
      work.done();
    }
    if (working.size > 0) setImmediate(turn);
  };
  const compute = (ms: number) =>
    new Promise<void>(done => {
      working.add({ leftMs: ms, done });
      if (working.size === 1) setImmediate(turn);
    });
  return { clock: { now: () => now }, compute };
};

const TARGETS = 30;
/** Thirty of them take longer than the budget of one probe. */
const HASH_MS = 600;

it('logs in to thirty accounts on a machine that takes longer for their hashes than a probe has, once each', {
  timeout: 60_000,
}, async () => {
  const accounts = Array.from({ length: TARGETS }, (_, index) => ({
    user: `uccx-${index}`,
    password: `pass-${index}`,
  }));
  const server = await startExchangeImap('127.0.0.1', { accounts, loginType: 'PlainTextLogin' });
  ends.push(server.stop);
  const targets = accounts.map(({ user }) =>
    MailTarget.parse({
      kind: 'uccx-mail',
      id: user,
      exchange: { servers: ['EX01'], version: '2016' },
      desktop: 'finesse',
      agents: 5,
      mailbox: { user, password: `env:${user.toUpperCase().replace('-', '_')}` },
      imap: { host: '127.0.0.1', port: server.port, security: 'plain' },
      smtp: { host: '127.0.0.1', port: 9, security: 'plain' },
    }),
  );
  const plan = makePlan({
    run: RunId.parse('run-of-a-test'),
    at: '2026-11-22T00:00:00.000Z',
    targets,
    sites: [Site.parse({ id: 'hq', vantages: ['uccx-side'] })],
    cards: [imapLogin],
    only: ['imap'],
    loginAnyway: false,
    deadlineMs: 240_000,
  });
  const { clock, compute } = busyMachine();
  const { slots, logins: memory } = memoryStore(clock);
  const login = loginDoor({
    clock,
    memory,
    secrets: async ref => `pass-${/\d+$/.exec(ref)?.[0]}`,
    fingerprint: async () => {
      await compute(HASH_MS);
      return 'abcd';
    },
  });
  const crashes: unknown[] = [];
  const seen = await observePlan(plan, targets, new AbortController().signal, {
    probes: [imapLogin],
    slots,
    clock,
    login,
    onAnswer: () => {},
    onCrash: error => crashes.push(error),
  });
  const outcomes = [...seen.values()]
    .flat()
    .flatMap(observation =>
      observation.is === 'seen'
        ? observation.evidence.flatMap(fact => (fact.kind === 'imap-login' ? [fact.outcome] : []))
        : [],
    );
  expect(crashes).toEqual([]);
  expect(outcomes).toEqual(accounts.map(() => 'accepted'));
  expect(Object.values(server.counts().accounts).map(({ tried }) => tried)).toEqual(accounts.map(() => 1));
});
