import type { Clock } from '../domain/clock.js';
import type { Zone } from '../domain/digest-when.js';
import type { Maintenance, Quiet } from '../domain/quiet.js';
import { type Silence, silencesAt } from '../domain/quiet-of.js';
import { withConfigured } from '../domain/with-configured.js';
import type { Quiets } from './ports.js';

/** What the intake needs for mutes, maintenance and acceptances; a process without a store has none of it. */
export type QuietDeps = {
  quiets: Quiets;
  /** Windows of the configuration. */
  configured: readonly Maintenance[];
  /** Of whoever's profile has none. */
  zone: Zone;
  /** Tells whoever announces windows that they have changed. It finds out by itself, too, only later. */
  reschedule: () => Promise<void>;
};

/** All there are, those of the configuration before any of the same name. */
export const allQuiets = async ({ quiets, configured }: Pick<QuietDeps, 'quiets' | 'configured'>): Promise<Quiet[]> =>
  withConfigured<Quiet>(configured, await quiets.all());

/** What keeps silent now. Throws `StoreDownError` where that cannot be told. */
export const silencesNow = async (
  deps: Pick<QuietDeps, 'quiets' | 'configured'> | undefined,
  clock: Clock,
): Promise<Silence[]> => (deps ? silencesAt(await allQuiets(deps), clock.now()) : []);
