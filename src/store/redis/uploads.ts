import { Upload } from '../../domain/upload.js';
import type { Uploads } from '../../intake/ports.js';
import type { Limits } from '../store.js';
import { reach, type Shelf } from './reach.js';

/** A sorted set upload → when. The same upload twice is one member of it. */
export const redisUploads = ({ redis, prefix, say }: Shelf, { historyMs, uploadCount }: Limits): Uploads => {
  const key = `${prefix}uploads`;
  return {
    note: async upload => {
      const at = Date.parse(upload.at);
      await reach('noting an upload', () =>
        redis
          .multi()
          .zadd(key, at, JSON.stringify(upload))
          .zremrangebyscore(key, '-inf', `(${at - historyMs}`)
          .zremrangebyrank(key, 0, -uploadCount - 1)
          .pexpire(key, historyMs)
          .exec(),
      );
    },
    latest: async () => {
      const kept = await reach('reading the record of uploads', () => redis.zrevrange(key, 0, -1));
      return kept.flatMap(text => {
        const read = Upload.safeParse(parsed(text));
        if (read.success) return [read.data];
        say('an upload on record could not be read and was left out');
        return [];
      });
    },
  };
};

const parsed = (text: string): unknown => {
  try {
    return JSON.parse(text);
  } catch {
    return null; // cut, or not ours
  }
};
