import { randomBytes } from 'node:crypto';
import type { LabConversation } from './world.js';

export type LabAttachment = { contentType: string; content?: unknown; name?: string; contentUrl?: string };
/** What a message said at one time. */
export type LabVersion = {
  text: string;
  summary: string | null;
  speak: string | null;
  attachments: LabAttachment[];
  entities: unknown[];
  at: number;
};
export type LabTeamsMessage = {
  id: string;
  conversation: LabConversation;
  /** The message that a thread of a channel hangs under; null for that one itself, and outside channels. */
  thread: string | null;
  /** The bot, or a person's id. */
  from: 'bot' | string;
  /** The first is how it was posted, the last how it stands now. */
  versions: LabVersion[];
  removedAt: number | null;
  /** What one person alone sees in its place since they clicked or looked, by their id: gone with the next update. */
  views: Map<string, LabAttachment>;
};

/** Every message of every conversation, with all that became of it. */
export const teamsMessages = ({ now, changed }: { now: () => number; changed: () => void }) => {
  const all: LabTeamsMessage[] = [];
  let last = 0;

  return {
    all: (): readonly LabTeamsMessage[] => all,
    add: (message: {
      conversation: LabConversation;
      thread: string | null;
      from: string;
      version: Omit<LabVersion, 'at'>;
    }): LabTeamsMessage => {
      const { version, ...rest } = message;
      const added = {
        ...rest,
        id: newId(message),
        versions: [{ ...version, at: now() }],
        removedAt: null,
        views: new Map(),
      };
      all.push(added);
      changed();
      return added;
    },
    change: (message: LabTeamsMessage, version: Omit<LabVersion, 'at'>): void => {
      message.versions.push({ ...version, at: now() });
      message.views.clear();
      changed();
    },
    remove: (message: LabTeamsMessage): void => {
      message.removedAt = now();
      changed();
    },
    show: (message: LabTeamsMessage, person: string, view: LabAttachment): void => {
      message.views.set(person, view);
      changed();
    },
    /** Those that nobody removed. */
    find: (conversation: LabConversation, id: string): LabTeamsMessage | undefined =>
      all.find(message => message.conversation === conversation && message.id === id && message.removedAt === null),
  };

  /** In groups and channels a time in milliseconds, never twice the same; what the bot says to one person gets an opaque id. */
  function newId({ conversation, from }: { conversation: LabConversation; from: string }): string {
    if (conversation.kind === 'personal' && from === 'bot') return `1:1${randomBytes(32).toString('base64url')}`;
    last = Math.max(last + 1, now());
    return String(last);
  }
};
export type TeamsMessages = ReturnType<typeof teamsMessages>;
