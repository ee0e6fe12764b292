import type { LabConversation, LabPerson } from './world.js';

/** A member as the connector tells a bot of them. */
export const memberOf = ({ id, objectId, name, mail, tenant, role }: LabPerson) => ({
  id,
  name,
  objectId,
  aadObjectId: objectId,
  givenName: name.split(' ')[0] ?? name,
  surname: name.split(' ').slice(1).join(' '),
  email: mail,
  userPrincipalName: mail,
  tenantId: tenant,
  userRole: role,
});

export const teamOf = ({ team }: LabConversation) =>
  team
    ? {
        status: 200,
        body: { id: team.id, name: team.name, aadGroupId: team.groupId, memberCount: team.people.length },
      }
    : { status: 404, body: { error: { code: 'NotFound', message: 'Team not found.' } } };
