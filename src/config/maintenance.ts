import { Maintenance } from '../domain/quiet.js';
import type { Config } from './config.js';
import { namedPlace } from './place.js';
import { windowTimesIn } from './window.js';

/** The windows of a configuration that was read, as those are that people ask for. */
export const maintenanceOf = ({ maintenance, timeZone }: Pick<Config, 'maintenance' | 'timeZone'>): Maintenance[] =>
  maintenance.map(({ id, targets = [], when, for: span, zone = timeZone, because, to }) =>
    Maintenance.parse({
      is: 'maintenance',
      id,
      because,
      at: new Date(0).toISOString(),
      by: null,
      targets,
      times: windowTimesIn(when, span, zone),
      zone,
      to: to ? namedPlace(to) : null,
    }),
  );
