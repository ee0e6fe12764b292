import type { Clock } from '../../src/domain/clock.js';
import { UccxDoctorError } from '../../src/domain/errors.js';
import type { RunId } from '../../src/domain/ids.js';
import type { Incident } from '../../src/domain/incident.js';
import type { ReplyAddress } from '../../src/domain/request.js';
import type { Watch } from '../../src/domain/watching.js';
import type { Messenger, Watches } from '../../src/intake/ports.js';
import { incidentView } from '../../src/view/incident.js';
import { incidentLinesView } from '../../src/view/incident-lines.js';
import type { Trust } from '../reports.js';
import { addressOfPlace, asJobError, platformBackoff } from '../telling.js';
import { changeBoard } from './board.js';
import { watchTellJob } from './job.js';
import { watchOf } from './process.js';

export type WatchTellWork = {
  clock: Clock;
  watches: Watches;
  configured: readonly Watch[];
  messenger: (platform: string) => Messenger;
};

/** Another job tells of the same incident at this moment. */
class StillTellingError extends UccxDoctorError {}

/** Longer than any platform is waited for. Whoever died while telling lets go after it; the same job taken over need not wait. */
const TELLING_MS = 60_000;

type Told = Partial<Incident['told']>;

/**
 * Brings the one message of an incident to how it stands now, and says what is new in its thread. Where the message is, and what was
 * said, is noted at once after each step; so whoever takes over goes on from there.
 */
export const processWatchTell = (work: WatchTellWork, { signing }: Trust) =>
  watchTellJob.processor(signing, async ({ place, incident: id, revision }, job) => {
    const { clock, watches, messenger } = work;
    const me = String(job.id);
    const incident = await begin();
    if (!incident) return { is: 'gone' };
    if (incident.told.revision >= revision) return { is: 'told-before' };
    try {
      const { story, told } = incident;
      const at = await show(incident);
      // What the message was posted with needs no line of its own.
      const lines = told.message ? told.lines : story.length;
      await note({ message: at, shown: incident.revision, lines });
      const under = messenger(at.platform).under?.(at);
      if (under && lines < story.length) await messenger(at.platform).post(under, incidentLinesView(incident, lines));
      await note({ lines: story.length, revision: incident.revision, by: null });
      return { is: 'told' };
    } catch (error) {
      await note({ by: null }).catch(() => {}); // it ends by itself
      throw asJobError(error);
    }

    async function begin(): Promise<Incident | null> {
      const now = clock.now();
      const board = await changeBoard(watches, place, before => ({
        ...before,
        incidents: before.incidents.map(each =>
          each.id === id && each.told.revision < revision && !isBusy(each)
            ? { ...each, told: { ...each.told, by: { job: me, until: now + TELLING_MS } } }
            : each,
        ),
      }));
      const found = board.incidents.find(each => each.id === id);
      if (found && found.told.revision < revision && found.told.by?.job !== me)
        throw new StillTellingError('this incident is being told', { incident: id });
      return found ?? null;

      function isBusy({ told: { by } }: Incident): boolean {
        return by !== null && by.job !== me && by.until > now;
      }
    }

    async function note(told: Told): Promise<void> {
      await changeBoard(watches, place, board => ({
        ...board,
        incidents: board.incidents.map(each => (each.id === id ? { ...each, told: { ...each.told, ...told } } : each)),
      }));
    }

    async function show(incident: Incident): Promise<ReplyAddress> {
      const { message, shown } = incident.told;
      if (message && shown >= incident.revision) return message; // the thread alone is left
      const view = incidentView(incident, await watchesOf(incident));
      if (message) return messenger(message.platform).edit(message, view);
      const to = await addressOfPlace(incident.to, messenger);
      return messenger(to.platform).post(to, view);
    }

    async function watchesOf({ cases }: { cases: Incident['cases']; id: RunId }): Promise<Watch[]> {
      const ids = [...new Set(cases.map(({ watch }) => watch))];
      return (await Promise.all(ids.map(each => watchOf(work, each)))).flatMap(each => each ?? []);
    }
  });

const LOOK_AGAIN_MS = 1_000;
const MOST_WAIT_MS = 60_000;

export const watchBackoff = (attemptsMade: number, _type?: string, error?: Error): number => {
  if (error instanceof StillTellingError) return LOOK_AGAIN_MS;
  return platformBackoff(attemptsMade, error, MOST_WAIT_MS);
};
