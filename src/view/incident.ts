import type { IsoTime } from '../domain/clock.js';
import type { Case, Incident } from '../domain/incident.js';
import { spanWords } from '../domain/watch-slots.js';
import type { Watch } from '../domain/watching.js';
import { type Clocked, clockOf, toldLines } from './incident-lines.js';
import { section } from './section.js';
import { remedySection } from './steps.js';
import { type Action, quote, type Section, type Tone, text, type View } from './view.js';
import { count, lasted, list } from './words.js';

/** Sections of a message; whoever has more than this in trouble wants names first. */
const MOST_GROUPS = 8;
const MOST_NAMES = 12;
const MOST_REMEDIES = 2;
const MOST_SCRIPTS = 3;
const MOST_LINES = 12;

/** The one message of an incident, as it stands now. `watches` are those that still look. Pure. */
export const incidentView = (incident: Incident, watches: readonly Watch[]): View => {
  const at = clockOf(incident);
  const broken = withState(incident, 'broken');
  const groups = alike([...broken, ...withState(incident, 'flaps')]);
  const actions = scriptsOf(incident, broken);
  return {
    tone: toneOf(incident),
    headline: headlineOf(incident, at),
    sections: [
      ...groups.slice(0, MOST_GROUPS).map(group => caseSection(group, at)),
      ...namesOf('Also broken', groups.slice(MOST_GROUPS).flat()),
      ...unseenSection(withState(incident, 'blind')),
      ...remedySections(broken),
      ...storySection(incident, at),
    ],
    footer: footerOf(incident, watches),
    file: 'uccx-incident',
    ...(actions.length > 0 ? { actions } : {}),
  };
};

const withState = ({ cases }: Incident, is: Case['is']): Case[] => cases.filter(each => each.is === is);

const toneOf = (incident: Incident): Tone => {
  if (withState(incident, 'broken').length > 0) return 'critical';
  if (withState(incident, 'flaps').length > 0) return 'warning';
  if (withState(incident, 'blind').length > 0) return 'unknown';
  return incident.cases.some(({ until, was }) => until !== null && was !== 'blind') ? 'healthy' : 'plain';
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
  const long = lasted(Date.parse(until) - Date.parse(since));
  const span = `${at(since)} to ${at(until)}`;
  if (ended.every(({ was }) => was === 'blind')) return `${namesIn(ended)} can be seen again, after ${long}: ${span}`;
  if (ended.every(({ was }) => was === 'flaps'))
    return `${namesIn(ended)} ${areIn(ended)} well and ${ended.length === 1 ? 'keeps' : 'keep'} still, after ${long} of flapping`;
  return `${namesIn(ended)} ${areIn(ended)} fixed after ${long}: ${span}`;
};

const causeOf = (broken: readonly Case[]): string => {
  const shared = broken[0]?.dead.filter(host => broken.every(({ dead }) => dead.includes(host))) ?? [];
  if (shared.length > 0) return `nothing answers on ${list(shared.slice(0, 3))}`;
  return broken[0]?.findings[0]?.says ?? 'see below';
};

const namesIn = (cases: readonly Case[]): string => {
  const names = [...new Set(cases.map(({ target }) => target as string))];
  if (names.length <= 4) return list(names);
  return `${names.slice(0, 3).join(', ')} and ${names.length - 3} more`;
};
const areIn = (cases: readonly Case[]): string =>
  new Set(cases.map(({ target }) => target)).size === 1 ? 'is' : 'are';

/** Of whom the very same is to be said, which is said once. */
const alike = (cases: readonly Case[]): Case[][] => {
  const groups = new Map<string, Case[]>();
  for (const each of cases) {
    const key = JSON.stringify([each.is, each.why, each.findings.map(({ says }) => says)]);
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  return [...groups.values()];
};

const caseSection = (group: readonly Case[], at: Clocked): Section => {
  const [first] = group as [Case];
  const { findings, why } = first;
  const isOneTime = group.every(({ since }) => since === first.since);
  const names = group
    .slice(0, MOST_NAMES)
    .map(({ target, since }) => (isOneTime ? target : `${target} since ${at(since)}`));
  const when = isOneTime ? ` since ${at(first.since)}` : '';
  const more = group.length > MOST_NAMES ? ` and ${group.length - MOST_NAMES} more` : '';
  const isBroken = first.is === 'broken';
  return {
    ...section(isBroken ? 'critical' : 'warning', `${list(names)}${more}${when}${isBroken ? '' : ', now and then'}`),
    lines: [
      ...findings.flatMap(({ rule, says, because }) => [text(`${says} [${rule}]`), ...because.slice(0, 1).map(quote)]),
      ...(why ? [text(`It cannot be seen at present: ${why}.`)] : []),
    ],
  };
};

const unseenSection = (blind: readonly Case[]): Section[] =>
  blind.length > 0
    ? [section('plain', '', ['Whether all is well there is not known until somebody can look again.'])]
    : [];

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
  const told = toldLines(incident).map(each => `${at(each.at)} ${each.says}`);
  if (told.length < 2) return []; // all of it stands above
  const left = told.length - MOST_LINES;
  const shown = left > 0 ? [...told.slice(0, 1), `… ${count(left, 'line')} in between`, ...told.slice(1 + left)] : told;
  return [section('plain', 'What happened', shown)];
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
