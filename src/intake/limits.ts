import type { SiteId, TargetId } from '../domain/ids.js';
import type { Plan } from '../domain/plan.js';
import type { Wants } from '../domain/request.js';
import type { IntakeDeps } from './deps.js';
import type { Question, Rates } from './ports.js';

/** How much may be asked; a person who works with it does not notice. */
export type LimitsDeps = {
  rates: Rates;
  perPersonPerMinute: number;
  perChannelPerMinute: number;
  /** Checks of one target by people, whoever asks. */
  perTargetPerMinute: number;
  /** Orders that people wait for, in the queue of one site. */
  waitingPerSite: number;
  /** Told of everything that is not taken for it. */
  onLimited?: (limit: Limit) => void;
};
/** What is too much: questions of one person or channel, checks of one target, or what waits at a site. */
export type Limit = 'asker' | 'target' | 'site';

const MINUTE_MS = 60_000;
/** Whoever is over the limit is told so; told of every question, the words would be as many as the questions. */
const TOLD_EVERY_MS = 10_000;

export type Limited = { is: 'free' } | { is: 'limited'; againMs: number; tell: boolean };

/** Whether somebody asks too often, or a queue is full. Where Redis cannot say, nobody is held up by it: what needs it fails by itself. */
export const makeLimits = ({ limits, standing, onTrouble }: Pick<IntakeDeps, 'limits' | 'standing' | 'onTrouble'>) => {
  return { question, spent, full };

  /** Whoever ends something is always heard. */
  async function question(asked: Question, wants: Wants | null): Promise<Limited> {
    if (!limits || wants?.do === 'stop' || wants?.do === 'cancel') return { is: 'free' };
    const { platform, user, channel } = asked.by;
    const person = `person:${platform}:${user}`;
    const againMs = await take(asked, [
      { what: person, most: limits.perPersonPerMinute, perMs: MINUTE_MS },
      ...(channel === null
        ? []
        : [{ what: `channel:${platform}:${channel}`, most: limits.perChannelPerMinute, perMs: MINUTE_MS }]),
    ]);
    if (againMs === 0) return { is: 'free' };
    limits.onLimited?.('asker');
    const tell = (await take(asked, [{ what: `told:${person}`, most: 1, perMs: TOLD_EVERY_MS }])) === 0;
    return { is: 'limited', againMs, tell };
  }

  /** Which of them have been checked too often of late, and after how long each may be again. */
  async function spent(asked: Question, targets: readonly TargetId[]): Promise<Map<TargetId, number>> {
    if (!limits) return new Map();
    const most = limits.perTargetPerMinute;
    const waits = targets.map(
      async id => [id, await take(asked, [{ what: `target:${id}`, most, perMs: MINUTE_MS }])] as const,
    );
    const spent = (await Promise.all(waits)).filter(([, againMs]) => againMs > 0);
    for (const _ of spent) limits.onLimited?.('target');
    return new Map(spent);
  }

  /** The first site in whose queue so many orders of people wait already that those of this plan find no room. */
  async function full(asked: Question, plan: Plan): Promise<{ site: SiteId; waiting: number } | null> {
    if (!limits || !standing) return null;
    for (const site of new Set(plan.targets.flatMap(({ orders }) => orders.map(order => order.site)))) {
      const backlog = await standing.backlog(site).catch(error => {
        onTrouble(error, asked);
        return null;
      });
      const waiting = backlog ? backlog.waiting - (backlog.unasked ?? 0) : 0;
      if (waiting < limits.waitingPerSite) continue;
      limits.onLimited?.('site');
      return { site, waiting };
    }
    return null;
  }

  async function take(asked: Question, wanted: Parameters<Rates['take']>[0]): Promise<number> {
    return (limits as LimitsDeps).rates.take(wanted).catch(error => {
      onTrouble(error, asked);
      return 0;
    });
  }
};
