import type { Clock } from '../../domain/clock.js';
import type { Log } from '../log.js';
import type { SlackClient } from './client.js';
import { asMessengerError } from './refusal.js';

/** People who change groups wait this long; Slack allows twenty look-ups a minute. */
const KEEP_MS = 5 * 60_000;

/**
 * Which of the configured user groups a person is in. A look-up that fails counts as «not a member», is logged and is not remembered:
 * an old list would let somebody in who was just put out.
 */
export const userGroups = (deps: { client: SlackClient; groups: readonly string[]; clock: Clock; log: Log }) => {
  const known = new Map<string, { at: number; members: Promise<ReadonlySet<string>> }>();

  return async (user: string): Promise<string[]> => {
    const found = await Promise.all(
      deps.groups.map(async group => ((await membersOf(group)).has(user) ? [group] : [])),
    );
    return found.flat();
  };

  function membersOf(group: string): Promise<ReadonlySet<string>> {
    const now = deps.clock.now();
    const kept = known.get(group);
    if (kept && now - kept.at < KEEP_MS) return kept.members;
    const members = lookUp(group).catch(error => {
      known.delete(group);
      const { message, facts } = asMessengerError(error, 'usergroups.users.list');
      deps.log.warn(
        { group, ...facts },
        `a user group could not be looked up, so nobody counts as a member: ${message}`,
      );
      return new Set<string>();
    });
    known.set(group, { at: now, members });
    return members;
  }

  async function lookUp(group: string): Promise<ReadonlySet<string>> {
    const answer = await deps.client.usergroups.users.list({ usergroup: group });
    return new Set(answer.users ?? []);
  }
};
