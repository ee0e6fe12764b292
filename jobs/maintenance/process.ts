import type { Clock } from '../../src/domain/clock.js';
import { timesOf, wasTold, withTold } from '../../src/domain/maintenance.js';
import type { Maintenance } from '../../src/domain/quiet.js';
import type { Messenger, Quiets } from '../../src/intake/ports.js';
import { maintenanceEventView } from '../../src/view/maintenance.js';
import { addressOfPlace, asJobError } from '../telling.js';
import { maintenanceJob } from './job.js';

export type MaintenanceWork = {
  clock: Clock;
  quiets: Pick<Quiets, 'memory' | 'remember'>;
  /** As they stand now, those of the configuration too. */
  windows: () => Promise<readonly Maintenance[]>;
  messenger: (platform: string) => Messenger;
};

export const processMaintenance = ({ clock, quiets, windows, messenger }: MaintenanceWork) =>
  maintenanceJob.scheduled(async ({ window: id, schedule, ...event }) => {
    const window = (await windows()).find(each => each.id === id);
    const memory = window ? await quiets.memory(window.id) : null;
    // Ended, or of other times now, since this was laid.
    if (!window?.to || !memory || timesOf(window) !== schedule) return { is: 'ended', at: null };
    if (wasTold(memory, event)) return { is: 'told-before', at: null };
    if (event.is === 'start' && event.untilMs <= clock.now()) return { is: 'over', at: null };
    try {
      const to = await addressOfPlace(window.to, messenger);
      const at = await messenger(to.platform).post(to, maintenanceEventView(window, event, clock.now()));
      await quiets.remember(window.id, withTold((await quiets.memory(window.id)) ?? memory, event));
      return { is: 'told', at };
    } catch (error) {
      throw asJobError(error);
    }
  });
