import type { EvidenceOf } from '../domain/evidence/index.js';
import type { Finding } from '../domain/verdict.js';
import { allowEws } from '../remedies/allow-ews.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { inOrder, listed, quoteOf } from './seen.js';

type Body = Omit<Finding, 'rule'>;
type Role = EvidenceOf<'role-assignment'>;

export const ewsRights = defineRule({
  id: 'ews-rights',
  for: 'cuc-single-inbox',
  leg: 'web',
  asks: 'May Unity Connection use EWS in the mailboxes of its users?',
  explains:
    'The account of the unified messaging service needs the role ApplicationImpersonation, regular and enabled, and each mailbox must allow EWS. ' +
    'Which account it is stands in Unity Connection only, so a list that names other accounts leaves it open.',
  source: 'https://learn.microsoft.com/exchange/client-developer/exchange-web-services/how-to-configure-impersonation',
  needs: [],
  uses: ['role-assignment', 'cas-mailbox'],
  behind: [],

  judge({ 'role-assignment': roles, 'cas-mailbox': mailboxes }, target) {
    const impersonating = inOrder(roles).filter(({ role }) => role.toLowerCase() === 'applicationimpersonation');
    const off = inOrder(mailboxes).filter(({ ewsEnabled }) => ewsEnabled === false);
    const findings: Body[] = [];
    if (off.length > 0)
      findings.push({
        severity: 'critical',
        certainty: 'proven',
        says: `EWS is turned off for ${listed(off.map(({ names }) => names[0] as string))}: Unity Connection cannot use ${off.length === 1 ? 'this mailbox' : 'these mailboxes'}.`,
        because: off.map(mailbox => quoteOf(mailbox, 'EwsEnabled False')),
        asks: [],
        remedies: [allowEws(target)],
      });
    const unusable = impersonating.filter(assignment => !isUsable(assignment));
    if (impersonating.length > 0 && unusable.length === impersonating.length)
      findings.push({
        severity: 'critical',
        certainty: 'possible',
        says: `No assignment of ApplicationImpersonation that was read can be used: ${listed(unusable.map(wordsOf))}.`,
        because: unusable.map(assignment => quoteOf(assignment, wordsOf(assignment))),
        asks: [
          {
            says: 'Is this the whole list? Get-ManagementRoleAssignment -Role ApplicationImpersonation shows all of them.',
            steps: [],
          },
        ],
        remedies: [],
      });
    if (findings.length > 0) return problem(...findings);
    if (impersonating.length > 0)
      return healthy(
        `${listed([...new Set(impersonating.filter(isUsable).map(({ assignee }) => assignee))])} may act in mailboxes; whether that is the account of Unity Connection stands there`,
      );
    if (roles.length > 0)
      return unknown(
        'the list that was read has no ApplicationImpersonation; whether it was the whole list is not known',
        {
          missing: ['role-assignment'],
        },
      );
    return notApplicable('nobody has read who may act in mailboxes, and no mailbox forbids EWS');
  },
});

const isUsable = ({ enabled, delegating }: Role): boolean => enabled !== false && delegating !== true;

const wordsOf = ({ assignee, enabled }: Role): string =>
  `${assignee} ${enabled === false ? 'has it disabled' : 'may only hand it on'}`;
