import { setTimeout as sleep } from 'node:timers/promises';
import { type App, SocketModeReceiver, webApi } from '@slack/bolt';
import { ConfigError } from '../../domain/errors.js';
import type { Log } from '../log.js';
import { boltLogger, clientOptions } from './client.js';
import type { SlackConfig } from './config.js';

/** While one connection is renewed, the other one listens: Slack gives each message to any of them. */
const CONNECTIONS = 2;
const HELLO_MS = 15_000;
const CLOSE_MS = 2_000;
const PAUSE_MS = { first: 100, longest: 30_000 };
/** Trying again does not help against these. */
const HOPELESS = new Set([
  'invalid_auth',
  'not_authed',
  'account_inactive',
  'token_revoked',
  'token_expired',
  'not_allowed_token_type',
  'missing_scope',
  'org_login_required',
  'user_removed_from_team',
]);

export type SocketFront = {
  /** Resolves once one connection is up; throws `ConfigError` where the token can never work. */
  start: () => Promise<void>;
  stop: () => Promise<void>;
  /** How many connections are up. */
  connected: () => number;
};

/**
 * Socket Mode, held open by us. The package's own reconnecting gives up on an HTTP error with a rejection that nobody catches, and
 * leaves seconds without any connection; so each connection is a fresh client, and a new one follows as soon as it ends.
 */
export const socketFront = (deps: { config: SlackConfig; appToken: string; app: App; log: Log }): SocketFront => {
  const stopping = new AbortController();
  const held = new Set<SocketModeReceiver>();
  const up = new Set<SocketModeReceiver>();
  let keepers: Promise<unknown> = Promise.resolve();

  return { start, stop, connected: () => up.size };

  async function start(): Promise<void> {
    try {
      await new Promise<void>((ready, hopeless) => {
        keepers = Promise.all(Array.from({ length: CONNECTIONS }, () => keep(ready, hopeless)));
      });
    } catch (error) {
      await stop();
      throw error;
    }
  }

  async function stop(): Promise<void> {
    stopping.abort();
    for (const receiver of held) void receiver.client.disconnect();
    await Promise.race([keepers, sleep(CLOSE_MS, undefined, { ref: false })]);
  }

  async function keep(ready: () => void, hopeless: (error: ConfigError) => void): Promise<void> {
    let failures = 0;
    while (!stopping.signal.aborted) {
      try {
        await hold(() => {
          failures = 0;
          ready();
        });
      } catch (error) {
        failures += 1;
        const code = error instanceof webApi.WebAPIPlatformError ? String(error.data.error) : null;
        if (code !== null && HOPELESS.has(code))
          hopeless(new ConfigError(`Slack refuses the app token: ${code}`, { code }, { cause: error }));
        if (!stopping.signal.aborted)
          deps.log.warn({ code, error: String(error), failures }, 'no Socket Mode connection; it is tried again');
      }
      const pauseMs = Math.min(PAUSE_MS.longest, PAUSE_MS.first * 2 ** Math.min(failures, 12));
      await sleep(pauseMs * (0.5 + Math.random()), undefined, { signal: stopping.signal }).catch(() => undefined); // stopped
    }
  }

  /** One connection from its beginning to its end. */
  async function hold(ready: () => void): Promise<void> {
    const receiver = new SocketModeReceiver({
      appToken: deps.appToken,
      autoReconnectEnabled: false,
      logger: boltLogger(deps.log),
      installerOptions: { clientOptions: clientOptions(deps.config, deps.log) },
    });
    receiver.init(deps.app);
    held.add(receiver);
    const ended = new Promise<void>(resolve => receiver.client.once('disconnected', () => resolve()));
    const late = setTimeout(() => void receiver.client.disconnect(), HELLO_MS);
    try {
      await receiver.start();
      clearTimeout(late);
      if (stopping.signal.aborted) void receiver.client.disconnect();
      else {
        up.add(receiver);
        ready();
      }
      await ended;
    } finally {
      clearTimeout(late);
      up.delete(receiver);
      held.delete(receiver);
    }
  }
};
