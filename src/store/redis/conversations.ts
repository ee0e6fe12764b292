import { z } from 'zod';
import { IsoTime } from '../../domain/clock.js';
import type { Conversation, Conversations } from '../../intake/ports.js';
import { jsonAs } from './json-as.js';
import { reach, type Shelf } from './reach.js';

const Kept = z.object({ handle: z.json(), seenAt: IsoTime });

/** A hash for each platform: id → handle and when it was last seen. Kept until the bot is removed from there. */
export const redisConversations = ({ redis, prefix, say }: Shelf): Conversations => {
  const key = (platform: string) => `${prefix}conversations:${platform}`;
  return {
    put: async ({ platform, id, handle, seenAt }) => {
      await reach('noting a conversation', () => redis.hset(key(platform), id, JSON.stringify({ handle, seenAt })));
    },
    drop: async (platform, id) => {
      await reach('dropping a conversation', () => redis.hdel(key(platform), id));
    },
    all: async platform => {
      const kept = await reach('reading the conversations', () => redis.hgetall(key(platform)));
      return Object.entries(kept).flatMap(([id, text]): Conversation[] => {
        const read = jsonAs(Kept, text);
        if (read) return [{ platform, id, ...read }];
        say(`a conversation of ${platform} could not be read and was left out`);
        return [];
      });
    },
  };
};
