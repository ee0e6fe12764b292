import type { IsoTime } from '../domain/clock.js';
import type { State } from '../domain/report.js';
import type { Certainty, Severity } from '../domain/verdict.js';
import type { Tone } from './view.js';

/** `2 problems`, `1 problem`. */
export const count = (amount: number, one: string, many = `${one}s`): string =>
  `${amount} ${amount === 1 ? one : many}`;

/** `a, b and c`. */
export const list = (words: readonly string[]): string =>
  words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;

/** `2026-11-21 08:00:03 UTC`; one zone everywhere, since the people who read it sit in several. */
export const moment = (time: IsoTime): string => `${time.slice(0, 10)} ${time.slice(11, 19)} UTC`;
export const timeOfDay = (time: IsoTime): string => `${time.slice(11, 19)} UTC`;

export const duration = (ms: number): string => {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 90_000) return `${(ms / 1000).toFixed(1)} s`;
  if (ms < 5_400_000) return `${Math.round(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.round(ms / 3_600_000)} h`;
  return `${Math.round(ms / 86_400_000)} days`;
};

/** `1 h 30 min`: how long something lasted, told so that it fits the two times beside it. Never rounded up to a larger unit. */
export const lasted = (ms: number): string => {
  const [days, hours, minutes] = [ms / 86_400_000, (ms / 3_600_000) % 24, (ms / 60_000) % 60].map(Math.floor);
  if (ms < 60_000) return ms < 1_000 ? duration(ms) : `${Math.round(ms / 1_000)} s`;
  if (ms < 5_400_000) return `${Math.floor(ms / 60_000)} min`;
  if (ms < 172_800_000) return `${Math.floor(ms / 3_600_000)} h${minutes ? ` ${minutes} min` : ''}`;
  return `${days} days${hours ? ` ${hours} h` : ''}`;
};

export const severityWord: Record<Severity, string> = { critical: 'Critical', warning: 'Warning', notice: 'Notice' };

export const certaintyWords: Record<Certainty, string> = {
  proven: 'The evidence proves this.',
  likely: 'Likely, not proven.',
  possible: 'Possible: the evidence does not decide between the causes.',
};

export const toneOfState: Record<State, Tone> = { healthy: 'healthy', problem: 'critical', unknown: 'unknown' };
