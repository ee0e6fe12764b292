import type { Remedy } from '../domain/remedy.js';
import type { InboxTarget } from '../domain/target.js';
import type { Ask } from '../domain/verdict.js';
import {
  ACCOUNT_IS_CHARGED,
  MAILBOX_IS_CHARGED,
  raiseEwsLimitsOfAccount,
  raiseEwsLimitsOfMailboxes,
} from '../remedies/raise-ews-limits.js';
import { waitOnline } from './asks.js';

/** Response codes of EWS that say «over a limit». */
export const throttled = (code: string): boolean => code === 'ErrorServerBusy' || /^ErrorExceeded[A-Z]/.test(code);

/**
 * What raises the limits of EWS. Whom Exchange charges depends on its version; of 2010 SP2 it also depends on the rollup, so there a person
 * is asked first, for a policy on the other one changes nothing.
 */
export const raiseEwsLimits = (target: InboxTarget): { asks: Ask[]; remedies: Remedy[] } => {
  const { version } = target.exchange;
  if (version === 'online') return { asks: [waitOnline], remedies: [] };
  const account = ACCOUNT_IS_CHARGED.includes(version) ? [raiseEwsLimitsOfAccount(target)] : [];
  const mailboxes = MAILBOX_IS_CHARGED.includes(version) ? [raiseEwsLimitsOfMailboxes(target)] : [];
  const [ofAccount] = account;
  const [ofMailboxes] = mailboxes;
  if (ofAccount && ofMailboxes)
    return {
      asks: [
        {
          says: 'Is Exchange older than 2010 SP2 RU4 (14.2.318)? Then the account of Unity Connection is charged.',
          steps: [],
          ifSo: ofAccount,
        },
        { says: 'Is it 2010 SP2 RU4 (14.2.318) or later? Then each mailbox is charged.', steps: [], ifSo: ofMailboxes },
      ],
      remedies: [],
    };
  return { asks: [], remedies: [...account, ...mailboxes] };
};
