import type { Clock } from '../../domain/clock.js';
import { MessengerBusyError, MessengerRefusedError } from '../../intake/ports.js';
import type { SlackHandle } from './address.js';

export type Respond = NonNullable<SlackHandle['respond']>;

/** Five posts in thirty minutes: https://docs.slack.dev/interactivity/handling-user-interaction/#message_responses */
const POSTS = 5;
const MINUTES = 30;
/** One placeholder and two edits; the result and one spare are never spent on progress. */
const POSTS_WHILE_RUNNING = 3;
const TIMEOUT_MS = 5_000;
const HOSTS: ReadonlySet<string> = new Set(['hooks.slack.com', 'hooks.slack-gov.com']);

/**
 * The way back that a command brings along, for places where the bot is no member. What was spent is in the handle; since two
 * processes may hold two copies of it, each also remembers what it spent itself.
 */
export const responder = (deps: { apiUrl: string | undefined; clock: Clock }) => {
  const spentHere = new Map<string, { spent: number; until: number }>();

  return { spent, usable, mayProgress, send };

  function spent({ url, spent }: Respond): number {
    return Math.max(spent, spentHere.get(url)?.spent ?? 0);
  }

  function usable(respond: Respond): boolean {
    return spent(respond) < POSTS && deps.clock.now() < endOf(respond);
  }

  function mayProgress(respond: Respond): boolean {
    return usable(respond) && spent(respond) < POSTS_WHILE_RUNNING;
  }

  /** Gives back the way with one post less. A handle comes out of a shared store, so where it points is looked at first. */
  async function send(respond: Respond, body: object): Promise<Respond> {
    if (!isSlacks(respond.url)) throw refused('foreign_url');
    const after = { ...respond, spent: spent(respond) + 1 };
    const answer = await fetch(respond.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json; charset=utf-8' },
      body: JSON.stringify(body),
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
      .then(async response => ({ response, words: (await response.text()).slice(0, 500) }))
      .catch(cause => {
        remember(after); // it may have arrived
        throw new MessengerBusyError('Slack did not answer', null, { method: 'response_url' }, { cause });
      });
    const { response, words } = answer;
    if (response.status === 429) {
      const seconds = Number.parseInt(response.headers.get('retry-after') ?? '', 10);
      const retryAfterMs = Number.isNaN(seconds) ? null : seconds * 1000;
      const facts = { method: 'response_url' };
      throw new MessengerBusyError('Slack asks us to wait', retryAfterMs, facts, { untaken: true });
    }
    if (response.status >= 500 && !/invalid_|no_text|too_long/.test(words))
      throw new MessengerBusyError(`Slack answered ${response.status}`, null, { method: 'response_url' });
    if (!response.ok || /"ok"\s*:\s*false/.test(words))
      throw refused(/\b(?:used_url|expired_url|[a-z]+(?:_[a-z]+)+)\b/.exec(words)?.[0] ?? `http_${response.status}`);
    remember(after);
    return after;
  }

  function remember(respond: Respond): void {
    const now = deps.clock.now();
    for (const [url, { until }] of spentHere) if (until < now) spentHere.delete(url);
    spentHere.set(respond.url, { spent: respond.spent, until: endOf(respond) });
  }

  function isSlacks(url: string): boolean {
    const { protocol, hostname, origin } = new URL(url);
    return (
      (protocol === 'https:' && HOSTS.has(hostname)) ||
      (deps.apiUrl !== undefined && origin === new URL(deps.apiUrl).origin)
    );
  }
};

const endOf = ({ since }: Respond): number => Date.parse(since) + MINUTES * 60_000 - 30_000;

const refused = (code: string): MessengerRefusedError =>
  new MessengerRefusedError(`Slack refuses the answer to the command: ${code}`, { method: 'response_url', code });
