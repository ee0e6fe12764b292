import type { Placeholder, Remedy } from '../domain/remedy.js';
import type { InboxTarget } from '../domain/target.js';
import { piped } from '../ems/cmdlet.js';
import {
  getManagementRoleAssignment,
  getManagementScope,
  newManagementRoleAssignment,
  newManagementScope,
  removeManagementRoleAssignment,
  removeManagementScope,
} from '../ems/rights-cmdlets.js';
import { formatList, formatTable } from '../ems/windows-cmdlets.js';
import { card } from './card.js';
import { refuseOnline, shell } from './steps.js';

const ASSIGNMENT = 'Unity Connection impersonation';
const SCOPE = 'Unity Connection users';

export const SERVICE_ACCOUNT: Placeholder = {
  name: 'SERVICE-ACCOUNT',
  where:
    'Cisco Unity Connection Administration, Unified Messaging, Unified Messaging Services: the account there, as DOMAIN\\name or a UPN',
};
const GROUP: Placeholder = {
  name: 'GROUP-DN',
  where: 'the distinguished name of a group that holds the single-inbox users: Get-DistributionGroup shows it',
};

/** Lets the account of Unity Connection act in every mailbox, as Cisco's guide for single inbox asks. */
export const grantImpersonation = (target: InboxTarget): Remedy => {
  refuseOnline(target, 'grant-impersonation');
  const { version } = target.exchange;
  return card({
    ...common(target, 'grant-impersonation'),
    title: `Let the account of Unity Connection act in every mailbox`,
    settings: [{ on: 'the organisation', name: 'ApplicationImpersonation', now: null, to: SERVICE_ACCOUNT.name }],
    apply: [shell(newManagementRoleAssignment(version, assignment))],
    undo: [shell(removeManagementRoleAssignment(version, { Identity: ASSIGNMENT, Confirm: false }))],
    risk:
      'That account can then read and change every mailbox of the organisation: guard its password. The scoped form does the same for ' +
      'the users of single inbox only.',
    placeholders: [SERVICE_ACCOUNT],
  });
};

/** The same right over the members of one group only. */
export const grantImpersonationScoped = (target: InboxTarget): Remedy => {
  refuseOnline(target, 'grant-impersonation-scoped');
  const { version } = target.exchange;
  const scopes = shell(piped(getManagementScope(version, {}), formatList({ Property: ['Name', 'RecipientFilter'] })));
  const { read, verify, ...rest } = common(target, 'grant-impersonation-scoped');
  return card({
    ...rest,
    title: 'Let the account of Unity Connection act in the mailboxes of one group',
    settings: [
      { on: `members of ${GROUP.name}`, name: 'ApplicationImpersonation', now: null, to: SERVICE_ACCOUNT.name },
    ],
    read: [...read, scopes],
    apply: [
      shell(
        newManagementScope(version, { Name: SCOPE, RecipientRestrictionFilter: `MemberOfGroup -eq '${GROUP.name}'` }),
      ),
      shell(newManagementRoleAssignment(version, { ...assignment, CustomRecipientWriteScope: SCOPE })),
    ],
    verify: [...verify, scopes],
    undo: [
      shell(removeManagementRoleAssignment(version, { Identity: ASSIGNMENT, Confirm: false })),
      shell(removeManagementScope(version, { Identity: SCOPE, Confirm: false })),
    ],
    risk:
      'That account can then read and change the mailboxes of the direct members of the group, and no others; a user who is added later ' +
      'joins the group.',
    placeholders: [SERVICE_ACCOUNT, GROUP],
  });
};

const assignment = { Name: ASSIGNMENT, Role: 'ApplicationImpersonation', User: SERVICE_ACCOUNT.name } as const;

const common = ({ exchange: { version } }: InboxTarget, id: string) => {
  const show = shell(
    piped(
      getManagementRoleAssignment(version, { Role: 'ApplicationImpersonation', GetEffectiveUsers: true }),
      formatTable({ Property: ['Name', 'EffectiveUserName', 'CustomRecipientWriteScope'], AutoSize: true }),
    ),
  );
  return {
    id,
    scope: 'organisation' as const,
    formula: null,
    read: [show],
    verify: [show],
    source:
      'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/116001-uc-singleinbox-00.html',
  };
};
