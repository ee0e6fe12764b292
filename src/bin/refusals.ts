import type { Log } from '../chat/log.js';
import type { Clock } from '../domain/clock.js';
import type { SiteId } from '../domain/ids.js';

/** Orders that a worker did not carry out: told in the log, and for some time in what it says of itself. */
export type Refusals = {
  note: (site: SiteId, refused: { why: string; says: string }, id: string) => void;
  /** The last one, while it is news. */
  lately: (site: SiteId) => string | undefined;
};

const NEWS_MS = 600_000;
/** Whoever can write into Redis must not be able to fill the log. */
const SAME_AGAIN_MS = 60_000;

export const makeRefusals = (clock: Clock, log: Log): Refusals => {
  const last = new Map<SiteId, { says: string; at: number }>();
  const logged = new Map<string, number>();
  return {
    note: (site, { why, says }, id) => {
      const now = clock.now();
      last.set(site, { says, at: now });
      const before = logged.get(`${site} ${why}`);
      if (before !== undefined && now - before < SAME_AGAIN_MS) return;
      logged.set(`${site} ${why}`, now);
      log.warn({ site, why, id: id.slice(0, 200) }, `an order is not carried out, because ${says}`);
    },
    lately: site => {
      const news = last.get(site);
      return news && clock.now() - news.at < NEWS_MS ? news.says.slice(0, 300) : undefined;
    },
  };
};
