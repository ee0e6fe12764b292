import { isoNow } from '../domain/clock.js';
import type { ConfiguredTarget } from '../domain/configured-target.js';
import type { ReplyAddress } from '../domain/request.js';
import type { Running } from '../view/answers.js';
import type { IntakeDeps } from './deps.js';
import type { Question } from './ports.js';

/** Claims on several targets for one question. */
export const makeHold = ({ clock, claims, messenger }: Pick<IntakeDeps, 'clock' | 'claims' | 'messenger'>) => {
  return { claim, release, locate };

  /** All of them, or none where the store breaks off in between. */
  async function claim(question: Question, wanted: readonly ConfiguredTarget[], forMs: number) {
    const holder = { run: question.run, since: isoNow(clock), link: null };
    const free: ConfiguredTarget[] = [];
    const running: Running[] = [];
    try {
      for (const target of wanted) {
        const claimed = await claims.take(target.id, holder, forMs);
        if (claimed.is === 'taken') free.push(target);
        else running.push({ target: target.id, since: claimed.by.since, link: claimed.by.link });
      }
    } catch (error) {
      await release(wanted, question); // the one that broke off may have been taken too
      throw error;
    }
    return { free, running };
  }

  async function release(claimed: readonly ConfiguredTarget[], question: Question): Promise<void> {
    await Promise.allSettled(claimed.map(({ id }) => claims.release(id, question.run)));
  }

  /** So that the next asker can be pointed there. */
  async function locate(free: readonly ConfiguredTarget[], { run }: Question, at: ReplyAddress): Promise<void> {
    const link = await messenger(at.platform).link(at);
    if (link) await Promise.all(free.map(({ id }) => claims.locate(id, run, link)));
  }
};
