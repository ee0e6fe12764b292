import { stringify } from 'yaml';
import type { Lab } from './lab.js';

/** The one site of the lab: it stands on every side, since everything runs on this machine. */
const SITE = { id: 'hq', vantages: ['uccx-side', 'agent-side', 'exchange-side', 'cuc-side'] };

/** A whole configuration file for a running lab. `extra` holds the other parts (access, platforms, Redis) and wins over these. */
export const labConfig = (lab: Lab, extra: Readonly<Record<string, unknown>> = {}): string =>
  stringify({ sites: [SITE], targets: lab.targets, ...extra }, { lineWidth: 0 });
