import { stringify } from 'yaml';
import type { Lab } from './lab.js';

/** The site that looks at everything: it stands on every side, since everything runs on this machine. */
const SITE = { id: 'hq', vantages: ['uccx-side', 'agent-side', 'exchange-side', 'cuc-side'] };
/** Another one, away from Exchange, for those scenarios that name it. */
const AWAY = { id: 'branch', vantages: ['uccx-side', 'agent-side'] };

/** Whoever asks a lab may be a program. */
const NONE = { perPersonPerMinute: 1e6, perChannelPerMinute: 1e6, perTargetPerMinute: 1e6 };

/**
 * A whole configuration file for a running lab. `extra` holds the other parts (access, platforms, Redis) and wins over these: where it
 * brings sites of its own, every one of them looks at every target.
 */
export const labConfig = (lab: Lab, extra: Readonly<Record<string, unknown>> = {}): string => {
  const isNamed = lab.targets.some(({ sites }) => sites?.includes(AWAY.id));
  const own = extra.sites === undefined && isNamed;
  const targets = lab.targets.map(({ sites, ...target }) => (own ? { ...target, sites: sites ?? [SITE.id] } : target));
  return stringify({ sites: own ? [SITE, AWAY] : [SITE], targets, limits: NONE, ...extra }, { lineWidth: 0 });
};
