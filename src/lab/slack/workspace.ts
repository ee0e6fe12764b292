import { EventEmitter } from 'node:events';

type SlackVersion = { text: string; blocks: unknown[]; at: number };
export type LabMessage = {
  channel: string;
  ts: string;
  thread: string | null;
  /** `api`: chat.postMessage; `response_url`: by a command's own way back; `file`: a shared file. */
  via: 'api' | 'response_url' | 'file';
  /** Who alone sees it; null: everybody there. */
  onlyFor: string | null;
  /** The first is how it was posted, the last how it stands now. */
  versions: SlackVersion[];
  /** `content` is its bytes read as text. */
  file: { name: string; content: string; bytes: Buffer; title: string } | null;
};
export type LabChannel = { id: string; name: string; botIsMember: boolean; archived: boolean; shared: boolean };
export type LabUser = { id: string; team: string; name: string; tz?: string };

/** What the simulated workspace holds. Everything that changes is told to whoever waits for it. */
export const workspace = ({ team, now }: { team: string; now: () => number }) => {
  const changed = new EventEmitter().setMaxListeners(0);
  const channels = new Map<string, LabChannel>();
  const users = new Map<string, LabUser>();
  const groups = new Map<string, string[]>();
  let posts: LabMessage[] = [];
  let last = 0;

  return {
    team,
    changed,
    channels,
    users,
    groups,
    posts: (): readonly LabMessage[] => posts,
    addChannel: (
      id: string,
      { botIsMember = true, archived = false, shared = false, name = id.toLowerCase() } = {},
    ) => {
      channels.set(id, { id, name, botIsMember, archived, shared });
    },
    addUser: (
      id: string,
      { team: home = team, name = id.toLowerCase(), tz }: { team?: string; name?: string; tz?: string } = {},
    ) => {
      users.set(id, { id, team: home, name, ...(tz ? { tz } : {}) });
    },
    /** The bot's conversation with one person. */
    directOf: (user: string): string => {
      const id = `D${user.slice(1)}`;
      if (!channels.has(id))
        channels.set(id, { id, name: 'directmessage', botIsMember: true, archived: false, shared: false });
      return id;
    },
    add: (message: Omit<LabMessage, 'ts' | 'versions'> & { text: string; blocks: unknown[] }): LabMessage => {
      const { text, blocks, ...rest } = message;
      // Slack's ids of messages are times with microseconds, never twice the same in a channel.
      last = Math.max(last + 1, now() * 1000);
      const ts = `${Math.floor(last / 1e6)}.${String(last % 1e6).padStart(6, '0')}`;
      const added: LabMessage = { ...rest, ts, versions: [{ text, blocks, at: now() }] };
      posts.push(added);
      changed.emit('change');
      return added;
    },
    change: (message: LabMessage, text: string, blocks: unknown[]): void => {
      message.versions.push({ text, blocks, at: now() });
      changed.emit('change');
    },
    find: (channel: string, ts: string): LabMessage | undefined =>
      posts.find(post => post.channel === channel && post.ts === ts && post.onlyFor === null),
    remove: (channel: string, ts: string): void => {
      posts = posts.filter(post => post.channel !== channel || post.ts !== ts);
      changed.emit('change');
    },
  };
};
export type Workspace = ReturnType<typeof workspace>;
