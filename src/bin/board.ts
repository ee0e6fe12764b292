import type { Redis } from 'ioredis';
import { makeBoard } from '../../jobs/board.js';
import { HUB_QUEUES, probeQueue } from '../../jobs/queues.js';
import type { Log } from '../chat/log.js';
import { UsageError } from '../domain/errors.js';
import type { SiteId } from '../domain/ids.js';
import { boardListener } from '../metrics/board.js';

/** The port that `--board` names; null without it. */
export const boardPort = (given: string | undefined): number | null => {
  if (given === undefined) return null;
  const port = /^\d{1,5}$/.test(given) ? Number(given) : Number.NaN;
  if (!(port <= 65_535)) throw new UsageError('--board wants a port; 0 takes any free one.');
  return port;
};

/** The page about the queues on this machine. A port that is taken is told and keeps nobody from their work. */
export const startBoard = async (given: {
  port: number;
  redis: Redis;
  sites: readonly SiteId[];
  log: Log;
}): Promise<{ address: string | null; stop: () => Promise<void> }> => {
  const { port, redis, sites, log } = given;
  const onError = (error: unknown) => log.warn({ error }, 'the page about the queues met trouble');
  const board = makeBoard(redis, [...sites.map(probeQueue), ...HUB_QUEUES], onError);
  const listener = boardListener({ port, look: board.look, now: Date.now, onError });
  try {
    const at = await listener.start();
    const address = `http://${at.host}:${at.port}/`;
    log.info({ address }, 'the queues can be looked at');
    return {
      address,
      stop: async () => {
        await listener.stop();
        await board.close();
      },
    };
  } catch (error) {
    log.error({ error, port }, 'the queues cannot be shown at this port; everything else goes on');
    return { address: null, stop: board.close };
  }
};
