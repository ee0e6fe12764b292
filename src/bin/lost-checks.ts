import type { Redis } from 'ioredis';
import { makeLaid } from '../../jobs/laid.js';
import type { Log } from '../chat/log.js';
import type { Clock } from '../domain/clock.js';
import type { RunId } from '../domain/ids.js';
import type { ReplyAddress } from '../domain/request.js';
import type { Messenger, Pens, Submit } from '../intake/ports.js';
import { checkLostView } from '../view/answers.js';

/** Longer than any answer takes after its check was to end. */
const LINGERS_MS = 60_000;
const AGAIN_MS = 2_000;

/**
 * A Redis that fails over, or falls over, may lose what it took last, a check among it. Whenever it is back, those that may still be under way
 * are looked for, and whoever asked for one that is gone is told: nothing is laid anew, for a site may have logged in for it.
 */
export const lostChecks = (deps: {
  submit: Submit;
  connection: Redis;
  pens: Pick<Pens, 'lift' | 'lay'>;
  messenger: (platform: string, run?: RunId) => Messenger;
  clock: Clock;
  log: Log;
  onError: (error: Error) => void;
}): {
  submit: Submit;
  /** For whoever tells answers: where one stands nothing is lost, whatever Redis still knows of it. */
  telling: (platform: string, run?: RunId) => Messenger;
  close: () => Promise<void>;
} => {
  const { connection, pens, messenger, clock, log, onError } = deps;
  const laid = makeLaid(connection, onError);
  const underWay = new Map<RunId, { to: ReplyAddress; untilMs: number }>();
  let timer: NodeJS.Timeout | undefined;
  let isLooking = false;
  let isBackAgain = false;
  let isClosed = false;
  const look = () => void lookForAll();
  connection.on('ready', look);
  return {
    submit: async (request, plan) => {
      await deps.submit(request, plan);
      forgetOld();
      underWay.set(request.run, { to: request.to, untilMs: Date.parse(plan.answerBy) + LINGERS_MS });
    },
    telling: (platform, run) => {
      const each = messenger(platform, run);
      if (!run) return each;
      const edit: Messenger['edit'] = async (to, view) => {
        const at = await each.edit(to, view);
        underWay.delete(run);
        return at;
      };
      return { ...each, edit };
    },
    close: async () => {
      isClosed = true;
      connection.off('ready', look);
      clearTimeout(timer);
      await laid.close();
    },
  };

  function forgetOld(): void {
    for (const [run, { untilMs }] of underWay) if (untilMs < clock.now()) underWay.delete(run);
  }

  async function lookForAll(): Promise<void> {
    // Back once more while a platform is told: what was found before may be gone by now.
    isBackAgain = isLooking;
    if (isLooking) return;
    isLooking = true;
    clearTimeout(timer);
    forgetOld();
    const isDone = await tellAll().catch(error => {
      log.warn({ error }, 'whether Redis has lost a check could not be looked for; trying on');
      return false;
    });
    isLooking = false;
    if (isClosed) return;
    if (!isDone) timer = setTimeout(look, AGAIN_MS).unref();
    if (isBackAgain) await lookForAll();
  }

  /** False where somebody could not be told; that keeps it from nobody else. */
  async function tellAll(): Promise<boolean> {
    let isDone = true;
    for (const [run, { to }] of underWay) if (!(await laid.is(run))) isDone = (await tellLost(run, to)) && isDone;
    return isDone;
  }

  /** Where the result stands the pen is kept for good. */
  async function tellLost(run: RunId, to: ReplyAddress): Promise<boolean> {
    if (await pens.lift(run)) {
      log.warn({ run }, 'Redis has lost a check that it had taken; whoever asked is told');
      try {
        await messenger(to.platform, run).edit(to, checkLostView());
      } catch (error) {
        log.warn({ error, run }, 'whoever asked could not be told; trying on');
        return false;
      } finally {
        await pens.lay(run).catch(() => {}); // it ends by itself
      }
    }
    underWay.delete(run);
    return true;
  }
};
