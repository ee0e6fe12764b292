import type { Door } from '../http.js';

/** Where a message lies or shall lie, as the platform wants it back. What names a host has been checked against the configured cloud. */
export type Place = {
  serviceUrl: string;
  tenant: string;
  conversation: string;
  /** Thread roots of channels are part of the conversation's id; this is the message itself, where it exists. */
  activity: string | null;
};

/** What we send, in the words of the Bot Framework protocol (https://github.com/microsoft/botframework-sdk/blob/main/specs/botframework-activity/botframework-activity.md). */
export type Outgoing = {
  type: 'message' | 'typing';
  text?: string;
  summary?: string;
  /** How `text` is read; without this as markdown. */
  textFormat?: 'plain';
  speak?: string;
  attachments?: { contentType: string; content?: unknown; name?: string; contentUrl?: string }[];
  entities?: unknown[];
  replyToId?: string;
};

/** What an invoke gets back within the same HTTP answer. */
export type InvokeAnswer = { status: number; body?: unknown };

/** Told of each activity of somebody whose token was good; an invoke gets what this returns, or 200. The activity is unread still. */
export type Hear = (activity: unknown) => Promise<InvokeAnswer | null>;

/** One thing that a self-check looked at. `causes` are in the order in which to look at them; empty where all is well. */
export type CheckedThing = { name: string; is: 'well' | 'ill'; says: string; causes: string[] };

/**
 * The library between us and the Bot Framework: it knows who calls, and speaks to the connector. Everything else about Teams is ours
 * and the same with every engine. Which one is the configuration's choice.
 */
export type TeamsEngine = {
  /** Answers one POST: 401 or 403 without telling more, and nothing heard, where the token is not the platform's for this bot. */
  open: Door;
  /** Each throws `MessengerBusyError` for 412, 429, 5xx and silence, `MessengerRefusedError` (facts: `status`, `code`) for the rest. */
  send: (to: Place, activity: Outgoing) => Promise<string>;
  update: (to: Place & { activity: string }, activity: Outgoing) => Promise<void>;
  /** The conversation of the bot with one person of a tenant, for what only they shall read. */
  direct: (place: Place, user: string) => Promise<Place>;
  /** What the roster of that conversation, or team, says of one person, unread; null where they are not in it. */
  member: (place: Place, user: string) => Promise<unknown>;
  /** Fetches a token and the signing keys, and says in plain words why it cannot. */
  selfcheck: () => Promise<CheckedThing[]>;
};
