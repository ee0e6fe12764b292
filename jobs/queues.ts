import type { SiteId } from '../src/domain/ids.js';

/** All keys of ours share one hash tag, so that one call may touch several of them in a Redis Cluster. */
export const PREFIX = '{uccx}';

/** One queue a site: its worker takes nothing else. */
export const probeQueue = (site: SiteId): string => `probe-${site}`;
export const DIAGNOSE = 'diagnose';
export const REPLY = 'reply';
export const DEADLINE = 'deadline';
