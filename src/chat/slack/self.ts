import { setTimeout as sleep } from 'node:timers/promises';
import { ConfigError } from '../../domain/errors.js';
import { MessengerBusyError } from '../../intake/ports.js';
import type { Log } from '../log.js';
import type { SlackClient } from './client.js';
import { asMessengerError } from './refusal.js';

/** Who we are in Slack's ids: the workspace that we are installed in, the bot, and its user. */
export type Self = { team: string; user: string; bot: string };

const PAUSE_MS = { first: 500, longest: 30_000 };

/** Asks until Slack answers; null when stopped meanwhile. A token that is refused stays refused: `ConfigError`. */
export const whoAmI = async (client: SlackClient, log: Log, signal: AbortSignal): Promise<Self | null> => {
  for (let tries = 0; !signal.aborted; tries += 1) {
    try {
      const { team_id: team, user_id: user, bot_id: bot } = await client.auth.test();
      if (team && user && bot) return { team, user, bot };
      throw new ConfigError('the Slack token belongs to a person: expected the bot token, xoxb-…');
    } catch (error) {
      if (error instanceof ConfigError) throw error;
      const failure = asMessengerError(error, 'auth.test');
      if (!(failure instanceof MessengerBusyError))
        throw new ConfigError(`Slack refuses the bot token: ${String(failure.facts.code)}`, failure.facts, {
          cause: error,
        });
      log.warn({ error: failure.message }, 'Slack does not answer yet; asking again');
      const pauseMs = failure.retryAfterMs ?? Math.min(PAUSE_MS.longest, PAUSE_MS.first * 2 ** Math.min(tries, 8));
      await sleep(pauseMs, undefined, { signal }).catch(() => undefined); // stopped
    }
  }
  return null;
};
