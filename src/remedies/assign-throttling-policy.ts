import type { Remedy } from '../domain/remedy.js';
import type { ShellCommand } from '../domain/shell-command.js';
import type { ExchangeVersion, MailTarget } from '../domain/target.js';
import { piped } from '../ems/cmdlet.js';
import {
  getMailbox,
  getThrottlingPolicy,
  getThrottlingPolicyAssociation,
  highestConcurrency,
  newThrottlingPolicy,
  removeThrottlingPolicy,
  setMailbox,
  setThrottlingPolicy,
} from '../ems/exchange-cmdlets.js';
import { is2010 } from '../ems/parameter.js';
import { formatList } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { sessionNeedOf } from './session-need.js';
import { fileFor, keep, mailboxOf, refuseOnline, shell, theDefaultPolicyUnless } from './steps.js';

const POLICY = 'UCCX Email';

/** RCAMaxConcurrency of every 2010, and CPAMaxConcurrency since SP1 as far as is known. */
const SHIPPED_CONCURRENCY = 20;

/** What the policy in force allows; null: no limit. */
export type PolicyLimits = { imapConcurrency?: number | null; rcaConcurrency?: number | null };

/**
 * Gives the one mailbox a policy of its own that carries its need. The default policy is never touched: updates write it anew.
 * Concurrency is a number, since the need is known; shares of time and budgets are without limit, since nobody can compute those.
 */
export const assignThrottlingPolicy = (target: MailTarget, present: PolicyLimits = {}): Remedy => {
  refuseOnline(target, 'assign-throttling-policy');
  const { version } = target.exchange;
  const need = sessionNeedOf(target);
  const limits = limitsFor(version, need.proposed, present);
  const mailbox = mailboxOf(target);
  const file = fileFor('policy', mailbox);
  const association = readAssociation(version, mailbox);

  return card({
    id: 'assign-throttling-policy',
    title: `A throttling policy of its own for ${mailbox}`,
    scope: 'mailbox',
    formula: `${need.formula}; no limit where no number can be computed`,
    settings: Object.entries(limits).map(([name, value]) => ({
      on: POLICY,
      name,
      now: presentWords(name, present),
      to: value === null ? '$null' : String(value),
    })),
    read: [
      keep(association.command, file),
      shell(piped(association.command, formatList({ Property: ['Name', association.shows] }))),
      shell(piped(getThrottlingPolicy(version, {}), formatList({ Property: policyProperties(version) }))),
    ],
    apply: [
      shell(
        newThrottlingPolicy(version, {
          Name: POLICY,
          ...(is2010(version) ? {} : { ThrottlingPolicyScope: 'Regular' }),
        }),
      ),
      shell(setThrottlingPolicy(version, { Identity: POLICY, ...limits })),
      shell(setMailbox(version, { Identity: mailbox, ThrottlingPolicy: POLICY })),
    ],
    verify: [
      shell(piped(association.command, formatList({ Property: ['Name', association.shows] }))),
      shell(
        piped(getThrottlingPolicy(version, { Identity: POLICY }), formatList({ Property: policyProperties(version) })),
      ),
    ],
    undo: [
      theDefaultPolicyUnless(file, association.shows, mailbox),
      shell(setMailbox(version, { Identity: mailbox, ThrottlingPolicy: null })),
      shell(removeThrottlingPolicy(version, { Identity: POLICY, Confirm: false })),
    ],
    risk:
      'Only for this mailbox. Where the second list shows no limit for a concurrency (blank on 2010, Unlimited later), leave that parameter ' +
      'out: this may only raise. Exchange reads it within 15 minutes; an account that is always in use may need a restart of the IMAP service ' +
      '(KB 2689533). Microsoft advises against policies without limits, so take it away again when it has not helped.',
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-throttlingpolicy',
  });
};

/** Which policy the mailbox has; blank is the default one. The first edition of 2010 shows it on the mailbox only. */
const readAssociation = (version: ExchangeVersion, mailbox: string): { command: ShellCommand; shows: string } =>
  version === '2010-rtm'
    ? { command: getMailbox(version, { Identity: mailbox }), shows: 'ThrottlingPolicy' }
    : { command: getThrottlingPolicyAssociation(version, { Identity: mailbox }), shows: 'ThrottlingPolicyId' };

const policyProperties = (version: ExchangeVersion): string[] =>
  is2010(version) ? ['Name', 'IsDefault', 'IMAP*', 'RCA*', 'CPA*'] : ['Name', 'ThrottlingPolicyScope', 'Imap*', 'Rca*'];

type Limits = Omit<Parameters<typeof setThrottlingPolicy>[1], 'Identity'>;

/** What the policy in force shows for it, as far as it was read. */
const presentWords = (name: string, { imapConcurrency, rcaConcurrency }: PolicyLimits): string | null => {
  const value = /^imapMaxConcurrency$/i.test(name)
    ? imapConcurrency
    : /^rcaMaxConcurrency$/i.test(name)
      ? rcaConcurrency
      : undefined;
  return value === undefined ? null : (value?.toString() ?? 'no limit');
};

/** What Cisco's checklist lifts on 2010, with the parameters that each edition has; the budgets of IMAP from 2013 on. */
const limitsFor = (version: ExchangeVersion, proposed: number, present: PolicyLimits): Limits => {
  const { imapConcurrency: imap, rcaConcurrency: rca } = present;
  const none = null;
  const carrying = (now: number | null | undefined): number | null => {
    const value = now === null ? null : Math.max(proposed, now ?? 0);
    return value !== null && value > highestConcurrency(version) ? null : value;
  };
  if (!is2010(version))
    return {
      ImapMaxConcurrency: carrying(imap) ?? 'Unlimited',
      ImapMaxBurst: 'Unlimited',
      ImapRechargeRate: 'Unlimited',
      ImapCutoffBalance: 'Unlimited',
    };
  const first = {
    IMAPMaxConcurrency: carrying(imap),
    IMAPPercentTimeInAD: none,
    IMAPPercentTimeInCAS: none,
    IMAPPercentTimeInMailboxRPC: none,
    RCAMaxConcurrency: carrying(rca === undefined ? SHIPPED_CONCURRENCY : rca),
    RCAPercentTimeInAD: none,
    RCAPercentTimeInCAS: none,
    RCAPercentTimeInMailboxRPC: none,
  } as const;
  if (version === '2010-rtm') return first;
  return {
    ...first,
    CPAMaxConcurrency: carrying(SHIPPED_CONCURRENCY),
    CPAPercentTimeInCAS: none,
    CPAPercentTimeInMailboxRPC: none,
  };
};
