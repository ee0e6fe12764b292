import { randomBytes } from 'node:crypto';
import type { Redis } from 'ioredis';
import { makeLaid } from '../../jobs/laid.js';
import type { Log } from '../chat/log.js';
import { makeUnanswered, type Unanswered } from '../chat/unanswered.js';
import type { Store } from '../store/store.js';

/** What bots before this one have acknowledged and not answered. */
export const leftQuestions = (deps: {
  connection: Redis;
  store: Pick<Store, 'inbox' | 'runs'>;
  log: Log;
  onError: (error: Error) => void;
}): Unanswered & { close: () => Promise<void> } => {
  const { connection, store, log, onError } = deps;
  const laid = makeLaid(connection, onError);
  const unanswered = makeUnanswered({
    inbox: store.inbox,
    owner: randomBytes(9).toString('base64url'),
    // What lies in the queue goes its way. Who asked for something else had begun it, or not: it begins anew.
    isOpen: async run => !(await laid.is(run)) && (await store.runs.resume(run)),
    log,
  });
  return { ...unanswered, close: laid.close };
};
