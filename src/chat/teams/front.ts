import type { IncomingMessage, ServerResponse } from 'node:http';
import { z } from 'zod';
import type { Door } from '../http.js';
import { isServiceUrl } from './authority.js';
import type { EngineDeps } from './engine-deps.js';
import { readToken } from './inbound-token.js';
import { replayKey, replays } from './replays.js';
import { KeysUnreachableError, type SigningKeys } from './signing-keys.js';

/** Hands one activity, whose sender is proven, to the library; it answers the request. */
export type Deliver = (
  activity: Record<string, unknown>,
  request: IncomingMessage,
  response: ServerResponse,
) => Promise<void>;

/**
 * The entrance of both engines, stricter than either library: `agents-hosting` knows no endorsements and lets a token without a service URL
 * pass, both read the tenant not at all, take a recorded request again, and ask Microsoft's hosts alone for keys.
 * 401: the token is no good. 403: it is, but not for this. 503: the keys cannot be had, so nobody knows.
 */
export const front = (deps: EngineDeps & { keys: SigningKeys }, deliver: Deliver): Door => {
  const { log, clock, authority } = deps;
  const seen = replays(clock);

  return (request, response, body) => {
    answer(request, response, body).catch(error => {
      log.error({ error }, 'an activity of Teams came to nothing');
      end(response, 500);
    });
  };

  async function answer(request: IncomingMessage, response: ServerResponse, body: Buffer): Promise<void> {
    const verdict = await judge(request, body);
    if (verdict.is === 'turned-away') {
      log.warn(
        { from: request.socket.remoteAddress, status: verdict.status, why: verdict.why },
        'a request that does not come from Teams for this bot was refused',
      );
      return end(response, verdict.status);
    }
    const key = replayKey(verdict.activity);
    if (!seen.take(key, verdict.untilMs)) {
      log.warn({ from: request.socket.remoteAddress }, 'an activity that was heard before was refused');
      return end(response, 403);
    }
    try {
      await deliver(verdict.activity, request, response);
      if (response.statusCode === 503) seen.give(key); // it was not taken, so it may come again
    } catch (error) {
      seen.give(key);
      throw error;
    }
  }

  async function judge(request: IncomingMessage, body: Buffer): Promise<Verdict> {
    const headers = request.headersDistinct.authorization ?? [];
    if (headers.length !== 1) return turnedAway(401, `${headers.length} authorizations, expected one`);
    const read = await readToken(headers[0] ?? '', deps).catch(error => {
      if (!(error instanceof KeysUnreachableError)) throw error;
      log.error({ error }, 'the signing keys of the Bot Framework cannot be had, so nobody can be believed');
      return null;
    });
    if (!read) return turnedAway(503, 'no signing keys');
    if (read.is === 'bad') return turnedAway(401, read.why);
    const activity = activityIn(body);
    if (!activity) return turnedAway(403, 'what it says is no activity');
    const fault = faultOf(activity, read.claims.serviceurl, read.key.endorsements);
    if (fault) return turnedAway(403, fault);
    return { is: 'good', activity, untilMs: (Number(read.claims.exp) + 600) * 1000 };
  }

  function faultOf(activity: Activity, claimed: unknown, endorsements: readonly string[]): string | null {
    const { serviceUrl, channelId, channelData, conversation } = activity;
    if (claimed !== serviceUrl) return 'the token is for another service URL';
    if (!isServiceUrl(serviceUrl, authority.serviceHosts)) return 'the service URL is not one of the configured cloud';
    if (channelId !== 'msteams') return 'it comes from another channel than Teams';
    if (!endorsements.includes(channelId)) return 'its key may not sign for Teams';
    return tenantFault(channelData?.tenant?.id, conversation.tenantId);
  }

  /** Both places name the conversation's tenant; one may be missing, none may differ. */
  function tenantFault(...named: (string | undefined)[]): string | null {
    const given = named.filter(id => id !== undefined);
    return given.length > 0 && given.every(id => id.toLowerCase() === deps.tenant.toLowerCase())
      ? null
      : 'it is of another tenant, or of none';
  }
};

type Verdict =
  | { is: 'good'; activity: Activity; untilMs: number }
  | { is: 'turned-away'; status: 401 | 403 | 503; why: string };

const turnedAway = (status: 401 | 403 | 503, why: string): Verdict => ({ is: 'turned-away', status, why });

const id = z.string().min(1).max(2_000);
/** As much as is needed to know whether to hear it. */
const Activity = z.looseObject({
  type: id,
  id,
  channelId: id,
  serviceUrl: id,
  conversation: z.looseObject({ id, tenantId: id.optional() }),
  channelData: z.looseObject({ tenant: z.looseObject({ id }).optional() }).optional(),
});
type Activity = z.infer<typeof Activity>;

const activityIn = (body: Buffer): Activity | null => {
  try {
    return Activity.safeParse(JSON.parse(body.toString('utf8'))).data ?? null;
  } catch {
    return null; // not JSON
  }
};

const end = (response: ServerResponse, status: number): void => {
  if (response.writableEnded) return;
  if (!response.headersSent) response.writeHead(status);
  response.end();
};
