import type { Remedy } from '../domain/remedy.js';
import type { ShellCommand } from '../domain/shell-command.js';
import type { ExchangeVersion, MailTarget } from '../domain/target.js';
import { memberOf, piped } from '../ems/cmdlet.js';
import {
  getMailbox,
  getThrottlingPolicy,
  getThrottlingPolicyAssociation,
  newThrottlingPolicy,
  removeThrottlingPolicy,
  setMailbox,
  setThrottlingPolicy,
} from '../ems/exchange-cmdlets.js';
import { is2010 } from '../ems/parameter.js';
import { formatList, importClixml } from '../ems/windows-cmdlets.js';
import { fileFor, keep, mailboxOf, refuseOnline, shell } from './steps.js';

const POLICY = 'UCCX Email';

/** Gives the one mailbox a policy of its own without IMAP limits. The default policy is never touched: updates write it anew. */
export const assignThrottlingPolicy = (target: MailTarget): Remedy => {
  refuseOnline(target, 'assign-throttling-policy');
  const { version } = target.exchange;
  const mailbox = mailboxOf(target);
  const file = fileFor('policy', mailbox);
  const association = readAssociation(version, mailbox);

  return {
    id: 'assign-throttling-policy',
    title: `A throttling policy of its own for ${mailbox}`,
    scope: 'mailbox',
    formula: null,
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
      shell(setThrottlingPolicy(version, { Identity: POLICY, ...noImapLimits(version) })),
      shell(setMailbox(version, { Identity: mailbox, ThrottlingPolicy: POLICY })),
    ],
    verify: [shell(piped(association.command, formatList({ Property: ['Name', association.shows] })))],
    undo: [
      shell(
        setMailbox(version, {
          Identity: mailbox,
          ThrottlingPolicy: memberOf(importClixml({ Path: file, ErrorAction: 'Stop' }), association.shows),
        }),
      ),
      shell(removeThrottlingPolicy(version, { Identity: POLICY, Confirm: false })),
    ],
    risk:
      'Only for this mailbox. Exchange reads it within 15 minutes; an account that is always in use may need a restart of the IMAP service ' +
      '(KB 2689533). Microsoft advises against policies without limits, so take it away again when it has not helped.',
    source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-throttlingpolicy',
  };
};

/** Which policy the mailbox has; blank is the default one. The first edition of 2010 shows it on the mailbox only. */
const readAssociation = (version: ExchangeVersion, mailbox: string): { command: ShellCommand; shows: string } =>
  version === '2010-rtm'
    ? { command: getMailbox(version, { Identity: mailbox }), shows: 'ThrottlingPolicy' }
    : { command: getThrottlingPolicyAssociation(version, { Identity: mailbox }), shows: 'ThrottlingPolicyId' };

const policyProperties = (version: ExchangeVersion): string[] =>
  is2010(version) ? ['Name', 'IsDefault', 'IMAP*', 'RCA*', 'CPA*'] : ['Name', 'ThrottlingPolicyScope', 'Imap*', 'Rca*'];

/** What Cisco's checklist lifts on 2010, with the parameters that each edition has; the budgets of IMAP from 2013 on. */
const noImapLimits = (version: ExchangeVersion): Omit<Parameters<typeof setThrottlingPolicy>[1], 'Identity'> => {
  if (!is2010(version))
    return {
      ImapMaxConcurrency: 'Unlimited',
      ImapMaxBurst: 'Unlimited',
      ImapRechargeRate: 'Unlimited',
      ImapCutoffBalance: 'Unlimited',
    };
  const none = null;
  const first = {
    IMAPMaxConcurrency: none,
    IMAPPercentTimeInAD: none,
    IMAPPercentTimeInCAS: none,
    IMAPPercentTimeInMailboxRPC: none,
    RCAMaxConcurrency: none,
    RCAPercentTimeInAD: none,
    RCAPercentTimeInCAS: none,
    RCAPercentTimeInMailboxRPC: none,
  } as const;
  if (version === '2010-rtm') return first;
  return { ...first, CPAMaxConcurrency: none, CPAPercentTimeInCAS: none, CPAPercentTimeInMailboxRPC: none };
};
