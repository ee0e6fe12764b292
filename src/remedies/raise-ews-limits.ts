import { NotInThisVersionError } from '../domain/errors.js';
import type { Placeholder, Remedy } from '../domain/remedy.js';
import type { ShellCommand } from '../domain/shell-command.js';
import type { ExchangeVersion, InboxTarget } from '../domain/target.js';
import { piped } from '../ems/cmdlet.js';
import {
  getThrottlingPolicy,
  getThrottlingPolicyAssociation,
  newThrottlingPolicy,
  removeThrottlingPolicy,
  setMailbox,
  setThrottlingPolicy,
  setThrottlingPolicyAssociation,
} from '../ems/exchange-cmdlets.js';
import { is2010 } from '../ems/parameter.js';
import { formatList } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { SERVICE_ACCOUNT } from './grant-impersonation.js';
import { fileFor, keep, refuseOnline, shell, theDefaultPolicyUnless } from './steps.js';

/*
 * Who pays for the subscriptions of single inbox: up to 2010 SP2 RU3 the account that asks for them, from SP2 RU4 (14.2.318) on each
 * mailbox that is watched (ews-throttling-in-exchange). A policy on the other one changes nothing, so there are two remedies.
 */
const POLICY = 'Unity Connection';
const USER: Placeholder = {
  name: 'SINGLE-INBOX-USER',
  where: 'each user whose log shows ErrorExceeded… or ErrorServerBusy; run the lines that hold it once for each',
};
/** From 2013 on Exchange ships 5000; 2010 ships 20, and Cisco sets no number. */
const SUBSCRIPTIONS = 5000;
/** Cisco's number for calendar integration on 2016 and 2019; 2010 ships 10, later versions 27. */
const CONCURRENCY = 100;

export const ACCOUNT_IS_CHARGED: readonly ExchangeVersion[] = ['2010-sp1', '2010-sp2'];
export const MAILBOX_IS_CHARGED: readonly ExchangeVersion[] = ['2010-sp2', '2010-sp3', '2013', '2016', '2019', 'se'];

/** For 2010 before SP2 RU4. The account must have no mailbox, so the policy is tied to it by the association cmdlet. */
export const raiseEwsLimitsOfAccount = (target: InboxTarget, users = 0): Remedy => {
  const { version } = target.exchange;
  refuseBeside(target, 'raise-ews-limits-of-account', ACCOUNT_IS_CHARGED);
  return raise(target, 'raise-ews-limits-of-account', SERVICE_ACCOUNT, users, policy =>
    setThrottlingPolicyAssociation(version, { Identity: SERVICE_ACCOUNT.name, ThrottlingPolicy: policy }),
  );
};

/** From 2010 SP2 RU4 on: the policy belongs on each user of single inbox. */
export const raiseEwsLimitsOfMailboxes = (target: InboxTarget): Remedy => {
  const { version } = target.exchange;
  refuseBeside(target, 'raise-ews-limits-of-mailboxes', MAILBOX_IS_CHARGED);
  return raise(target, 'raise-ews-limits-of-mailboxes', USER, 0, policy =>
    setMailbox(version, { Identity: USER.name, ThrottlingPolicy: policy }),
  );
};

const subscriptionWords = (users: number, proposed: number): string =>
  users === 0
    ? `${SUBSCRIPTIONS}, as later versions ship`
    : `the greater of ${SUBSCRIPTIONS} (as later versions ship) and ${users} users + 10 % = ${proposed}`;

const refuseBeside = (target: InboxTarget, id: string, versions: readonly ExchangeVersion[]): void => {
  refuseOnline(target, id);
  if (!versions.includes(target.exchange.version))
    throw new NotInThisVersionError(`${id} does not exist for Exchange ${target.exchange.version}`, {
      target: target.id,
    });
};

const raise = (
  { exchange: { version } }: InboxTarget,
  id: string,
  whom: Placeholder,
  users: number,
  associate: (policy: string | null) => ShellCommand,
): Remedy => {
  const file = fileFor('policy-ews', whom.name);
  const association = getThrottlingPolicyAssociation(version, { Identity: whom.name });
  const show = shell(piped(association, formatList({ Property: ['Name', 'ThrottlingPolicyId'] })));
  const subscriptions = Math.max(SUBSCRIPTIONS, Math.ceil((users * 11) / 10));
  const limits = is2010(version)
    ? {
        EWSMaxConcurrency: CONCURRENCY,
        EWSMaxSubscriptions: subscriptions,
        EWSPercentTimeInAD: null,
        EWSPercentTimeInCAS: null,
        EWSPercentTimeInMailboxRPC: null,
      }
    : { EwsMaxConcurrency: CONCURRENCY };
  return card({
    id,
    title: `A throttling policy of its own for ${whom.name}, with room for single inbox`,
    scope: 'mailbox',
    formula: is2010(version)
      ? `${CONCURRENCY} at once (Cisco); subscriptions: ${subscriptionWords(users, subscriptions)}; ` +
        'shares of time without limit, since nobody can compute them'
      : `${CONCURRENCY} at once (Cisco) instead of 27; the 5000 subscriptions and the budgets that Exchange ships are enough`,
    settings: Object.entries(limits).map(([name, to]) => ({
      on: POLICY,
      name,
      now: null,
      to: to === null ? '$null' : String(to),
    })),
    read: [
      keep(association, file),
      show,
      shell(piped(getThrottlingPolicy(version, {}), formatList({ Property: ['Name', 'IsDefault', 'EWS*'] }))),
    ],
    apply: [
      shell(
        newThrottlingPolicy(version, {
          Name: POLICY,
          ...(is2010(version) ? {} : { ThrottlingPolicyScope: 'Regular' as const }),
        }),
      ),
      shell(setThrottlingPolicy(version, { Identity: POLICY, ...limits })),
      shell(associate(POLICY)),
    ],
    verify: [
      show,
      shell(piped(getThrottlingPolicy(version, { Identity: POLICY }), formatList({ Property: ['Name', 'EWS*'] }))),
    ],
    undo: [
      theDefaultPolicyUnless(file, 'ThrottlingPolicyId', whom.name),
      shell(associate(null)),
      shell(removeThrottlingPolicy(version, { Identity: POLICY, Confirm: false })),
    ],
    risk:
      'Only after ErrorExceededConnectionCount, ErrorExceededSubscriptionCount or ErrorServerBusy in the log of Unity Connection. ' +
      (version === '2010-sp2'
        ? 'Which of the two is charged depends on Update Rollup 4 (14.2.318): before it the account, since then the mailbox; a policy on the other changes nothing. '
        : '') +
      'Leave out what the second list shows higher or without limit: this may only raise. Exchange reads it within 15 minutes; a busy ' +
      'account may need the pool MSExchangeServicesAppPool recycled (KB 2689533), which ends every subscription of that server.',
    placeholders: [whom],
    source: 'https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange',
  });
};
