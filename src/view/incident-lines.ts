import type { IsoTime } from '../domain/clock.js';
import { wallWords } from '../domain/digest-slots.js';
import type { Happened, Incident } from '../domain/incident.js';
import { count, duration, list } from './words.js';

/** A moment as the clock on the wall shows it: with its day where that is not the day on which it all began. */
export type Clocked = (time: IsoTime) => string;

export const clockOf = ({ story, zone }: Pick<Incident, 'story' | 'zone'>): Clocked => {
  const wall = (time: IsoTime) => wallWords(Date.parse(time), zone);
  const day = story[0] ? wall(story[0].since).slice(0, 10) : '';
  return time => (wall(time).startsWith(day) ? wall(time).slice(11) : wall(time));
};

/** One line of what happened, as a sentence. */
export const lineWords = (line: Happened, { cases }: Pick<Incident, 'cases'>, at: Clocked): string => {
  const { target, since } = line;
  switch (line.say) {
    case 'broke':
      return `${target} is broken, seen so since ${at(since)}.`;
    case 'develops':
      return `${target}: ${developsWords(line)}`;
    case 'reminder':
      return `${target} is still broken, for ${duration(Date.parse(line.at) - Date.parse(since))} now.`;
    case 'flaps':
      return `${target} flaps: it changed ${count(line.changes ?? 0, 'time')} since ${at(since)}. I say no more until it keeps still.`;
    case 'settled-broken':
      return `${target} flaps no more: it is broken.`;
    case 'settled-well':
      return `${target} flaps no more: it is well.`;
    case 'blind':
      return `${target} cannot be seen since ${at(since)}: ${whyOf(cases, target) ?? 'no look came to anything'}. It may be well or broken.`;
    case 'sees-again':
      return `${target} can be seen again, after ${duration(Date.parse(line.at) - Date.parse(since))}.`;
    case 'recovered': {
      const until = line.until ?? line.at;
      return `${target} is fixed: it was broken for ${duration(Date.parse(until) - Date.parse(since))}, from ${at(since)} to ${at(until)}.`;
    }
    case 'unwatched':
      return `${target} is not watched here any more.`;
  }
};

const whyOf = (cases: Incident['cases'], target: string): string | null =>
  cases.find(each => each.target === target)?.why ?? null;

const developsWords = ({ gained, gone }: Happened): string => {
  const came = gained.map(({ rule, says }) => `now ${says} [${rule}]`);
  const went = gone.length > 0 ? [`no longer ${list(gone)}.`] : [];
  return [...came, ...went].join(' ') || 'the fault has changed.';
};
