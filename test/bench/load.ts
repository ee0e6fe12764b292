import { Agent, request } from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';

/**
 * Sends written commands on schedule, whether or not earlier ones were answered, and tells how long each took from the moment
 * at which it was due: what waits because the bot is slow counts as slow. A program of its own, started by `fork`.
 */
export type LoadOrder = {
  url: string;
  gapMs: number;
  /** So many at the beginning warm the bot up and are not counted. */
  warmUp: number;
  letters: { body: string; headers: Record<string, string> }[];
};
export type LoadResult = {
  /** From due to acknowledged, of those that were. */
  times: number[];
  /** Why others were not, and how often. */
  faults: Record<string, number>;
  /** The latest that the generator itself was behind its schedule. */
  lateMs: number;
};

/** Slack gives up after three seconds. https://docs.slack.dev/interactivity/implementing-slash-commands/#responding_basic_receipt */
const SLACK_WAITS_MS = 3_000;
const LEAD_MS = 200;

const send = async ({ url, gapMs, warmUp, letters }: LoadOrder): Promise<LoadResult> => {
  const agent = new Agent({ keepAlive: true, maxSockets: Number.POSITIVE_INFINITY });
  const result: LoadResult = { times: [], faults: {}, lateMs: 0 };
  const begin = performance.now() + LEAD_MS;
  const underWay: Promise<void>[] = [];
  for (const [index, letter] of letters.entries()) {
    const due = begin + index * gapMs;
    const early = due - performance.now();
    if (early > 0) await wait(Math.ceil(early)); // timers cut fractions off, and nothing may go out before it is due
    const late = performance.now() - due;
    const done = deliver(letter).then(fault => {
      if (index < warmUp) return;
      result.lateMs = Math.max(result.lateMs, late);
      if (fault === null) result.times.push(performance.now() - due);
      else result.faults[fault] = (result.faults[fault] ?? 0) + 1;
    });
    underWay.push(done);
  }
  await Promise.all(underWay);
  agent.destroy();
  return result;

  /** Null when the bot acknowledged, else why not. */
  function deliver({ body, headers }: LoadOrder['letters'][number]): Promise<string | null> {
    return new Promise(resolve => {
      const length = { 'content-length': Buffer.byteLength(body) };
      const asked = request(url, { method: 'POST', agent, headers: { ...headers, ...length } }, answer => {
        answer.resume();
        answer.on('end', () => resolve(answer.statusCode === 200 ? null : `status ${answer.statusCode}`));
      });
      asked.setTimeout(SLACK_WAITS_MS, () => asked.destroy(new Error('no answer in time')));
      asked.on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? error.message));
      asked.end(body);
    });
  }
};

process.once('disconnect', () => process.exit()); // nobody waits for the figures any more
process.once('message', async order => {
  const result = await send(order as LoadOrder);
  process.send?.(result, () => process.exit());
});
