import type { ConfiguredTarget } from '../domain/configured-target.js';
import { StoreDownError } from '../domain/errors.js';
import type { SiteState } from '../domain/site-state.js';
import type { Site } from '../domain/target.js';
import { sitesView } from '../view/sites.js';
import type { IntakeDeps } from './deps.js';
import type { Heartbeats, Question, SiteBacklog } from './ports.js';
import type { Tell } from './tell.js';

export type Standing = {
  heartbeats: Pick<Heartbeats, 'heard'>;
  backlog: SiteBacklog;
  /** Of this program, against which those of workers are held. */
  version: string;
};

/** Who looks from where, of the sites that look at something that this person may see. */
export const makeSites = ({ clock, sites, standing }: IntakeDeps, { tell }: Tell) => {
  return async (question: Question, visible: readonly ConfiguredTarget[]): Promise<void> => {
    if (!standing) throw new StoreDownError('nobody here knows who looks from where');
    const theirs = sites.filter(({ id }) => visible.some(target => !target.sites || target.sites.includes(id)));
    const states = await Promise.all(theirs.map(site => stateOfSite(site, standing, clock)));
    await tell(question, sitesView(states, { now: clock.now(), version: standing.version }));
  };
};

export const stateOfSite = async (
  site: Site,
  { heartbeats, backlog }: Omit<Standing, 'version'>,
  clock: IntakeDeps['clock'],
): Promise<SiteState> => {
  const [heard, waits] = await Promise.all([heartbeats.heard(site.id, clock), backlog(site.id).catch(unlessDown)]);
  return { site, heard, backlog: waits };
};

/** Who is heard can still be told. */
const unlessDown = (error: unknown): null => {
  if (error instanceof StoreDownError) return null;
  throw error;
};
