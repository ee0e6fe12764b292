import type { ExchangeVersion } from '../domain/target.js';

/** Which Exchange a build belongs to. `version`: null for one that we print no commands for. */
export type Built = { version: ExchangeVersion | null; name: string };

/** 2019 and SE share 15.2; SE begins with this third part. */
const FIRST_SE = 2562;

/**
 * Major and minor of every Exchange since 2007, https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates;
 * 14.0 to 14.3 are RTM and the service packs of 2010, 15.20 is Exchange Online.
 */
const BUILDS: Readonly<Record<string, Built>> = {
  '8.0': { version: null, name: '2007' },
  '8.1': { version: null, name: '2007' },
  '8.2': { version: null, name: '2007' },
  '8.3': { version: null, name: '2007' },
  '14.0': { version: '2010-rtm', name: '2010 RTM' },
  '14.1': { version: '2010-sp1', name: '2010 SP1' },
  '14.2': { version: '2010-sp2', name: '2010 SP2' },
  '14.3': { version: '2010-sp3', name: '2010 SP3' },
  '15.0': { version: '2013', name: '2013' },
  '15.1': { version: '2016', name: '2016' },
  '15.2': { version: '2019', name: '2019' },
  '15.20': { version: 'online', name: 'Online' },
};

/** Reads `15.2.1748.10`, three parts of it, or the other spelling `15.02.1748.010`; null where it is no build of an Exchange. */
export const builtAs = (build: string): Built | null => {
  const parts = /^0*(\d{1,2})\.0*(\d{1,2})\.0*(\d{1,5})(?:\.\d{1,5})?$/.exec(build);
  if (!parts) return null;
  const known = BUILDS[`${parts[1]}.${parts[2]}`];
  if (!known) return null;
  return known.version === '2019' && Number(parts[3]) >= FIRST_SE ? { version: 'se', name: 'SE' } : known;
};
