import { connectRedis, untilReady } from '../../src/store/connect.js';
import type { Asked } from './ask.js';
import type { ChaosWorld } from './world.js';

/**
 * What a bot that was just killed left: questions in whose place a message stands of which Redis does not know. Slack and Teams tell nobody
 * a second time what they took, so whoever goes on posts once more, and the first message stays (docs/reliability.md).
 */
export const unnoted = async ({ redis }: ChaosWorld, all: readonly Asked[]): Promise<Asked[]> => {
  const connection = connectRedis(redis.url(), { role: 'store', say: () => {} });
  try {
    await untilReady(connection, 10_000);
    const keys = await connection.keys('*:inbox:*');
    const kept = await Promise.all(keys.map(key => connection.hmget(key, 'heard', 'at')));
    const placeless = kept.flatMap(([heard, at]) => (heard && !at ? [heard] : []));
    return all.filter(({ place, look }) => placeless.some(heard => names(heard, place)) && standing(look()) > 0);
  } finally {
    connection.disconnect();
  }
};

/** What was heard lies there signed, JSON in JSON, so with a backslash before each quote. */
const names = (heard: string, place: string): boolean => heard.replaceAll('\\', '').includes(`"${place}"`);

const standing = ({ answers, waits }: ReturnType<Asked['look']>): number => answers.length + waits;
