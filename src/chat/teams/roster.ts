import { z } from 'zod';
import type { Clock } from '../../domain/clock.js';
import { BRIEF, patiently } from '../../intake/patiently.js';
import { MessengerBusyError } from '../../intake/ports.js';
import type { Log } from '../log.js';
import { placeOf, withoutThread } from './address.js';
import type { TeamsEngine } from './engine.js';
import type { Heard } from './incoming.js';

/** People who change teams wait this long; the roster is asked for at most once for each person and place meanwhile. */
const KEEP_MS = 5 * 60_000;
const MOST = 5_000;

/** https://learn.microsoft.com/microsoftteams/platform/bots/how-to/get-teams-context: what the roster says of one person. */
const Member = z.object({
  aadObjectId: z.string().optional(),
  objectId: z.string().optional(),
  tenantId: z.string().optional(),
  userRole: z.string().optional(),
});

export type Standing = 'ours' | 'stranger' | 'unclear';

/**
 * Who somebody is, by the roster of the place where they ask: an activity does not tell a guest from a colleague. A look-up that fails
 * is logged and not remembered; nobody is let in by it.
 */
export const roster = (deps: {
  engine: () => Promise<TeamsEngine>;
  tenant: string;
  /** The teams that the configuration names, by id. */
  teams: readonly string[];
  clock: Clock;
  log: Log;
}) => {
  const known = new Map<string, { at: number; member: Promise<unknown> }>();
  return { standing, teamsOf };

  /** Colleagues of the configured tenant only; guests, the anonymous and people of other tenants are strangers. */
  async function standing({ handle, tenants }: Heard): Promise<Standing> {
    if (handle.user === null || tenants.length === 0 || tenants.some(id => id.toLowerCase() !== deps.tenant))
      return 'stranger';
    try {
      const member = Member.safeParse(await lookUp(handle, withoutThread(handle.conversation)));
      if (!member.success) return 'stranger';
      const { aadObjectId, objectId, tenantId, userRole } = member.data;
      const isSame = (aadObjectId ?? objectId)?.toLowerCase() === handle.user;
      const isHere = tenantId === undefined || tenantId.toLowerCase() === deps.tenant;
      return isSame && isHere && !['guest', 'anonymous'].includes(userRole?.toLowerCase() ?? '') ? 'ours' : 'stranger';
    } catch (error) {
      deps.log.warn({ user: handle.user, error: String(error) }, 'Teams did not say who an asker is');
      return error instanceof MessengerBusyError ? 'unclear' : 'stranger';
    }
  }

  /** Of the configured teams, those that this person is a member of; `unsure` where Teams was too busy to say it of each. */
  async function teamsOf({ handle }: Heard): Promise<{ groups: string[]; unsure?: true }> {
    let isSure = true;
    const found = await Promise.all(
      deps.teams.map(async team => {
        try {
          return Member.safeParse(await lookUp(handle, team)).success ? [team] : [];
        } catch (error) {
          deps.log.warn({ team, error: String(error) }, 'a team could not be looked up: is the bot installed there?');
          if (error instanceof MessengerBusyError) isSure = false;
          return [];
        }
      }),
    );
    return { groups: found.flat(), ...(isSure ? {} : { unsure: true }) };
  }

  function lookUp(handle: Heard['handle'], conversation: string): Promise<unknown> {
    const { account } = handle;
    if (account === null) return Promise.resolve(null);
    const now = deps.clock.now();
    const key = JSON.stringify([conversation, account]);
    const kept = known.get(key);
    if (kept && now - kept.at < KEEP_MS) return kept.member;
    const place = { ...placeOf(handle), conversation, activity: null };
    const member = patiently(async () => (await deps.engine()).member(place, account), BRIEF);
    member.catch(() => known.delete(key));
    for (const oldest of known.keys()) {
      if (known.size < MOST) break;
      known.delete(oldest);
    }
    known.set(key, { at: now, member });
    return member;
  }
};
