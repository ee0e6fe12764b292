import type { LadderOffer } from '../domain/ladder.js';
import { type Section, text, type View } from './view.js';
import { count, duration } from './words.js';

/**
 * What a deep check would take, before anything is opened: whoever confirms has read it here. `again`: why it is asked anew. `beside`: who
 * is kept from climbing on the same account meanwhile.
 */
export const consentView = (
  target: string,
  offer: LadderOffer,
  run: string,
  { again = null, beside = 'redis' }: { again?: string | null; beside?: keyof typeof BESIDE } = {},
): View => ({
  tone: 'warning',
  state: 'unknown',
  headline: `${target}: a deep check would take up to ${count(offer.most, 'IMAP session')}. Nothing has been opened yet.`,
  sections: [
    ...(again ? [part('', [again])] : []),
    part('What it does', [
      `It logs in to ${accountWords(offer)} again and again, one session at a time and at least ${offer.intervalMs} ms apart, opens INBOX in each as a mail program does, and holds them all until Exchange refuses the next one. Then it logs every one of them out, within two seconds.`,
      `At most ${offer.most} at once, for at most ${duration(offer.budgetMs)}. It changes nothing and sends no mail.`,
    ]),
    part('What is known', knownLines(offer)),
    part('Who could be hurt', hurtLines(offer)),
    part('Who climbs beside it', [BESIDE[beside]]),
    part('What stops it', [
      'The first refusal (nothing is tried after it), that many sessions, that time, the loss of any of its sessions, and «stop», which anybody may press.',
    ]),
  ],
  footer: 'This can be confirmed once, by an operator, within ten minutes. A check without --deep takes none of this.',
  file: 'uccx-consent',
  actions: [
    { id: `confirm-${run}`, label: 'Confirm', command: `/uccx confirm ${target} ${run}` },
    { id: `cancel-${run}`, label: 'Cancel', command: `/uccx cancel ${target} ${run}` },
  ],
});

/** A consent that is not there: never asked for, used, cancelled, or too old. Nobody can tell which, and nobody needs to. */
export const noConsentView = (target: string): View =>
  plain(
    'notice',
    `There is nothing to confirm for ${target}: it was confirmed or cancelled already, or is older than ten minutes. Ask again with /uccx check ${target} --deep.`,
  );

export const cancelledView = (target: string): View =>
  plain('plain', `Cancelled: nothing was opened for ${target}, and that card can no longer be confirmed.`);

export const noRoomView = (says: string): View => ({ ...plain('notice', `Not offered: ${says}.`), state: 'unknown' });

export const stoppingView = (target: string): View =>
  plain(
    'plain',
    `Told the check of ${target} to stop: it opens nothing more and logs out what it holds. What it saw until then becomes the answer.`,
  );

export const nothingToStopView = (what: string): View =>
  plain('notice', `Nothing is being checked under ${what} that you may see.`);

/** Nobody sees what another machine does without telling anybody. */
const BESIDE = {
  redis:
    'No other deep check of this account begins meanwhile that asks this Redis, nor one on the machine that climbs. A command line on another machine that does not use this Redis is not seen from here: make sure that nobody climbs there.',
  machine:
    'No other deep check of this account begins on this machine meanwhile. No Redis is configured, so a bot or a command line on another machine is not seen from here: make sure that nobody climbs there.',
} as const;

const accountWords = ({ account, user }: LadderOffer): string =>
  account === 'test' ? `the test mailbox ${user}` : `${user}, the account that all agents share,`;

const knownLines = ({ account, limit, keepFree, heldAtWork, most, nobodyAtWork }: LadderOffer): string[] => {
  if (account === 'test')
    return [
      'Exchange has the same limit for every mailbox unless somebody gave one its own, so this one tells it too.',
    ];
  const held = nobodyAtWork
    ? 'Whoever asked says that nobody works on the account now (--nobody-at-work); nobody here can see whether that is so.'
    : `How many sessions agents and server hold now is not known; when everybody works they hold ${heldAtWork}, and those are left to them.`;
  if (!limit)
    return [
      `No limit has been read. Exchange ships with 16 sessions for one account, so no more than that is counted on: this takes at most ${most} and leaves ${keepFree} beside those at work.`,
      held,
    ];
  const left = Math.max(0, limit.sessions - heldAtWork - most);
  return [
    `By what was read on ${limit.readOn} one account may hold ${limit.sessions} sessions: this takes at most ${most} of them and leaves ${left} (at least ${keepFree}) ${nobodyAtWork ? 'for everybody else' : 'beside those at work'}.`,
    held,
  ];
};

const hurtLines = ({ account }: LadderOffer): string[] =>
  account === 'test'
    ? ['Nobody works with the test mailbox. Limits on one address or on the whole server are shared with everybody.']
    : [
        'An agent who logs in meanwhile may be refused, as if the password were wrong. Who is logged in already should notice nothing.',
        'Do it outside working hours, or configure ladder.testMailbox: it has the same limit and takes nothing from anybody.',
      ];

const part = (title: string, lines: readonly string[]): Section => ({
  tone: 'plain',
  title,
  lines: lines.map(text),
  commands: [],
  detail: false,
});

const plain = (tone: View['tone'], headline: string): View => ({
  tone,
  headline,
  sections: [],
  footer: '',
  file: 'uccx-answer',
});
