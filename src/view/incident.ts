import type { IsoTime } from '../domain/clock.js';
import type { Case, Incident } from '../domain/incident.js';
import { spanWords } from '../domain/watch-slots.js';
import type { Watch } from '../domain/watching.js';
import { type Clocked, clockOf, lineWords } from './incident-lines.js';
import { remedySection } from './steps.js';
import { type Action, quote, type Section, type Tone, text, type View } from './view.js';
import { count, duration, list } from './words.js';

/** Sections of a message; whoever has more than this in trouble wants names first. */
const MOST_CASES = 8;
const MOST_NAMES = 12;
const MOST_REMEDIES = 2;
const MOST_SCRIPTS = 3;
const MOST_LINES = 12;

/** The one message of an incident, as it stands now. `watches` are those that still look. Pure. */
export const incidentView = (incident: Incident, watches: readonly Watch[]): View => {
  const at = clockOf(incident);
  const broken = withState(incident, 'broken');
  const actions = scriptsOf(incident, broken);
  return {
    tone: toneOf(incident),
    headline: headlineOf(incident, at),
    sections: [
      ...broken.slice(0, MOST_CASES).map(each => brokenSection(each, at)),
      ...namesOf('Also broken', broken.slice(MOST_CASES)),
      ...remedySections(broken),
      ...storySection(incident, at),
    ],
    footer: footerOf(incident, watches),
    file: 'uccx-incident',
    ...(actions.length > 0 ? { actions } : {}),
  };
};

/** What has come since somebody was told, for the thread of that message. */
export const incidentLinesView = (incident: Incident, from: number): View => {
  const at = clockOf(incident);
  const lines = incident.story.slice(from);
  const last = lines.at(-1);
  const earlier = lines.slice(0, -1);
  return {
    tone: toneOf(incident),
    headline: last ? lineWords(last, incident, at) : '',
    sections:
      earlier.length > 0
        ? [
            section(
              'plain',
              'Before that',
              earlier.map(each => `${at(each.at)} ${lineWords(each, incident, at)}`),
            ),
          ]
        : [],
    footer: '',
    file: 'uccx-incident',
  };
};

const withState = ({ cases }: Incident, is: Case['is']): Case[] => cases.filter(each => each.is === is);

const toneOf = (incident: Incident): Tone => {
  if (withState(incident, 'broken').length > 0) return 'critical';
  if (withState(incident, 'flaps').length > 0) return 'warning';
  if (withState(incident, 'blind').length > 0) return 'unknown';
  return incident.cases.some(({ until }) => until !== null) ? 'healthy' : 'plain';
};

const headlineOf = (incident: Incident, at: Clocked): string => {
  const [broken, flaps, blind, over] = (['broken', 'flaps', 'blind', 'over'] as const).map(is =>
    withState(incident, is),
  ) as [Case[], Case[], Case[], Case[]];
  if (broken.length > 0) return `${namesIn(broken)} ${areIn(broken)} broken: ${causeOf(broken)}`;
  if (flaps.length > 0) return `${namesIn(flaps)} ${flaps.length === 1 ? 'flaps' : 'flap'}: now well, now broken`;
  const [unseen] = blind;
  if (unseen) return `${namesIn(blind)} cannot be seen since ${at(unseen.since)}${unseen.why ? `: ${unseen.why}` : ''}`;
  const unwatched = over.filter(({ until }) => until === null);
  const ended = over.filter(({ until }) => until !== null);
  if (ended.length === 0) return `${namesIn(unwatched)} ${areIn(unwatched)} not watched here any more`;
  return endWords(ended, at);
};

/** The whole outage, from the first that broke to the last that was well. */
const endWords = (ended: readonly Case[], at: Clocked): string => {
  const since = ended.map(each => each.since).sort()[0] as IsoTime;
  const until = ended
    .map(each => each.until as IsoTime)
    .sort()
    .at(-1) as IsoTime;
  const lasted = duration(Date.parse(until) - Date.parse(since));
  const span = `${at(since)} to ${at(until)}`;
  if (ended.every(({ was }) => was === 'blind')) return `${namesIn(ended)} can be seen again, after ${lasted}: ${span}`;
  if (ended.every(({ was }) => was === 'flaps'))
    return `${namesIn(ended)} ${areIn(ended)} well and ${ended.length === 1 ? 'keeps' : 'keep'} still, after ${lasted} of flapping`;
  return `${namesIn(ended)} ${areIn(ended)} fixed after ${lasted}: ${span}`;
};

const causeOf = (broken: readonly Case[]): string => {
  const shared = broken[0]?.dead.filter(host => broken.every(({ dead }) => dead.includes(host))) ?? [];
  if (broken.length > 1 && shared.length > 0) return `nothing answers on ${list(shared.slice(0, 3))}`;
  return broken[0]?.findings[0]?.says ?? 'see below';
};

const namesIn = (cases: readonly Case[]): string => {
  const names = [...new Set(cases.map(({ target }) => target as string))];
  if (names.length <= 4) return list(names);
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
};
const areIn = (cases: readonly Case[]): string =>
  new Set(cases.map(({ target }) => target)).size === 1 ? 'is' : 'are';

const section = (tone: Tone, title: string, lines: readonly string[] = []): Section => ({
  tone,
  title,
  lines: lines.map(text),
  commands: [],
  detail: false,
});

const brokenSection = ({ target, since, findings, why }: Case, at: Clocked): Section => ({
  ...section('critical', `${target}: broken since ${at(since)}`),
  lines: [
    ...findings.flatMap(({ rule, says, because }) => [text(`${says} [${rule}]`), ...because.slice(0, 1).map(quote)]),
    ...(why ? [text(`It cannot be seen at present: ${why}.`)] : []),
  ],
});

const namesOf = (title: string, cases: readonly Case[]): Section[] => {
  if (cases.length === 0) return [];
  const names = cases.slice(0, MOST_NAMES).map(({ target }) => target);
  const more = cases.length > MOST_NAMES ? ` and ${cases.length - MOST_NAMES} more` : '';
  return [section('critical', `${title}: ${names.join(', ')}${more}`)];
};

/** Each once: targets of one server are mended by the same commands. */
const remedySections = (broken: readonly Case[]): Section[] => {
  const remedies = broken.flatMap(({ findings }) => findings.flatMap(finding => finding.remedies.slice(0, 1)));
  const once = remedies.filter((remedy, index) => remedies.findIndex(({ id }) => id === remedy.id) === index);
  return once.slice(0, MOST_REMEDIES).map(remedy => remedySection(remedy));
};

const storySection = (incident: Incident, at: Clocked): Section[] => {
  const { story } = incident;
  const shown = story.length > MOST_LINES ? [story[0], ...story.slice(1 - MOST_LINES)] : story;
  const lines = shown.flatMap(each => (each ? [`${at(each.at)} ${lineWords(each, incident, at)}`] : []));
  const left = story.length - shown.length;
  const whole = left > 0 ? lines.toSpliced(1, 0, `… ${count(left, 'line')} in between`) : lines;
  return [section('plain', 'What happened', whole)];
};

const scriptsOf = (incident: Incident, broken: readonly Case[]): Action[] =>
  broken
    .filter(({ findings }) => findings.some(({ remedies }) => remedies.length > 0))
    .slice(0, MOST_SCRIPTS)
    .map(({ target }) => ({
      id: `fix-${target}-${incident.id}`.slice(0, 100),
      label: `Script for ${target}`,
      command: `/uccx fix ${target}`,
    }));

const footerOf = ({ zone }: Incident, watches: readonly Watch[]): string => {
  const [first] = watches;
  return [
    ...(first ? [`Looked at every ${spanWords(first.everyMs)}`] : []),
    `times of ${zone}`,
    ...watches
      .slice(0, 2)
      .map(({ id, by }) => (by ? `/uccx watch off ${id} ends it` : `${id} stands in the configuration`)),
  ].join(' · ');
};
