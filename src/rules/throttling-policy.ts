import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { is2010 } from '../ems/parameter.js';
import { assignThrottlingPolicy, type PolicyLimits } from '../remedies/assign-throttling-policy.js';
import { sessionNeedOf } from '../remedies/session-need.js';
import { looksOf } from '../remedies/steps.js';
import { askForThrottling } from './asks.js';
import { againAsk, certaintyAt, datedAsk, historyWords, isHistory } from './event-time.js';
import { overBudget } from './over-budget.js';
import { matches, says } from './replies.js';
import { defineRule, healthy, type Judgement, notApplicable, problem, type Seen, unknown } from './rule.js';
import { inOrder, listed, placeOf, quoteOf } from './seen.js';
import { eventWords, isOurMailbox } from './whose.js';

type Policy = EvidenceOf<'throttling-policy'>;
type Association = EvidenceOf<'policy-association'>;
type Refusal = EvidenceOf<'shell-refusal'>;
type Body = Omit<Finding, 'rule'>;

export const throttlingPolicy = defineRule({
  id: 'throttling-policy',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'Does a throttling policy hold the shared account back?',
  explains:
    'Event 2915 that names the account proves it, and so does a limit on IMAP sessions below the need in the policy that the mailbox has. A default ' +
    'policy that was merely seen proves nothing. Blank on 2010 and Unlimited later are no limit; since 2013 a limit that is left blank is that of ' +
    'the policy of the organisation, or of the global one. What RCAMaxConcurrency means for IMAP is nowhere ' +
    'documented, so where it is below the need on 2010 the event is asked for.',
  source: 'https://learn.microsoft.com/exchange/client-developer/exchange-web-services/ews-throttling-in-exchange',
  needs: [],
  uses: [
    'throttling-policy',
    'policy-association',
    'exchange-event',
    'exchange-mailbox',
    'shell-refusal',
    'imap-login',
    'imap-select',
  ],
  behind: [],

  judge(seen, target, now) {
    if (target.exchange.version === 'online')
      return notApplicable(
        'the policies of Exchange Online are fixed and not published; nobody can read or change them',
      );
    const over = overBudget(seen, target, now);
    const policies = inOrder(seen['throttling-policy']);
    const known = inForce(policies, inOrder(seen['policy-association']), target);
    const refused = inOrder(seen['shell-refusal']).flatMap(refusal => wrongVersion(refusal, target));
    if (over) {
      const { events, standing } = over;
      const isPast = isHistory(standing);
      return problem(
        {
          severity: isPast ? 'notice' : 'critical',
          certainty: certaintyAt(standing, 'proven'),
          says: `Exchange ${isPast ? 'has throttled' : 'throttles'} the account: it went over its budget for ${listed([...new Set(events.flatMap(({ of }) => of ?? []))]) || 'a component'}${historyWords(standing)}.`,
          because: [
            ...events.map(event => `${placeOf(event.source)}: ${eventWords(event)}`),
            ...throttledAnswers(seen),
          ],
          asks: isPast ? [againAsk] : standing === 'undated' ? [datedAsk] : [],
          remedies: isPast ? [] : [assignThrottlingPolicy(target, known ? limitsOf(known) : {})],
        },
        ...refused,
      );
    }
    const judged = known ? byPolicy(known, policies, target) : withoutOne(policies, seen['policy-association'], target);
    if (refused.length === 0) return judged;
    return problem(...(judged.is === 'problem' ? judged.findings : []), ...refused);
  },
});

/** What the server answered because of it. */
const throttledAnswers = (seen: Seen<'imap-login' | 'imap-select'>): string[] =>
  inOrder([...seen['imap-login'], ...seen['imap-select']])
    .filter(({ text }) => matches(says.throttled, text))
    .map(item => quoteOf(item, item.text));

/** `imap` is what it allows, and `of` whose word that is; null where it leaves that to a policy which is not known for sure. */
type InForce = { policy: Policy; isAssigned: boolean; isDefaultSure: boolean; imap: Limit; of: Policy | null };
type Limit = Policy['imapConcurrency'];

/** The policy that counts for the mailbox: the one that it has, or the default one; the narrowest scope before the wider. */
const inForce = (
  policies: readonly Policy[],
  associations: readonly Association[],
  target: MailTarget,
): InForce | null => {
  const own = associations.filter(({ names }) => isOurMailbox(names, target)).at(-1);
  if (own?.policy) {
    const policy = policies.filter(({ policy: name }) => name.toLowerCase() === own.policy?.toLowerCase()).at(-1);
    return policy ? { policy, isAssigned: true, isDefaultSure: true, ...imapOf(policy, policies, target) } : null;
  }
  for (const scope of ['organization', 'global', 'default'] as const) {
    const policy = policies.filter(each => each.scope === scope).at(-1);
    if (policy)
      return { policy, isAssigned: false, isDefaultSure: own !== undefined, ...imapOf(policy, policies, target) };
  }
  return null;
};

/**
 * A limit that is left blank is, since 2013, that of the policy above it: of the organisation's, then of the global one. Two of a scope,
 * or one that shows no limit of its own, leave it unknown.
 */
const imapOf = (policy: Policy, policies: readonly Policy[], target: MailTarget): Pick<InForce, 'imap' | 'of'> => {
  const isLeft = (each: Policy) =>
    each.blank?.includes('imapConcurrency') === true &&
    (each.imapConcurrency === null || !is2010(target.exchange.version));
  if (!isLeft(policy)) return { imap: policy.imapConcurrency, of: policy };
  const scopes = ABOVE[policy.scope ?? 'regular'];
  for (const scope of scopes) {
    const there = policies.filter(each => each.scope === scope);
    const above = there.at(-1);
    if (there.some(each => each.policy.toLowerCase() !== above?.policy.toLowerCase())) break;
    if (above && !isLeft(above)) return { imap: above.imapConcurrency, of: above };
  }
  return { imap: null, of: null };
};

/** A policy that 2010 called the default one may have stayed behind, and is above none. */
const ABOVE = {
  regular: ['organization', 'global'],
  organization: ['global'],
  global: [],
  default: [],
} as const satisfies Record<string, readonly Policy['scope'][]>;

/** Policies that the mailbox may have in place of the default one, where nobody read which it has, and that are not known to be enough. */
const perhapsSmaller = (policies: readonly Policy[], known: InForce, target: MailTarget): string[] => {
  if (known.isAssigned || known.isDefaultSure) return [];
  const isEnough = (each: Policy) => {
    const { imap } = imapOf(each, policies, target);
    return imap === 'unlimited' || (imap !== null && imap >= sessionNeedOf(target).needed);
  };
  const regular = policies.filter(each => each.scope === 'regular' && !isEnough(each));
  return [...new Set(regular.map(({ policy }) => policy))];
};

/** `The policy UCCX`, and with whose word. */
const leftWords = ({ policy, of }: InForce): string =>
  of === policy || of === null ? '' : `, which leaves that to ${of.policy},`;

const byPolicy = (known: InForce, policies: readonly Policy[], target: MailTarget): Judgement => {
  const { policy, isAssigned, isDefaultSure } = known;
  const { needed } = sessionNeedOf(target);
  const isCounted = isAssigned || isDefaultSure;
  const finding = tooFew(known, isCounted, target);
  if (finding) return problem(finding);
  const which = isAssigned ? `its own policy ${policy.policy}` : `the default policy ${policy.policy}`;
  if (known.imap === null)
    return unknown(
      known.of === null
        ? `${which} leaves blank how many IMAP connections it allows, and the policy above it, which counts then, was not read for sure`
        : `what was pasted of ${which} does not say how many IMAP connections it allows`,
      { missing: ['throttling-policy'], asks: askForThrottling(target) },
    );
  const rca = policy.rcaConcurrency;
  if (is2010(target.exchange.version) && typeof rca === 'number' && rca < needed)
    return unknown(
      `${which} sets no limit on IMAP that is below the need, and RCAMaxConcurrency ${rca}, which is below ${needed}: whether that counts IMAP sessions ` +
        'is nowhere documented, and event 2915 naming the account would prove it',
      { asks: askForThrottling(target) },
    );
  const others = perhapsSmaller(policies, known, target);
  if (others.length > 0)
    return unknown(
      `${which} sets no limit that is below the need, but ${listed(others)} was read as well, and whether the mailbox has it was not`,
      { missing: ['policy-association'], asks: askForThrottling(target) },
    );
  return healthy(
    `${which}${leftWords(known)} ${known.imap === 'unlimited' ? 'sets no limit on IMAP connections' : `allows ${known.imap} IMAP connections`}, and ${needed} are needed`,
  );
};

const tooFew = (known: InForce, isCounted: boolean, target: MailTarget): Body | null => {
  const { needed } = sessionNeedOf(target);
  const { policy, imap: limit, of } = known;
  if (typeof limit !== 'number' || limit >= needed || of === null) return null;
  const remedy = assignThrottlingPolicy(target, limitsOf(known));
  return {
    severity: isCounted ? 'critical' : 'warning',
    certainty: isCounted ? 'likely' : 'possible',
    says: `The throttling policy ${policy.policy}${leftWords(known)} allows one account ${limit} IMAP connections at once, and ${needed} are needed${isCounted ? '' : '; whether it counts for this mailbox was not read'}.`,
    because: [
      ...(of === policy ? [] : [quoteOf(policy, `${policy.policy}: IMAPMaxConcurrency is blank`)]),
      quoteOf(of, `${of.policy}: IMAPMaxConcurrency ${limit}`),
    ],
    asks: isCounted
      ? []
      : [
          {
            says: 'Has the mailbox this policy? ThrottlingPolicyId shows it; blank is the default one.',
            steps: looksOf(remedy).slice(0, 1),
            ifSo: remedy,
          },
        ],
    remedies: isCounted ? [remedy] : [],
  };
};

const limitsOf = ({ imap, policy: { rcaConcurrency: rca } }: InForce): PolicyLimits => ({
  ...(imap === null ? {} : { imapConcurrency: imap === 'unlimited' ? null : imap }),
  ...(rca === null ? {} : { rcaConcurrency: rca === 'unlimited' ? null : rca }),
});

const withoutOne = (
  policies: readonly Policy[],
  associations: readonly Association[],
  target: MailTarget,
): Judgement => {
  const own = associations.filter(({ names }) => isOurMailbox(names, target)).at(-1);
  if (own)
    return unknown(
      own.policy === null
        ? 'the mailbox has no policy of its own, so the default one counts, and that was not read'
        : `the mailbox has the policy ${own.policy}, and that was not read`,
      { missing: ['throttling-policy'], asks: askForThrottling(target) },
    );
  if (policies.length > 0)
    return unknown(
      `${listed(policies.map(({ policy }) => policy))} was read, and neither whether the mailbox has it nor the default policy`,
      { missing: ['policy-association'], asks: askForThrottling(target) },
    );
  return notApplicable('nobody has read a policy, and nothing else speaks of throttling');
};

/** Parameters that 2013 took away, https://learn.microsoft.com/powershell/module/exchangepowershell/set-throttlingpolicy. */
const ONLY_2010 = /PercentTimeIn|^CPUStartPercent$|^EWSFastSearchTimeoutInSeconds$|^EWSFindCountLimit$/i;

const wrongVersion = (refusal: Refusal, { exchange: { version } }: MailTarget): Body[] => {
  const { cmdlet, parameter } = refusal;
  if (!/throttlingpolicy$/i.test(cmdlet ?? '') || !ONLY_2010.test(parameter)) return [];
  return [
    {
      severity: is2010(version) ? 'warning' : 'notice',
      certainty: 'proven',
      says: is2010(version)
        ? `The shell knows no ${parameter}, which every Exchange 2010 has: it is 2013 or later, and Exchange ${version} is configured.`
        : `The command was of Exchange 2010: ${parameter} is gone since 2013, the line changed nothing, and IMAP is not limited by shares of time any more.`,
      because: [quoteOf(refusal, `${cmdlet}: no parameter ${parameter}`)],
      asks: [],
      remedies: [],
    },
  ];
};
