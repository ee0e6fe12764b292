import type { ReadObject } from './cmdlets.js';
import { fact } from './fact.js';
import { textOf } from './object.js';
import { sureText } from './sure.js';
import { flagIn } from './values.js';

/** `Get-ManagementRoleAssignment`. */
export const roles: ReadObject = (object, unread) => {
  const sign = object.properties.get('role');
  const holder = object.properties.has('effectiveusername') ? 'effectiveusername' : 'roleassigneename';
  if (!sign || !(object.properties.has(holder) || object.properties.has('roleassignee'))) return [];
  const role = sureText(object, 'role', unread);
  const assignee = sureText(object, object.properties.has(holder) ? holder : 'roleassignee', unread);
  if (!role || !assignee) return [];
  const delegation = textOf(object, 'roleassignmentdelegationtype');
  const body = {
    role,
    assignee: assignee.slice(assignee.lastIndexOf('/') + 1),
    enabled: flagIn(textOf(object, 'enabled')),
    delegating: delegation ? /^delegating/i.test(delegation) : null,
  };
  return [fact('role-assignment', body, { line: sign.line })];
};
