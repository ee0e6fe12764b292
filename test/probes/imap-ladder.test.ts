import { setTimeout as wait } from 'node:timers/promises';
import { afterEach, describe, expect, it } from 'vitest';
import { RunId } from '../../src/domain/ids.js';
import { MailTarget } from '../../src/domain/target.js';
import { type ImapOptions, type ImapServer, startExchangeImap } from '../../src/lab/exchange-imap.js';
import { authenticate, capability, login } from '../../src/lab/imap-login.js';
import type { ImapSession } from '../../src/lab/imap-session.js';
import { climb, imapLadder } from '../../src/probes/imap-ladder.js';
import { loginDoor } from '../../src/probes/login-door.js';
import type { Probe } from '../../src/probes/probe.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import { all, kindsOf, look, mailTarget, only, openDoor, said } from './looking.js';
import { memoryLogins } from './memory-logins.js';

const PASSWORD = 'Shared-secret-1';
const USER = 'uccxemail';
const RUN = RunId.parse('run-of-a-test');
/** So long a server keeps its answer back that is not to be waited for. */
const MUTE_MS = 20_000;

const servers: ImapServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.stop();
});

const lab = async (options: Partial<ImapOptions> = {}) => {
  const accounts = [{ user: USER, password: PASSWORD }];
  const server = await startExchangeImap('127.0.0.1', { loginType: 'PlainTextLogin', accounts, ...options });
  servers.push(server);
  const target = mailTarget({ imap: { port: server.port } });
  const counted = () => server.counts().accounts[USER];
  return { server, target, counted };
};

/** Notes when each session came and gives a hold on it. */
const watched = (onSession: (session: ImapSession, number: number) => void = () => {}) => {
  const came: number[] = [];
  const script: ImapOptions['script'] = {
    CAPABILITY: async (session, command) => {
      came.push(performance.now());
      onSession(session, came.length);
      return capability(session, command);
    },
  };
  return { came, script };
};

/** The climb itself, without the time that chat cannot make shorter. */
const hurried: Probe = {
  ...imapLadder,
  run: (async seen => climb(seen, { account: 'shared', most: 20, intervalMs: 5, ...seen.ladder })) as Probe['run'],
};
const quick = (most: number) => ({ account: 'shared', most, intervalMs: 5 }) as const;
const shared = (most: number) => ({ account: 'shared', most, intervalMs: 250, nobodyAtWork: true }) as const;

const nobodyLeft = (server: ImapServer) => expect.poll(() => server.counts().openNow, { timeout: 30_000 }).toBe(0);

describe('a ladder', () => {
  it('shows no password that the server repeats when a session is let go', async () => {
    const { target } = await lab({
      script: {
        LOGOUT: async (session, { tag }) => {
          await session.client.say(`* BYE ${PASSWORD}\r\n${tag} OK done\r\n`);
          session.ended = true;
        },
      },
    });
    const seen = await look(hurried, target, { ...openDoor(PASSWORD), ladder: quick(3) });
    expect(all(seen, 'imap-logout').map(({ bye }) => bye)).toContain('****');
    expect(JSON.stringify(seen)).not.toContain(PASSWORD);
  });

  it('climbs one session at a time, a quarter of a second apart, to the first refusal, and gives all back', async () => {
    const { came, script } = watched();
    const { server, target, counted } = await lab({ limits: { perUser: 5 }, script });
    const door = openDoor(PASSWORD);
    const told: string[] = [];
    const seen = await look(imapLadder, target, { ...door, ladder: shared(20), onProgress: says => told.push(says) });

    expect(only(seen, 'imap-ladder')).toMatchObject({
      account: 'shared',
      asked: 14,
      opened: 5,
      refusal: { stage: 'login', status: 'NO', text: expect.stringMatching(/failed\.$/) },
      stoppedBy: 'refusal',
      heldByOthers: null,
      canaryLost: false,
      leftOpen: 0,
    });
    expect(only(seen, 'imap-ladder').gaveBackMs).toBeLessThan(MUTE_MS);
    expect(only(seen, 'imap-ladder').rungs).toHaveLength(5);
    const gaps = came.slice(1).map((at, index) => at - (came[index] ?? 0));
    expect(gaps).toHaveLength(5);
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(249); // both clocks round
    expect(counted()).toMatchObject({ tried: 6, accepted: 5, wrongPassword: 0, openNow: 0, loggedOut: 5, peak: 5 });
    expect(told[0]).toBe('1 of at most 14 sessions are open');
    await nobodyLeft(server);
  });

  it('is the login of every check too, and the password is asked for and judged once', async () => {
    const { target } = await lab({ limits: { perUser: 3 } });
    const door = openDoor(PASSWORD);
    const seen = await look(hurried, target, { ...door, ladder: quick(20) });
    expect(door.told).toEqual(['asked', 'accepted']);
    expect(only(seen, 'imap-login')).toMatchObject({ outcome: 'accepted' });
    expect(only(seen, 'imap-select')).toMatchObject({ outcome: 'selected' });
    expect(kindsOf(seen).at(-1)).toBe('imap-ladder');
    expect(said(seen, 'note')).toContain('session 4:');
    expect(JSON.stringify(seen)).not.toContain(PASSWORD);
  });

  it('stops at what was agreed to', async () => {
    const { server, target, counted } = await lab();
    const seen = await look(hurried, target, { ...openDoor(PASSWORD), ladder: quick(4) });
    expect(only(seen, 'imap-ladder')).toMatchObject({ opened: 4, stoppedBy: 'asked-for', refusal: null, leftOpen: 0 });
    expect(counted()).toMatchObject({ tried: 4, peak: 4, openNow: 0 });
    await nobodyLeft(server);
  });

  it('takes no more than the file of its own site allows, whatever the order says', async () => {
    const { target, counted } = await lab();
    const bounded = MailTarget.parse({ ...target, ladder: { most: 2 } });
    const seen = await look(imapLadder, bounded, { ...openDoor(PASSWORD), ladder: shared(4000) });
    expect(only(seen, 'imap-ladder')).toMatchObject({ asked: 2, opened: 2, stoppedBy: 'asked-for' });
    expect(counted()?.tried).toBe(2);
  });

  it('does not begin where what was read leaves no room', async () => {
    const { server, target } = await lab();
    const full = MailTarget.parse({ ...target, limits: { readOn: '2026-11-20', imapConnectionsPerUser: 3 } });
    const seen = await look(imapLadder, full, { ...openDoor(PASSWORD), ladder: shared(5) });
    expect(only(seen, 'imap-ladder')).toMatchObject({ opened: 0, stoppedBy: 'no-room' });
    expect(server.counts().connections).toBe(0);
  });

  it('opens nothing that nobody agreed to', async () => {
    const { server, target } = await lab();
    const seen = await look(imapLadder, target, openDoor(PASSWORD));
    expect(seen.evidence).toEqual([]);
    expect(server.counts().connections).toBe(0);
  });

  it('tells a mailbox that does not open from a login that is refused', async () => {
    const { target, counted } = await lab({ limits: { perUser: 64, storeSessions: 4 } });
    const seen = await look(hurried, target, { ...openDoor(PASSWORD), ladder: quick(20) });
    expect(only(seen, 'imap-ladder')).toMatchObject({
      opened: 4,
      refusal: { stage: 'select', status: 'NO', text: 'Server Unavailable. 15' },
    });
    expect(counted()).toMatchObject({ tried: 5, openNow: 0, loggedOut: 5 });
  });

  it('tells a connection that is turned away before the login', async () => {
    const { target, counted } = await lab({ limits: { perUser: 64, perAddress: 3 } });
    const seen = await look(hurried, target, { ...openDoor(PASSWORD), ladder: quick(20) });
    expect(only(seen, 'imap-ladder')).toMatchObject({ opened: 3, refusal: { stage: 'greeting' } });
    expect(counted()?.tried).toBe(3);
  });
});

describe('a session that gets no answer', () => {
  const unansweredFrom = async (rung: number) => {
    let tried = 0;
    const cutOff =
      (usual: typeof login): typeof login =>
      async (session, command) => {
        if (++tried < rung) return usual(session, command);
        session.client.raw().destroy();
      };
    const { server, target } = await lab({ script: { LOGIN: cutOff(login), AUTHENTICATE: cutOff(authenticate) } });
    const memory = memoryLogins();
    const door = loginDoor({ secrets: async () => PASSWORD, memory, clock: { now: Date.now } });
    const climbOnce = () => look(hurried, target, { login: door, ladder: quick(20) });
    return { server, memory, climbOnce, tried: () => tried };
  };

  it('as the first keeps the password from being sent again: nobody knows how it ended', async () => {
    const { memory, climbOnce, tried } = await unansweredFrom(1);
    const seen = await climbOnce();
    expect(only(seen, 'imap-ladder')).toMatchObject({ opened: 0, refusal: { stage: 'login', status: null } });
    expect([...memory.kept.values()].map(({ state }) => state.is)).toEqual(['unheard']);
    expect(only(await climbOnce(), 'imap-ladder')).toMatchObject({ opened: 0, stoppedBy: 'login-withheld' });
    expect(tried()).toBe(1);
  });

  it('further up ends the climb: no login follows, and no word of the server is claimed', async () => {
    const { server, memory, climbOnce, tried } = await unansweredFrom(3);
    const seen = await climbOnce();
    expect(only(seen, 'imap-ladder')).toMatchObject({ opened: 2, refusal: { stage: 'login', status: null } });
    expect(tried()).toBe(3);
    expect(memory.kept.size).toBe(0);
    await nobodyLeft(server);
  });
});

describe('a password', () => {
  it('that is refused at once is refused as ever: one login, remembered, none at the next check', async () => {
    const { target, counted } = await lab();
    const memory = memoryLogins();
    const login = loginDoor({ secrets: async () => 'wrong', memory, clock: { now: Date.now } });
    const seen = await look(hurried, target, { login, ladder: quick(20) });
    expect(only(seen, 'imap-login')).toMatchObject({ outcome: 'refused' });
    expect(only(seen, 'imap-ladder')).toMatchObject({ opened: 0, stoppedBy: 'refusal', canaryLost: null });
    expect([...memory.kept.values()].map(({ state }) => state.is)).toEqual(['refused']);

    const again = await look(hurried, target, { login, ladder: quick(20) });
    expect(only(again, 'imap-ladder')).toMatchObject({ opened: 0, stoppedBy: 'login-withheld' });
    expect(counted()).toMatchObject({ tried: 1, wrongPassword: 1 });
  });

  it('that is refused further up was accepted a moment ago: nothing is remembered against it, nothing tried again', async () => {
    const { target, counted } = await lab({ limits: { perUser: 2 } });
    const memory = memoryLogins();
    const login = loginDoor({ secrets: async () => PASSWORD, memory, clock: { now: Date.now } });
    await look(hurried, target, { login, ladder: quick(20) });
    expect(memory.kept.size).toBe(0);
    expect(counted()).toMatchObject({ tried: 3, refused: 1 });

    await look(hurried, target, { login, ladder: quick(1) });
    expect(counted()).toMatchObject({ tried: 4, refused: 1, openNow: 0 });
  });

  it('of a test mailbox is its own, and its login is not told as that of the shared account', async () => {
    const accounts = [
      { user: USER, password: PASSWORD },
      { user: 'uccxtest', password: 'Test-secret-2' },
    ];
    const { server, target } = await lab({ accounts, limits: { perUser: 3 } });
    const withTest = MailTarget.parse({
      ...target,
      ladder: { testMailbox: { user: 'uccxtest', password: 'env:TEST' } },
    });
    const secrets = async (ref: string) => (ref === 'env:TEST' ? 'Test-secret-2' : PASSWORD);
    const login = loginDoor({ secrets, memory: memoryLogins(), clock: { now: Date.now } });
    const seen = await look(imapLadder, withTest, { login, ladder: { account: 'test', most: 20, intervalMs: 250 } });
    expect(only(seen, 'imap-ladder')).toMatchObject({ account: 'test', opened: 3, heldByOthers: 0 });
    expect(all(seen, 'imap-login')).toEqual([]);
    const { [USER]: usual, uccxtest } = server.counts().accounts;
    expect([usual?.tried, uccxtest?.tried, uccxtest?.loggedOut]).toEqual([0, 4, 3]);
  });
});

describe('a climb ends at once', () => {
  /** Lets it climb to three sessions and then does something to it. */
  const atThree = async (then: (first: ImapSession) => void, looking: Parameters<typeof look>[2] = {}) => {
    const sessions: ImapSession[] = [];
    let at = 0;
    const { script } = watched((session, number) => {
      sessions.push(session);
      if (number === 4) {
        at = performance.now();
        then(sessions[0] as ImapSession);
      }
    });
    const { server, target, counted } = await lab({ limits: { perUser: 200, storeSessions: 200 }, script });
    const seen = await look(hurried, target, {
      ...openDoor(PASSWORD),
      ladder: { account: 'shared', most: 200, intervalMs: 100 },
      ...looking,
    });
    const tookMs = performance.now() - at;
    await nobodyLeft(server);
    expect(tookMs).toBeLessThan(10_000); // up to two hundred it would be twice that
    return { ladder: only(seen, 'imap-ladder'), counted };
  };

  it('when somebody presses stop', async () => {
    const { stops } = memoryStore({ now: Date.now });
    const { ladder, counted } = await atThree(() => void stops.press(RUN), { stops });
    expect(ladder).toMatchObject({ stoppedBy: 'person', says: 'somebody pressed «stop»', refusal: null, leftOpen: 0 });
    expect(ladder.opened).toBeLessThanOrEqual(4);
    expect(counted()?.openNow).toBe(0);
  });

  it('when its process is told to end', async () => {
    const ending = new AbortController();
    const { ladder } = await atThree(() => ending.abort(), { signal: ending.signal });
    expect(ladder).toMatchObject({
      stoppedBy: 'person',
      says: 'the process that climbed was told to end',
      leftOpen: 0,
    });
  });

  it('when the canary is lost', async () => {
    const { ladder, counted } = await atThree(first => first.client.raw().destroy());
    expect(ladder).toMatchObject({ stoppedBy: 'canary', canaryLost: true, leftOpen: 1 });
    expect(ladder.says).toMatch(/^the server ended session 1 of \d, and nobody had asked it to$/);
    expect(counted()?.openNow).toBe(0);
  });

  it('when the canary is there and no longer answers for its mailbox', async () => {
    const { server, target } = await lab({
      limits: { perUser: 200, storeSessions: 200 },
      script: {
        NOOP: async (session, command) => session.answer(command, 'BAD User is authenticated but not connected.'),
      },
    });
    const seen = await look(hurried, target, {
      ...openDoor(PASSWORD),
      ladder: { account: 'shared', most: 200, intervalMs: 200 },
      budgetMs: 60_000,
    });
    expect(only(seen, 'imap-ladder')).toMatchObject({
      stoppedBy: 'canary',
      canaryLost: true,
      says: 'the first session no longer answers',
      leftOpen: 0,
    });
    await nobodyLeft(server);
  });

  it('when its time is over, early enough to say farewell', async () => {
    const { server, target } = await lab({ limits: { perUser: 200, storeSessions: 200 } });
    const seen = await look(imapLadder, target, { ...openDoor(PASSWORD), ladder: shared(20), budgetMs: 6500 });
    const ladder = only(seen, 'imap-ladder');
    expect(ladder).toMatchObject({ stoppedBy: 'deadline', refusal: null, leftOpen: 0 });
    expect(ladder.opened).toBeGreaterThanOrEqual(1);
    expect(seen.cut).toBe(false);
    await nobodyLeft(server);
  });

  it('without waiting, even where the first session is just being asked whether it lives, and nothing is answered any more', async () => {
    const { stops } = memoryStore({ now: Date.now });
    const mute = () => wait(MUTE_MS, undefined, { ref: false });
    const { server, target } = await lab({
      limits: { perUser: 200, storeSessions: 200 },
      script: {
        NOOP: async () => {
          void stops.press(RUN);
          await mute();
        },
        LOGOUT: mute,
      },
    });
    const seen = await look(hurried, target, {
      ...openDoor(PASSWORD),
      ladder: { account: 'shared', most: 200, intervalMs: 200 },
      budgetMs: 60_000,
      stops,
    });
    expect(only(seen, 'imap-ladder')).toMatchObject({ stoppedBy: 'person' });
    expect(only(seen, 'imap-ladder').gaveBackMs).toBeLessThan(MUTE_MS);
    await nobodyLeft(server);
  });

  it('without waiting, even where no farewell is answered', async () => {
    const { server, target } = await lab({ script: { LOGOUT: () => wait(MUTE_MS, undefined, { ref: false }) } });
    const seen = await look(hurried, target, { ...openDoor(PASSWORD), ladder: quick(6) });
    expect(only(seen, 'imap-ladder')).toMatchObject({ opened: 6, leftOpen: 6 });
    expect(only(seen, 'imap-ladder').gaveBackMs).toBeLessThan(MUTE_MS);
    await nobodyLeft(server);
  });
});
