import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { LoadOrder, LoadResult } from './load.js';
import { INBOXES } from './stand.js';
import { stack, unlessStopped } from './stopping.js';

/** A fresh process is compiled while it works. */
export const WARM_UP_SEC = 2;
export const MEASURED_SEC = 5;
export const ANSWERED_WITHIN_MS = 15_000;
export const TARGET = { of: 'p99', ms: 250 } as const;
/** Two hundred people ask, of every ten commands these: three checks, three last reports, two lists, an explanation, the help. */
const MIX = ['check', 'last', 'targets', 'check', 'last', 'explain imap-login', 'check', 'last', 'targets', 'help'];
const LOAD = fileURLToPath(new URL('./load.js', import.meta.url));

/** What the person of this turn asks. */
export const textOf = (index: number): string => {
  const words = MIX[index % MIX.length] as string;
  return words === 'check' || words === 'last' ? `${words} ${INBOXES[Math.floor(index / 3) % INBOXES.length]}` : words;
};

/** From a process of its own: what the bench itself has to do must not show in the figures. */
export const sent = async (signal: AbortSignal, order: LoadOrder): Promise<LoadResult> => {
  const ending = stack();
  const child = fork(LOAD, { execArgv: [], stdio: ['ignore', 'inherit', 'inherit', 'ipc'] });
  ending.push(() => child.kill('SIGKILL'));
  try {
    child.send(order);
    const [result] = await unlessStopped(
      signal,
      Promise.race([
        once(child, 'message'),
        once(child, 'exit').then(() => {
          throw new Error('the load generator ended before it was through');
        }),
      ]),
    );
    return result as LoadResult;
  } finally {
    await ending.stop();
  }
};
