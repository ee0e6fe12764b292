import { z } from 'zod';
import { IsoTime } from './clock.js';
import { SiteId } from './ids.js';
import type { Site } from './target.js';

/** What a worker says of itself every few seconds, so that people can see who looks from where. A site can lie about itself alone. */
export const WorkerBeat = z.object({
  site: SiteId,
  /** Of this process alone. */
  worker: z.string().regex(/^[A-Za-z0-9_-]{4,40}$/),
  version: z.string().max(40),
  /** The machine, as it calls itself. */
  machine: z.string().max(80),
  startedAt: IsoTime,
  /** Why it did not carry out an order lately. */
  refuses: z.string().max(300).optional(),
  /** The same, as it has signed it. */
  signed: z
    .unknown()
    .refine(value => JSON.stringify(value ?? null).length < 4_000)
    .optional(),
});
export type WorkerBeat = z.infer<typeof WorkerBeat>;

/** A worker as it was heard last. Both times rest on one clock, that of the store. */
export type WorkerHeard = WorkerBeat & {
  silentMs: number;
  /** Its clock against that of whoever asks: above 0 it is ahead. */
  aheadMs: number;
  /** It said that it was told to end. */
  left: boolean;
  /** Why what it signs does not count here. */
  distrust?: string;
};

/** What lies in a queue: what nobody has taken yet, what is being worked on, and since when the oldest of the former waits. */
export type Backlog = {
  waiting: number;
  /** Of those that wait: how many nobody has asked for. They come behind all others. */
  unasked?: number;
  underWay: number;
  oldestAt: IsoTime | null;
};

/** `heard`: newest first, also who is gone. `backlog` null: the queue could not be asked. */
export type SiteState = { site: Site; heard: readonly WorkerHeard[]; backlog: Backlog | null };

/** A worker tells of itself so often, and counts as gone when it missed three times. */
export const BEAT_MS = 10_000;
const GONE_MS = 35_000;

/** Beyond this difference of clocks the time that a finding names is wrong by a minute that somebody looks for in a log. */
export const CLOCKS_APART_MS = 30_000;

export const isAlive = ({ silentMs, left }: WorkerHeard): boolean => !left && silentMs <= GONE_MS;
