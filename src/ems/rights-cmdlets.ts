import { EXCHANGE_VERSIONS } from '../domain/target.js';
import { cmdlet } from './cmdlet.js';
import { reference } from './exchange-cmdlets.js';
import { flag, text, unasked, word } from './parameter.js';

/* Who may do what: directory permissions and management roles. */

const permission = { Identity: text(), User: text() };
/** Wider rights exist; this one is the only one that a remedy ever grants. */
const extended = { ExtendedRights: word('View Information Store status') };

export const getAdPermission = cmdlet('Get-ADPermission', { source: reference('get-adpermission') }, permission);
export const addAdPermission = cmdlet(
  'Add-ADPermission',
  { source: reference('add-adpermission') },
  { ...permission, ...extended },
);
export const removeAdPermission = cmdlet(
  'Remove-ADPermission',
  { source: reference('remove-adpermission') },
  { ...permission, ...extended, Confirm: unasked() },
);

export const getManagementRoleAssignment = cmdlet(
  'Get-ManagementRoleAssignment',
  { source: reference('get-managementroleassignment'), versions: EXCHANGE_VERSIONS },
  { Identity: text(), Role: word('ApplicationImpersonation'), GetEffectiveUsers: flag() },
);
export const newManagementRoleAssignment = cmdlet(
  'New-ManagementRoleAssignment',
  { source: reference('new-managementroleassignment'), versions: EXCHANGE_VERSIONS },
  { Name: text(), Role: word('ApplicationImpersonation'), User: text(), CustomRecipientWriteScope: text() },
);
export const removeManagementRoleAssignment = cmdlet(
  'Remove-ManagementRoleAssignment',
  { source: reference('remove-managementroleassignment'), versions: EXCHANGE_VERSIONS },
  { Identity: text(), Confirm: unasked() },
);

export const getManagementScope = cmdlet(
  'Get-ManagementScope',
  { source: reference('get-managementscope'), versions: EXCHANGE_VERSIONS },
  { Identity: text() },
);
export const newManagementScope = cmdlet(
  'New-ManagementScope',
  { source: reference('new-managementscope'), versions: EXCHANGE_VERSIONS },
  { Name: text(), RecipientRestrictionFilter: text() },
);
export const removeManagementScope = cmdlet(
  'Remove-ManagementScope',
  { source: reference('remove-managementscope'), versions: EXCHANGE_VERSIONS },
  { Identity: text(), Confirm: unasked() },
);
