import { wallWords } from '../domain/digest-slots.js';
import { whenWords } from '../domain/digest-when.js';
import { momentOfEvent, nextOccurrence, occurrenceAt, type WindowEvent } from '../domain/maintenance.js';
import type { Maintenance } from '../domain/quiet.js';
import { reasonWords } from './quiet.js';
import { section } from './section.js';
import type { View } from './view.js';
import { duration, list } from './words.js';

const plain = (headline: string, lines: readonly string[]): View => ({
  tone: 'plain',
  headline,
  sections: lines.length > 0 ? [section('plain', '', lines)] : [],
  footer: '',
  file: 'uccx-maintenance',
});
const MOST_NAMES = 20;
export const aboutWords = ({ targets }: Pick<Maintenance, 'targets'>): string =>
  targets.length === 0
    ? 'every target'
    : targets.length > MOST_NAMES
      ? `${targets.slice(0, MOST_NAMES).join(', ')} and ${targets.length - MOST_NAMES} more`
      : list(targets);

/** `every Saturday at 22:00 for 4 h Europe/Paris`, `from 2026-12-05 22:00 to …`. */
export const timesWords = ({ times, zone }: Pick<Maintenance, 'times' | 'zone'>): string =>
  times.is === 'once'
    ? `from ${wallWords(Date.parse(times.from), zone)} to ${wallWords(Date.parse(times.until), zone)} ${zone}`
    : `${whenWords({ is: 'cron', pattern: times.pattern })} for ${spanWords(times.forMs)} ${zone}`;

/** `4 h`, `90 min`: as it was asked for, and never rounded. */
const spanWords = (ms: number): string => (ms % 3_600_000 === 0 ? `${ms / 3_600_000} h` : `${ms / 60_000} min`);

/** Whether it is open, or when it will be. */
export const nextOpenWords = (window: Maintenance, now: number): string => {
  const at = (ms: number) => `${wallWords(ms, window.zone)} ${window.zone}`;
  const open = occurrenceAt(window, now);
  if (open) return `It is open now, until ${at(open.untilMs)}.`;
  const next = nextOccurrence(window, now);
  return next ? `It begins at ${at(next.fromMs)} and ends at ${at(next.untilMs)}.` : 'It is over.';
};

const MEANWHILE =
  'Meanwhile digests count it as in maintenance, and watches say nothing of it. It is looked at all the same, and /uccx check shows everything.';

/** A window has been made; told where its beginning and end will be. */
export const maintenanceMadeView = (window: Maintenance, now: number): View =>
  plain(`Maintenance of ${aboutWords(window)} ${timesWords(window)}: ${window.id}`, [
    nextOpenWords(window, now),
    `By ${window.by?.user}: ${reasonWords(window)}`,
    MEANWHILE,
    ...(window.to ? ['Its beginning and end are told here.'] : ['Nobody is told of its beginning and end.']),
    `/uccx maintenance off ${window.id} ends it.`,
  ]);

/** What comes after this is no longer «at ten». */
const LATE_MS = 60_000;

/** The beginning or the end of a window, where it was made. */
export const maintenanceEventView = (window: Maintenance, event: WindowEvent, now: number): View => {
  const at = (ms: number) => `${wallWords(ms, window.zone)} ${window.zone}`;
  const { is, fromMs, untilMs } = event;
  const lateMs = now - momentOfEvent(event);
  const late =
    lateMs < LATE_MS
      ? []
      : [`Late: it ${is === 'start' ? 'began' : 'ended'} at ${at(momentOfEvent(event))}, ${duration(lateMs)} ago.`];
  const whose = window.by ? `${window.id}, by ${window.by.user}` : `${window.id}, from the configuration`;
  if (is === 'end')
    return plain(`Maintenance of ${aboutWords(window)} is over, since ${at(untilMs)}.`, [
      ...late,
      `It began at ${at(fromMs)} (${whose}): ${reasonWords(window)}`,
      'What is wrong from now on is told again.',
    ]);
  return plain(`Maintenance of ${aboutWords(window)} has begun, until ${at(untilMs)}.`, [
    ...late,
    `${whose}: ${reasonWords(window)}`,
    MEANWHILE,
  ]);
};

export const maintenanceOffView = (window: Maintenance, now: number): View =>
  plain(
    occurrenceAt(window, now)
      ? `Maintenance of ${aboutWords(window)} is over: ${window.id} was ended.`
      : `${window.id} is off: there will be no maintenance of ${aboutWords(window)} ${timesWords(window)}.`,
    [],
  );
