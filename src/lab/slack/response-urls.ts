import { randomUUID } from 'node:crypto';
import { type Answer, wordsFault, wordsIn } from './methods.js';
import type { LabMessage, Workspace } from './workspace.js';

const POSTS = 5;
const FOR_MS = 30 * 60_000;

/**
 * The way back that each command brings: five posts in thirty minutes, in any channel, whether or not the bot is a member.
 * `replace_original` changes what was posted there first.
 */
export const responseUrls = ({ space, now }: { space: Workspace; now: () => number }) => {
  const urls = new Map<
    string,
    { channel: string; user: string; since: number; used: number; first: LabMessage | null }
  >();
  return {
    /** `original` is what `replace_original` changes: the message under whose button the way was handed out. */
    open: (channel: string, user: string, original: LabMessage | null = null): string => {
      const id = randomUUID();
      urls.set(id, { channel, user, since: now(), used: 0, first: original });
      return id;
    },
    used: (id: string): number => urls.get(id)?.used ?? 0,
    post: (id: string, body: Record<string, unknown>): { status: number; body: Answer | string } => {
      const way = urls.get(id);
      if (!way) return { status: 404, body: 'invalid_url' };
      if (now() - way.since > FOR_MS) return { status: 404, body: 'expired_url' };
      if (way.used >= POSTS) return { status: 404, body: 'used_url' };
      const args = {
        text: typeof body.text === 'string' ? body.text : '',
        ...(body.blocks === undefined ? {} : { blocks: JSON.stringify(body.blocks) }),
      };
      const fault = wordsFault(args);
      if (fault) return { status: 500, body: String(fault.error) };
      way.used += 1;
      const { text, blocks } = wordsIn(args);
      if (body.replace_original === true && way.first) space.change(way.first, text, blocks);
      else {
        const onlyFor = body.response_type === 'in_channel' ? null : way.user;
        const message = { channel: way.channel, thread: null, via: 'response_url', onlyFor, file: null } as const;
        const added = space.add({ ...message, text, blocks });
        way.first ??= added;
      }
      return { status: 200, body: 'ok' };
    },
  };
};
export type ResponseUrls = ReturnType<typeof responseUrls>;
