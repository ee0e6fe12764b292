import type { Clock } from '../../domain/clock.js';
import { BRIEF, patiently } from '../../intake/patiently.js';
import { MessengerBusyError } from '../../intake/ports.js';
import type { Log } from '../log.js';
import type { SlackClient } from './client.js';
import { asMessengerError } from './refusal.js';

/** People who change groups wait this long; Slack allows twenty look-ups a minute. */
const KEEP_MS = 5 * 60_000;

/**
 * Which of the configured user groups a person is in. A look-up that fails counts as «not a member», is logged and is not remembered:
 * an old list would let somebody in who was just put out. Where Slack was only busy, that is said (`unsure`).
 */
export const userGroups = (deps: { client: SlackClient; groups: readonly string[]; clock: Clock; log: Log }) => {
  const known = new Map<string, { at: number; members: Promise<ReadonlySet<string> | null> }>();

  return async (user: string): Promise<{ groups: string[]; unsure?: true }> => {
    const found = await Promise.all(deps.groups.map(async group => ({ group, members: await membersOf(group) })));
    return {
      groups: found.filter(({ members }) => members?.has(user)).map(({ group }) => group),
      ...(found.some(({ members }) => members === null) ? { unsure: true } : {}),
    };
  };

  function membersOf(group: string): Promise<ReadonlySet<string> | null> {
    const now = deps.clock.now();
    const kept = known.get(group);
    if (kept && now - kept.at < KEEP_MS) return kept.members;
    const members = lookUp(group).catch(error => {
      known.delete(group);
      const { message, facts } = error;
      deps.log.warn(
        { group, ...facts },
        `a user group could not be looked up, so nobody counts as a member: ${message}`,
      );
      return error instanceof MessengerBusyError ? null : new Set<string>();
    });
    known.set(group, { at: now, members });
    return members;
  }

  function lookUp(group: string): Promise<ReadonlySet<string>> {
    return patiently(async () => {
      try {
        return new Set((await deps.client.usergroups.users.list({ usergroup: group })).users ?? []);
      } catch (error) {
        throw asMessengerError(error, 'usergroups.users.list');
      }
    }, BRIEF);
  }
};
