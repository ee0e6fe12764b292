import type { ConfiguredMailTarget } from '../domain/configured-target.js';
import { LOOP_WAIT_SEC } from '../domain/target.js';
import { countdown, stopwatch } from '../wire/countdown.js';
import type { Imap } from '../wire/imap.js';
import { awaitNews, type Found, findOwn, removeOwn } from '../wire/imap-inbox.js';
import { sendMessage } from '../wire/smtp-send.js';
import { enterInbox, imapLogin } from './imap-login.js';
import { visitImap } from './imap-visit.js';
import { isOurs, messageFor, newMessageId, subjectOf } from './loop-message.js';
import { type Body, defineProbe, type Look } from './probe.js';
import { enterSmtp, smtpLogin } from './smtp-login.js';
import { visitSmtp } from './smtp-visit.js';

type MailLook = Look<ConfiguredMailTarget>;
type Loop = Body<'mail-loop'>;

/**
 * Sends one small marked message the way of a UCCX reply and waits for it in the mailbox, where it is removed again.
 * Only when asked for (`--loop`), only to the mailbox's own address, and the inbox is open before the message leaves: what could not
 * be taken away is not sent.
 */
export const mailLoop = defineProbe({
  id: 'mail-loop',
  for: 'uccx-mail',
  leg: 'smtp',
  from: ['uccx-side'],
  impact: 'mail',
  applies: target => target.kind === 'uccx-mail' && target.loopAddress !== undefined,
  includes: ['imap-service', 'imap-login', 'smtp-service', 'smtp-login'],
  budgetMs: 120_000,
  yields: [...imapLogin.yields, ...smtpLogin.yields, 'mail-loop'],
  run: async look => {
    const tookMs = stopwatch();
    const round = newRound(look);
    try {
      await visitImap(look, async visit => {
        const inbox = await enterInbox(look, visit);
        if (inbox === 'read-write') await goRound(look, visit.imap, round);
        if (inbox === 'read-only')
          round.loop.text = 'the inbox opens for reading only, and what cannot be taken away is not sent';
      });
    } finally {
      look.observe('mail-loop', { ...round.loop, tookMs: tookMs() });
    }
  },
});

/** What became of the message so far. `hasLeft`: it may lie in the mailbox, now or later, whatever was answered. */
type Round = { loop: Loop; hasLeft: boolean; others: Set<string>; sinceMs: () => number };

const newRound = ({ target }: MailLook): Round => ({
  hasLeft: false,
  others: new Set(),
  sinceMs: () => 0,
  loop: {
    stage: 'not-begun',
    code: null,
    text: 'the inbox could not be opened, and what cannot be taken away is not sent',
    messageId: newMessageId(target),
    submittedMs: null,
    deliveredMs: null,
    watchedMs: null,
    removed: false,
    leftovers: 0,
    tookMs: 0,
  },
});

const goRound = async (look: MailLook, imap: Imap, round: Round): Promise<void> => {
  const { loop } = round;
  const hindrance = await clearAway(look, imap, round);
  if (hindrance) {
    loop.text = hindrance;
    return;
  }
  try {
    loop.text = 'the SMTP service did not let us come as far as a message';
    await send(look, round);
    if (round.hasLeft && !isRefused(loop)) await awaitIt(look, imap, round);
  } finally {
    // Also when the look is cut off: the message is looked for once more and taken away.
    if (round.hasLeft) await takeAway(look, imap, round);
  }
};

const SEARCH_MS = 10_000;
const LAST_MS = 2500;
/** Exchange delays who is suspicious to it by five seconds, and under back pressure by more. */
const SEND_MS = 35_000;

/** Removes what an earlier run had to leave. Null where one more may be sent; else why not. */
const clearAway = async (look: MailLook, imap: Imap, { loop, others }: Round): Promise<string | null> => {
  if (!(await hasUidPlus(imap)))
    return 'the server cannot remove single messages (UIDPLUS), and what cannot be taken away is not sent';
  const old = await own(look, imap, others, SEARCH_MS);
  if (!old) return 'the inbox cannot be searched, and what cannot be found is not sent';
  if (old.found.length > 0) {
    if (!(await removeOwn(imap, uidsOf(old.found), SEARCH_MS)))
      return 'a message of an earlier run lies in the inbox and cannot be removed, so no other is sent';
    loop.leftovers = old.found.length;
  }
  return look.stop.aborted ? 'stopped before a message was sent' : null;
};

/** Asked once more: many servers list it only to who has logged in. */
const hasUidPlus = async (imap: Imap): Promise<boolean> => {
  const answer = await imap.command('CAPABILITY', SEARCH_MS);
  return answer.is === 'answered' && answer.untagged.some(line => /^CAPABILITY .*\bUIDPLUS\b/i.test(line));
};

const send = (look: MailLook, round: Round): Promise<void> =>
  visitSmtp(look, async visit => {
    const { loop } = round;
    const address = look.target.loopAddress as string;
    if (!(await enterSmtp(look, visit))) return;
    look.signal.throwIfAborted();
    if (look.stop.aborted) {
      loop.text = 'stopped before a message was sent';
      return;
    }
    const content = messageFor(look.target, loop.messageId, address);
    const leaves = () => {
      round.hasLeft = true;
      round.sinceMs = stopwatch();
      loop.stage = 'data';
      loop.watchedMs = 0;
      loop.text = 'the message was on its way when we were cut off';
    };
    const letter = { from: address, to: address, content, leaves };
    const { stage, code, text, submittedMs } = await sendMessage(visit.lines, letter, SEND_MS);
    round.sinceMs = stopwatch();
    Object.assign(loop, { code, text, submittedMs, stage: stage === 'taken' ? 'delivery' : stage });
  });

const isRefused = ({ stage, code }: Loop): boolean => stage === 'data' && code !== null;

/** Watches the inbox until the message shows, the configured time is over, somebody presses «stop», or the server ends it. */
const awaitIt = async (look: MailLook, imap: Imap, round: Round): Promise<void> => {
  const { loop, others } = round;
  const leftMs = countdown((look.target.loopWaitSec ?? LOOP_WAIT_SEC) * 1000);
  try {
    while (loop.deliveredMs === null && leftMs() > 0 && look.leftMs() > LAST_MS * 2) {
      if (!imap.lines.isOpen() || look.stop.aborted) return;
      look.progress('the message is on its way');
      const seen = await own(look, imap, others, SEARCH_MS);
      if (seen?.found.some(({ messageId }) => messageId === loop.messageId)) seenNow(round);
      else if (!seen?.grew) await awaitNews(imap, Math.min(leftMs(), IDLE_MS), look.stop);
    }
  } finally {
    loop.watchedMs = round.sinceMs();
  }
};
/** Not every server tells of news in time, so it is looked for from time to time. */
const IDLE_MS = 10_000;

const seenNow = ({ loop, sinceMs }: Round): void => {
  loop.deliveredMs ??= sinceMs();
  if (!isRefused(loop)) loop.stage = 'removal';
};

const takeAway = async (look: MailLook, imap: Imap, round: Round): Promise<void> => {
  const { loop, others } = round;
  const there = async (): Promise<Found[] | undefined> => {
    const seen = await own(look, imap, others, LAST_MS);
    return seen?.found.filter(({ messageId }) => messageId === loop.messageId);
  };
  imap.lines.linger();
  if (!imap.lines.isOpen()) return;
  const ours = (await there()) ?? [];
  if (ours.length === 0) return;
  seenNow(round);
  loop.removed = (await removeOwn(imap, uidsOf(ours), LAST_MS)) && (await there())?.length === 0;
  if (loop.removed && loop.stage === 'removal') loop.stage = 'done';
};

const own = (look: MailLook, imap: Imap, others: Set<string>, ms: number) =>
  findOwn(imap, { subject: subjectOf(look.target), mine: isOurs(look.target), others }, ms);
const uidsOf = (found: readonly Found[]) => found.map(({ uid }) => uid);
