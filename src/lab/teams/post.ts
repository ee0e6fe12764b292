import { LabError } from '../lab-error.js';
import type { LabActivity } from './activities.js';
import type { InboundTokens, TokenFlaw } from './inbound.js';

/** How the bot took one activity. */
export type TeamsDelivery = {
  activity: LabActivity;
  /** 504 where no answer came in time, 502 where the connection broke. */
  status: number;
  /** The answer as JSON, or as it was. */
  body: unknown;
  ms: number;
  /** What Teams holds against the answer; null where the person saw no error. */
  fault: string | null;
  sent: { url: string; body: string; headers: Record<string, string> };
};
export type BodyFlaw = 'not-json' | 'oversize' | 'other-tenant' | 'foreign-service-url' | 'no-channel';
export type Flaw = TokenFlaw | BodyFlaw;

/** The platform hangs up on a bot after so long: «How bots work», and MicrosoftDocs/msteams-docs#6461 for invokes. */
export const WAITS_MS = { invoke: 10_000, message: 15_000 };
const BODY_FLAWS: readonly string[] = ['not-json', 'oversize', 'other-tenant', 'foreign-service-url', 'no-channel'];

/** The Bot Framework as a client of the bot: one POST an activity, with a token of its own or a flaw. */
export const poster = (deps: { tokens: InboundTokens; waitsMs: () => { invoke: number; message: number } }) => {
  let url: string | null = null;
  return {
    to: (place: string): void => {
      url = place;
    },
    post: async (activity: LabActivity, flaw?: Flaw): Promise<TeamsDelivery> => {
      if (!url) throw new LabError('nobody said where the bot listens: deliver.to(url)', {});
      const bent = flaw && BODY_FLAWS.includes(flaw) ? bend(activity, flaw as BodyFlaw) : activity;
      const tokenFlaw = flaw && !BODY_FLAWS.includes(flaw) ? (flaw as TokenFlaw) : undefined;
      const authorization = await deps.tokens(bent.serviceUrl, tokenFlaw);
      const headers = {
        'content-type': 'application/json; charset=utf-8',
        'user-agent': 'Microsoft-SkypeBotApi (Microsoft-BotFramework/3.0)',
        ...(authorization === null ? {} : { authorization }),
      };
      const whole = JSON.stringify(bent);
      return once(bent, { url, headers, body: flaw === 'not-json' ? whole.slice(0, -1) : whole });
    },
    /** The same request again, byte for byte. */
    again: ({ activity, sent }: TeamsDelivery): Promise<TeamsDelivery> => once(activity, sent),
  };

  async function once(activity: LabActivity, sent: TeamsDelivery['sent']): Promise<TeamsDelivery> {
    const began = performance.now();
    const waitMs = deps.waitsMs()[activity.type === 'invoke' ? 'invoke' : 'message'];
    const { status, text } = await fetch(sent.url, {
      method: 'POST',
      headers: sent.headers,
      body: sent.body,
      redirect: 'manual',
      signal: AbortSignal.timeout(waitMs),
    }).then(
      async response => ({ status: response.status, text: await response.text() }),
      (problem: Error) => ({ status: problem.name === 'TimeoutError' ? 504 : 502, text: problem.message }),
    );
    const body = asJson(text);
    return { activity, status, body, ms: performance.now() - began, fault: answerFault(activity, status, body), sent };
  }
};
export type Poster = ReturnType<typeof poster>;

const bend = (activity: LabActivity, flaw: BodyFlaw): LabActivity => {
  const other = '00000000-0000-4000-8000-000000000bad';
  const { conversation, channelData } = activity as unknown as Record<'conversation' | 'channelData', object>;
  switch (flaw) {
    case 'oversize':
      return { ...activity, text: 'x'.repeat(2 * 1_024 * 1_024) };
    case 'other-tenant':
      return {
        ...activity,
        conversation: { ...conversation, tenantId: other },
        channelData: { ...channelData, tenant: { id: other } },
      };
    case 'foreign-service-url': // well signed: what the Bot Framework says of another cloud is still not ours to answer
      return { ...activity, serviceUrl: 'https://smba.elsewhere.test/emea/' };
    case 'no-channel':
      return { ...activity, channelId: 'emulator' };
    default:
      return activity;
  }
};

/** https://learn.microsoft.com/adaptive-cards/authoring-cards/universal-action-model, «Response format»; files and messages want a bare 200. */
const answerFault = ({ type, name }: LabActivity, status: number, body: unknown): string | null => {
  if (status < 200 || status > 299) return `status ${status}`;
  if (type !== 'invoke' || name !== 'adaptiveCard/action') return null;
  const { statusCode, type: kind, value } = (body ?? {}) as Record<string, unknown>;
  if (typeof statusCode !== 'number') return 'an answer to adaptiveCard/action names its statusCode';
  if (typeof kind !== 'string') return 'an answer to adaptiveCard/action names its type';
  if (statusCode === 200)
    switch (kind) {
      case 'application/vnd.microsoft.card.adaptive':
        return typeof value === 'object' && value !== null ? null : 'no card came with the answer';
      case 'application/vnd.microsoft.activity.message':
        return typeof value === 'string' ? null : 'no words came with the answer';
      default:
        return `Teams knows no answer of type ${kind}`;
    }
  return kind === 'application/vnd.microsoft.error' ? `error ${statusCode}` : null;
};

const asJson = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
};
