import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import { grantLadder, LONGEST_LADDER_MS } from '../domain/ladder.js';
import { countdown, stopwatch, within } from '../wire/countdown.js';
import { imapLogin } from './imap-login.js';
import { holdSessions } from './ladder-hold.js';
import { openSession } from './ladder-session.js';
import { type Body, defineProbe, type LoginGrant, type Look } from './probe.js';

type MailLook = Look<ConfiguredMailTarget>;
type Ladder = NonNullable<Look['ladder']>;

/**
 * Opens IMAP sessions on one account, one after another, until something ends it, and gives all of them back. The first one is the login
 * that every check makes, and the canary: it is asked all the time whether it lives. Uses up what agents may need, so it takes no
 * more than somebody has agreed to, and no more than this site's own file allows.
 */
export const imapLadder = defineProbe({
  id: 'imap-ladder',
  for: 'uccx-mail',
  leg: 'imap',
  from: imapLogin.from,
  impact: 'load',
  includes: ['imap-login', 'imap-service'],
  budgetMs: LONGEST_LADDER_MS,
  yields: [...imapLogin.yields, 'imap-ladder'],

  run: async look => {
    const { ladder } = look;
    if (!ladder) return look.transcribe('note', 'nobody has agreed to a ladder');
    const granted = grantLadder(look.target, ladder, look.leftMs());
    if (granted.is === 'no-room') return notClimbed(look, ladder, granted.says);
    const lastsMs = countdown(granted.lastsMs);
    await climb({ ...look, leftMs: () => Math.min(look.leftMs(), lastsMs()) }, granted);
  },
});

/** Kept back of the budget: for the answer to a login that is under way, and for two seconds of farewells. */
const GIVE_BACK_MS = 4000;
const RUNG_MS = 12_000;
const PROGRESS_MS = 1000;

/** Climbs as told. Who calls it sees to it that somebody has agreed. */
export const climb = async (look: MailLook, { account, most, intervalMs }: Ladder): Promise<void> => {
  const tookMs = stopwatch();
  const leftMs = () => Math.max(0, look.leftMs() - GIVE_BACK_MS);
  const hold = holdSessions(look, leftMs());
  const login = oneGrant(look);
  const rungs: Body<'imap-ladder'>['rungs'] = [];
  let refusal: Body<'imap-ladder'>['refusal'] = null;
  let sinceTold = stopwatch();
  try {
    while (!hold.ended()) {
      const told = hold.open() === 0 ? asFirst(look, account) : asRung(look, hold.open() + 1);
      const [atMs, rungMs, rungLeftMs] = [tookMs(), stopwatch(), countdown(RUNG_MS)];
      const opening = await openSession({
        ...told.look,
        login,
        signal: hold.signal,
        leftMs: () => Math.min(rungLeftMs(), leftMs()),
      });
      if (opening.is === 'open') {
        told.opened();
        hold.add(opening.session);
        rungs.push({ atMs, tookMs: rungMs() });
        if (hold.open() >= most) hold.end('asked-for');
      } else if (opening.is === 'refused' && !hold.ended()) {
        told.notOpened();
        refusal = opening.refusal;
        hold.end('refusal');
      } else if (opening.is === 'withheld') hold.end('login-withheld', opening.says);
      else hold.end('deadline');
      if (hold.open() === 1 || sinceTold() >= PROGRESS_MS) {
        look.progress(`${hold.open()} of at most ${most} sessions are open`);
        sinceTold = stopwatch();
      }
      if (hold.ended()) break;
      if (intervalMs > 0) await within(new Promise(() => {}), intervalMs, hold.signal).catch(() => {}); // told to end: `ended` knows
      await hold.feelPulse();
    }
  } finally {
    const outcome = await hold.outcome();
    look.observe('imap-ladder', {
      account,
      asked: most,
      refusal,
      heldByOthers: heldByOthers(account),
      rungs: rungs.slice(0, outcome.opened),
      ...outcome,
      tookMs: tookMs(),
    });
  }
};

/** A test mailbox is one that nobody else uses. Who holds sessions of the shared account nobody here knows. */
const heldByOthers = (account: Ladder['account']): number | null => (account === 'test' ? 0 : null);

/**
 * The door is asked once. Its answer is settled by the first session; the password that was accepted then is not wrong a second later, so
 * a refusal further up says nothing about it and is written down nowhere but in the evidence. It also ends the climb: nothing is tried
 * after a refusal.
 */
const oneGrant = (look: MailLook): MailLook['login'] => {
  let first: LoginGrant | null = null;
  return async () => {
    if (first?.is === 'granted') return { ...first, settle: async () => {} };
    first = await look.login();
    return first;
  };
};

const unnoted = () => {};

type Told = { look: MailLook; opened: () => void; notOpened: () => void };

/** The first session on the shared account is the login of every check and is told as that one; on a test mailbox it is not. */
const asFirst = (look: MailLook, account: Ladder['account']): Told => {
  let isOpen = false;
  const transcribe: Look['transcribe'] = (who, text) => {
    if (!isOpen) look.transcribe(who, text);
  };
  return {
    look: { ...look, transcribe, ...(account === 'shared' ? {} : { observe: unnoted }) },
    opened: () => {
      isOpen = true; // from here on it is only asked whether it lives
    },
    notOpened: () => {},
  };
};

/** Of the others only the conversation that was refused is told. */
const asRung = (look: MailLook, number: number): Told => {
  let lines: Parameters<Look['transcribe']>[] | null = [];
  return {
    look: { ...look, observe: unnoted, transcribe: (who, text) => void lines?.push([who, text, look.elapsedMs()]) },
    opened: () => {
      lines = null;
    },
    notOpened: () => {
      look.transcribe('note', `session ${number}:`);
      for (const line of lines ?? []) look.transcribe(...line);
      lines = null;
    },
  };
};

const notClimbed = (look: MailLook, { account, most }: Ladder, says: string): void =>
  look.observe('imap-ladder', {
    account,
    asked: most,
    opened: 0,
    refusal: null,
    stoppedBy: 'no-room',
    says,
    heldByOthers: heldByOthers(account),
    canaryLost: null,
    rungs: [],
    leftOpen: 0,
    gaveBackMs: 0,
    tookMs: 0,
  });
