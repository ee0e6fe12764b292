import { spanMs } from '../domain/watch-slots.js';
import { Watch } from '../domain/watching.js';
import type { Config } from './config.js';
import { namedPlace } from './place.js';

/** The watches of a configuration that was read, as those are that people ask for. */
export const watchesOf = ({ watches, timeZone }: Pick<Config, 'watches' | 'timeZone'>): Watch[] =>
  watches.map(({ id, every, zone = timeZone, targets = [], remindEvery, logInEvery, agree = null, to, ...patience }) =>
    Watch.parse({
      id,
      everyMs: spanMs(every),
      zone,
      targets,
      patience: {
        breaksAfter: patience.breaksAfter,
        recoversAfter: patience.recoversAfter,
        flapsAfter: patience.flapsAfter,
        remindsAfterMs: spanOrNever(remindEvery),
      },
      logsInEveryMs: spanOrNever(logInEvery),
      agree,
      to: namedPlace(to),
      by: null,
    }),
  );

const spanOrNever = (text: string): number | null => (text === 'never' ? null : spanMs(text));
