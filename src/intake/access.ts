import { type Grant, Role } from '../domain/access.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { Requester } from '../domain/request.js';

/** The highest role that this person has here for that target; null is nobody. Ids only, and an empty list of grants is nobody. */
export const roleFor = (grants: readonly Grant[], who: Requester, target: ConfiguredTarget): Role | null => {
  const roles = grants
    .filter(grant => means(grant, who) && (!grant.targets || grant.targets.includes(target.id)))
    .map(grant => grant.role);
  return roles.sort((a, b) => rank(b) - rank(a))[0] ?? null;
};

/** The targets for which this person has at least that role here. */
export const targetsFor = (
  grants: readonly Grant[],
  who: Requester,
  atLeast: Role,
  targets: readonly ConfiguredTarget[],
): ConfiguredTarget[] =>
  targets.filter(target => {
    const role = roleFor(grants, who, target);
    return role !== null && rank(role) >= rank(atLeast);
  });

/** Of several targets; at least a viewer, for whoever sees none has been refused before. */
export const highestRole = (grants: readonly Grant[], who: Requester, visible: readonly ConfiguredTarget[]): Role => {
  const roles = visible.map(target => roleFor(grants, who, target));
  return roles.includes('operator') ? 'operator' : roles.includes('runner') ? 'runner' : 'viewer';
};

const rank = (role: Role): number => Role.options.indexOf(role);

const means = (grant: Grant, who: Requester): boolean => {
  if (grant.platform !== who.platform) return false;
  const named = grant.users.length + grant.groups.length > 0;
  const person = grant.users.includes(who.user) || grant.groups.some(group => who.groups.includes(group));
  const here = who.channel !== null && grant.channels.includes(who.channel);
  if (named && grant.channels.length > 0) return person && here;
  return named ? person : here;
};
