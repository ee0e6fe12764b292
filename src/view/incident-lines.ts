import type { IsoTime } from '../domain/clock.js';
import { wallWords } from '../domain/digest-slots.js';
import type { Happened, Incident } from '../domain/incident.js';
import { type Tone, text, type View } from './view.js';
import { count, lasted, list } from './words.js';

/** A moment as the clock on the wall shows it: with its day where that is not the day on which it all began. */
export type Clocked = (time: IsoTime) => string;

export const clockOf = ({ story, zone }: Pick<Incident, 'story' | 'zone'>): Clocked => {
  const wall = (time: IsoTime) => wallWords(Date.parse(time), zone);
  const day = story[0] ? wall(story[0].since).slice(0, 10) : '';
  return time => (wall(time).startsWith(day) ? wall(time).slice(11) : wall(time));
};

/** What happened, a sentence for each moment and kind: of many that broke in one look it is said once. */
type Told = { at: IsoTime; say: Happened['say']; says: string };

export const toldLines = (incident: Incident, from = 0): Told[] => {
  const at = clockOf(incident);
  const groups = new Map<string, Happened[]>();
  for (const line of incident.story.slice(from)) {
    const { key: _key, target: _target, ...same } = line;
    const alike = JSON.stringify([same, line.say === 'blind' ? whyOf(incident, line.target) : null]);
    groups.set(alike, [...(groups.get(alike) ?? []), line]);
  }
  return [...groups.values()].flatMap(group => {
    const [first] = group;
    return first ? [{ at: first.at, say: first.say, says: sentence(first, subjectOf(group), incident, at) }] : [];
  });
};

type Subject = { names: string; is: 'is' | 'are' };

const subjectOf = (group: readonly Happened[]): Subject => {
  const names = [...new Set(group.map(({ target }) => target as string))];
  const told = names.length <= 4 ? list(names) : `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
  return { names: told, is: names.length === 1 ? 'is' : 'are' };
};

const sentence = (line: Happened, { names, is }: Subject, incident: Incident, at: Clocked): string => {
  const { since } = line;
  const until = line.until ?? line.at;
  const long = lasted(Date.parse(until) - Date.parse(since));
  const one = is === 'is';
  switch (line.say) {
    case 'broke':
      return `${names} ${is} broken, since ${at(since)}: ${causeWords(line)}`;
    case 'develops':
      return `${names}: ${developsWords(line)}`;
    case 'reminder':
      return `${names} ${is} still broken, for ${long} now.`;
    case 'flaps':
      return `${names} ${one ? 'flaps: it' : 'flap: each'} changed ${count(line.changes ?? 0, 'time')} since ${at(since)}. I say no more until ${one ? 'it keeps' : 'they keep'} still.`;
    case 'settled-broken':
      return `${names} ${one ? 'flaps' : 'flap'} no more, and ${is} broken: ${causeWords(line)}`;
    case 'settled-well':
      return `${names} ${one ? 'flaps' : 'flap'} no more, and ${is} well.`;
    case 'settled-fixed':
      return `${names} ${one ? 'flaps' : 'flap'} no more, and ${is} fixed: broken now and then for ${long}, from ${at(since)} to ${at(until)}.`;
    case 'blind':
      return `${names} cannot be seen since ${at(since)}: ${whyOf(incident, line.target) ?? 'no look came to anything'}.`;
    case 'sees-again':
      return `${names} can be seen again, after ${long}.`;
    case 'recovered':
      return `${names} ${is} fixed: broken for ${long}, from ${at(since)} to ${at(until)}.`;
    case 'unwatched':
      return `${names} ${is} not watched here any more.`;
  }
};

const whyOf = ({ cases }: Incident, target: string): string | null =>
  cases.find(each => each.target === target)?.why ?? null;

/** Why it broke, as a sentence's end. */
const causeWords = ({ dead, gained: [first] }: Happened): string => {
  if (dead.length > 0) return `nothing answers on ${list(dead.slice(0, 3))}.`;
  return first ? `${first.says} [${first.rule}]` : 'the cause is not known.';
};

const developsWords = ({ dead, gained, gone }: Happened): string => {
  const came =
    dead.length > 0
      ? [`now nothing answers on ${list(dead.slice(0, 3))}.`]
      : gained.map(({ rule, says }) => `now ${says} [${rule}]`);
  const went = gone.length > 0 ? [`${came.length > 0 ? 'Gone' : 'gone'}: ${list(gone)}.`] : [];
  return [...came, ...went].join(' ') || 'the fault has changed.';
};

/** The worst in front. */
const ORDERED: Record<Happened['say'], Tone> = {
  broke: 'critical',
  'settled-broken': 'critical',
  develops: 'critical',
  flaps: 'warning',
  reminder: 'critical',
  blind: 'unknown',
  recovered: 'healthy',
  'settled-fixed': 'healthy',
  'settled-well': 'healthy',
  'sees-again': 'plain',
  unwatched: 'plain',
};
const ORDER = Object.keys(ORDERED) as Happened['say'][];

/** What has come since somebody was told, for the thread of that message: the worst in front. Pure. */
export const incidentLinesView = (incident: Incident, from: number): View => {
  const rank = ({ say }: Told) => ORDER.indexOf(say);
  const [first, ...others] = toldLines(incident, from).sort((a, b) => rank(a) - rank(b));
  const more = others.map(({ says }) => text(says));
  return {
    tone: first ? ORDERED[first.say] : 'plain',
    headline: first?.says ?? '',
    sections: more.length > 0 ? [{ tone: 'plain', title: '', lines: more, commands: [], detail: false }] : [],
    footer: '',
    file: 'uccx-incident',
  };
};
