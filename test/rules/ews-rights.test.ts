import { ewsRights } from '../../src/rules/ews-rights.js';
import { fact, inboxTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const role = (body: Parameters<typeof fact<'role-assignment'>>[1] = {}) => fact('role-assignment', body);

ruleTable(ewsRights, inboxTarget(), [
  {
    name: 'somebody may',
    given: [role()],
    is: 'healthy',
    says: /cucsvc may act in mailboxes; whether that is the account/,
  },
  {
    name: 'only to hand on',
    given: [role({ delegating: true })],
    is: 'problem',
    certainty: 'possible',
    says: /cucsvc may only hand it on/,
    asks: [/whole list/],
  },
  {
    name: 'disabled',
    given: [role({ enabled: false })],
    is: 'problem',
    certainty: 'possible',
    says: /has it disabled/,
  },
  {
    name: 'one of them is enough',
    given: [role({ enabled: false }), role({ assignee: 'other' })],
    is: 'healthy',
    says: /other may act/,
  },
  {
    name: 'EWS is off for a mailbox',
    given: [fact('cas-mailbox', { names: ['jdoe'], ewsEnabled: false })],
    is: 'problem',
    severity: 'critical',
    certainty: 'proven',
    says: /EWS is turned off for jdoe/,
    remedies: ['allow-ews'],
  },
  {
    name: 'another role',
    given: [role({ role: 'Mail Recipients' })],
    is: 'unknown',
    says: /has no ApplicationImpersonation/,
  },
  { name: 'nothing', given: [], is: 'not-applicable' },
]);
