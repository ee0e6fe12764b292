import { blocksFault } from './blocks.js';
import type { LabViews } from './views.js';
import type { LabMessage, Workspace } from './workspace.js';

export type Args = Readonly<Record<string, string>>;
export type Answer = Record<string, unknown>;
type Upload = { name: string; length: number; bytes: Buffer | null };
export type Bot = { user: string; id: string };

const failed = (error: string, more: Answer = {}): Answer => ({ ok: false, error, ...more });
const MAX_TEXT = 40_000;

/** The methods of Slack's Web API that the bot calls, as https://docs.slack.dev/reference/methods describes them. */
export const slackMethods = (deps: {
  space: Workspace;
  bot: Bot;
  origin: () => string;
  openSocket: () => string;
  views: Pick<LabViews, 'method'>;
  /** What people sent, by id, as events list it. */
  fileInfo: (id: string) => object | null;
}) => {
  const { space, bot } = deps;
  const uploads = new Map<string, Upload>();
  let opened = 0;

  const methods: Record<string, (args: Args) => Answer> = {
    'auth.test': () => ({ ok: true, url: `${deps.origin()}/`, team_id: space.team, user_id: bot.user, bot_id: bot.id }),
    'users.info': ({ user = '' }) => {
      const found = space.users.get(user);
      return found
        ? {
            ok: true,
            user: { id: found.id, team_id: found.team, name: found.name, ...(found.tz ? { tz: found.tz } : {}) },
          }
        : failed('user_not_found');
    },
    'usergroups.users.list': ({ usergroup = '' }) => {
      const users = space.groups.get(usergroup);
      return users ? { ok: true, users } : failed('no_such_subteam');
    },
    'conversations.info': ({ channel = '' }) => {
      const found = space.channels.get(channel);
      return found
        ? {
            ok: true,
            channel: { id: found.id, name: found.name, is_member: found.botIsMember, is_ext_shared: found.shared },
          }
        : failed('channel_not_found');
    },
    'conversations.open': ({ users = '' }) =>
      space.users.has(users) ? { ok: true, channel: { id: space.directOf(users) } } : failed('user_not_found'),
    'chat.postMessage': args => {
      const fault = placeFault(args.channel) ?? wordsFault(args);
      if (fault) return fault;
      const thread = args.thread_ts ?? null;
      return posted(
        space.add({ channel: args.channel ?? '', thread, via: 'api', onlyFor: null, file: null, ...wordsIn(args) }),
      );
    },
    'chat.postEphemeral': args => {
      const fault = placeFault(args.channel) ?? wordsFault(args);
      if (fault) return fault;
      if (!space.users.has(args.user ?? '')) return failed('user_not_in_channel');
      const { ts } = space.add({
        channel: args.channel ?? '',
        thread: args.thread_ts ?? null,
        via: 'api',
        onlyFor: args.user ?? '',
        file: null,
        ...wordsIn(args),
      });
      return { ok: true, message_ts: ts };
    },
    'chat.update': args => {
      const channel = space.channels.get(args.channel ?? '');
      if (!channel) return failed('channel_not_found');
      const message = space.find(channel.id, args.ts ?? '');
      if (!message) return failed('message_not_found');
      if (message.via !== 'api') return failed('cant_update_message');
      const fault = wordsFault(args);
      if (fault) return fault;
      const { text, blocks } = wordsIn(args);
      space.change(message, text, blocks);
      return posted(message);
    },
    'chat.getPermalink': ({ channel = '', message_ts = '' }) =>
      space.find(channel, message_ts)
        ? { ok: true, channel, permalink: `https://lab.slack.com/archives/${channel}/p${message_ts.replace('.', '')}` }
        : failed('message_not_found'),
    'files.getUploadURLExternal': ({ filename = '', length = '' }) => {
      if (filename === '' || !(Number(length) > 0)) return failed('invalid_arguments');
      opened += 1;
      const id = `F${String(opened).padStart(8, '0')}`;
      uploads.set(id, { name: filename, length: Number(length), bytes: null });
      return { ok: true, upload_url: `${deps.origin()}/upload/${id}`, file_id: id };
    },
    'files.completeUploadExternal': args => {
      const files = asArray(args.files) as { id: string; title?: string }[];
      const whole = files.flatMap(({ id, title = '' }) => {
        const upload = uploads.get(id);
        if (!upload?.bytes) return [];
        const { name, bytes } = upload;
        return [{ name, content: bytes.toString('utf8'), bytes, title }];
      });
      if (whole.length !== files.length || files.length === 0) return failed('file_not_found');
      const fault = placeFault(args.channel_id);
      if (fault) return fault;
      for (const file of whole) {
        const place = { channel: args.channel_id ?? '', thread: args.thread_ts ?? null };
        space.add({ ...place, via: 'file', onlyFor: null, file, text: file.name, blocks: [] });
      }
      return { ok: true, files: files.map(({ id }) => ({ id })) };
    },
    'files.info': ({ file = '' }) => {
      const found = deps.fileInfo(file);
      return found ? { ok: true, file: found } : failed('file_not_found');
    },
    'views.open': args => deps.views.method(args),
    'apps.connections.open': () => ({ ok: true, url: deps.openSocket() }),
  };

  return {
    methods,
    /** The bytes of a file, sent to the address that was handed out; false where nobody announced them or their length differs. */
    receive: (id: string, content: Buffer): boolean => {
      const upload = uploads.get(id);
      if (!upload || content.length !== upload.length) return false;
      upload.bytes = content;
      return true;
    },
  };

  function placeFault(id: string | undefined): Answer | null {
    const channel = space.channels.get(id ?? '');
    if (!channel) return failed('channel_not_found');
    if (channel.archived) return failed('is_archived');
    return channel.botIsMember ? null : failed('not_in_channel');
  }
};

/** The same look at text and blocks for every way of posting. */
export const wordsFault = (args: Args): Answer | null => {
  const { text, blocks } = wordsIn(args);
  if (text === '' && blocks.length === 0) return failed('no_text');
  if (text.length > MAX_TEXT) return failed('msg_too_long');
  const fault = args.blocks === undefined ? null : blocksFault(asArray(args.blocks));
  return fault && failed(fault.error, { response_metadata: { messages: fault.messages } });
};

export const wordsIn = (args: Args): { text: string; blocks: unknown[] } => ({
  text: args.text ?? '',
  blocks: asArray(args.blocks),
});

const posted = (message: LabMessage): Answer => ({ ok: true, channel: message.channel, ts: message.ts });

const asArray = (json: string | undefined): unknown[] => {
  try {
    const value: unknown = JSON.parse(json ?? '[]');
    return Array.isArray(value) ? value : [value];
  } catch {
    return ['not JSON']; // shown as invalid_blocks
  }
};
