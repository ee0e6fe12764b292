import { z } from 'zod';
import { DigestId, readWhenText, Zone } from '../domain/digest-when.js';
import { TargetId } from '../domain/ids.js';
import { overlapsItself } from '../domain/maintenance.js';
import { Because, WindowMs, type WindowTimes } from '../domain/quiet-limits.js';
import { momentOfDay, readWallTime, spanIn } from '../domain/wall-time.js';
import { Place } from './place.js';

/** A window of maintenance that is kept here and not by command. */
export const ConfiguredWindow = z
  .strictObject({
    id: DigestId,
    when: z
      .string()
      .max(200)
      .refine(text => windowTimesIn(text, '5m', 'UTC') !== null, {
        message:
          'expected daily 02:00, weekdays 22:00, weekly sat 22:00, cron as in 0 22 * * 6, or for once 2026-12-05 22:00',
      }),
    for: z.string().refine(text => WindowMs.safeParse(spanIn(text)).success, {
      message: 'expected a span from 5m to 7d, such as 4h',
    }),
    /** `timeZone` where not given. */
    zone: Zone.optional(),
    /** Every target where not given. */
    targets: z.array(TargetId).min(1).optional(),
    because: Because,
    /** Where its beginning and end are told; nowhere where not given. */
    to: Place.optional(),
  })
  .refine(({ when, for: span, zone }) => windowTimesIn(when, span, zone ?? 'UTC') !== null, {
    message: 'the next window would begin before the one before has ended',
    path: ['for'],
  });

/** Null where it cannot be read, or would begin again before it has ended. */
export const windowTimesIn = (when: string, span: string, zone: Zone): WindowTimes | null => {
  const forMs = WindowMs.safeParse(spanIn(span));
  if (!forMs.success) return null;
  const again = readWhenText(when);
  if (again?.is === 'cron') {
    const times: WindowTimes = { is: 'again', pattern: again.pattern, forMs: forMs.data };
    return overlapsItself({ times, zone }, 0) ? null : times;
  }
  const once = readWallTime(when.split(/\s+/).filter(Boolean));
  if (once?.time.is !== 'clock' || once.time.day === null || once.rest.length > 0) return null;
  const from = momentOfDay(once.time, once.time.day, zone);
  if (from === null) return null;
  return { is: 'once', from: new Date(from).toISOString(), until: new Date(from + forMs.data).toISOString() };
};
