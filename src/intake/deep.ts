import { isDeepStrictEqual } from 'node:util';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import { type LadderOffer, offerLadder } from '../domain/ladder.js';
import type { ProbeCard } from '../probes/probe.js';
import type { CheckWish } from './ports.js';

type Offered = { is: 'offer'; offer: LadderOffer } | { is: 'none'; says: string };

/** What a deep check of this target would take, or why there is none. */
export const offerFor = (
  wants: Pick<CheckWish, 'only'> & { nobodyAtWork?: boolean | undefined },
  target: ConfiguredTarget,
): Offered => {
  if (target.kind !== 'uccx-mail')
    return { is: 'none', says: `--deep counts IMAP sessions, and ${target.id} has no mailbox that anybody logs in to` };
  if (wants.only.length > 0 && !wants.only.includes('imap'))
    return { is: 'none', says: `--deep counts IMAP sessions, and --only ${wants.only.join(',')} leaves IMAP out` };
  const offered = offerLadder(target, wants);
  return offered.is === 'offer' ? offered : { is: 'none', says: offered.says };
};

/** Whether the configuration still says what was shown. */
export const isAsShown = (shown: LadderOffer, offered: Offered): boolean =>
  offered.is === 'offer' && isDeepStrictEqual(shown, offered.offer);

/** A message can be sent around only where something does that, and the configuration says to whom. Null where it can. */
export const whyNoLoop = (
  cards: readonly ProbeCard[],
  target: ConfiguredTarget,
  only: CheckWish['only'],
): string | null => {
  const able = cards.filter(
    card => card.impact === 'mail' && card.for === target.kind && (card.applies?.(target) ?? true),
  );
  if (able.length === 0)
    return `No message can be sent around for ${target.id}: the configuration gives it no loopAddress`;
  if (only.length > 0 && !able.some(({ leg }) => only.includes(leg)))
    return `--loop sends a message by SMTP, and --only ${only.join(',')} leaves that out`;
  return null;
};

/** Whoever asks for it, and everybody who reads the answer, shall know what else may come of it. */
export const LOOP_REMARK =
  'One marked message goes to the mailbox and is removed as soon as it shows; UCCX may present it to an agent before that.';
