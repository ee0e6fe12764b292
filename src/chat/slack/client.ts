import { type Logger, LogLevel, webApi } from '@slack/bolt';
import type { Log } from '../log.js';
import type { SlackConfig } from './config.js';

export type SlackClient = webApi.WebClient;

/** Long enough for a slow minute at Slack, short enough that a worker is never parked on it. */
const TIMEOUT_MS = 5_000;

/** The SDK would sleep up to half an hour inside a call; our queue does the waiting, so every call says at once how it went. */
export const clientOptions = (config: SlackConfig, log: Log): webApi.WebClientOptions => ({
  ...(config.apiUrl ? { slackApiUrl: config.apiUrl } : {}),
  retryConfig: { retries: 0 },
  rejectRateLimitedCalls: true,
  timeout: TIMEOUT_MS,
  allowAbsoluteUrls: false,
  logger: boltLogger(log),
});

export const slackClient = (token: string, config: SlackConfig, log: Log): SlackClient =>
  new webApi.WebClient(token, clientOptions(config, log));

/** Debug and info lines of Slack's packages print whole requests; they are dropped, not filtered. */
export const boltLogger = (log: Log): Logger => ({
  debug: () => undefined,
  info: () => undefined,
  warn: (...parts) => log.warn({ from: 'slack' }, parts.map(String).join(' ').slice(0, 500)),
  error: (...parts) => log.error({ from: 'slack' }, parts.map(String).join(' ').slice(0, 500)),
  setLevel: () => undefined,
  getLevel: () => LogLevel.WARN,
  setName: () => undefined,
});
