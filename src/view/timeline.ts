import type { IsoTime } from '../domain/clock.js';
import type { Evidence, EvidenceOf } from '../domain/evidence/index.js';
import { artifactOf } from '../domain/kept-reading.js';
import type { Observation } from '../domain/observation.js';
import type { Report } from '../domain/report.js';
import { quote, type Section, text } from './view.js';
import { count } from './words.js';

type Moment = { at: string; where: string; says: string };
/** Whose clock a file has: within the timeline, or outside of it, since nobody can say when that was in UTC. */
type Clock = { where: string; says: string };

/**
 * What all files together say happened when, in UTC, and whose clock each of them has: a capture, a log of Unity Connection and events of
 * Exchange tell one story only side by side. What carries no zone is named and left out, never guessed.
 */
export const timelineSections = (reports: readonly Report[]): Section[] => {
  const seen = new Map<string, Evidence>();
  for (const report of reports)
    for (const observation of report.observations) {
      if (observation.is !== 'seen' || observation.source.by !== 'artifact') continue;
      const readAt = readingOf(observation, report);
      for (const { target, ...fact } of observation.evidence)
        seen.set(JSON.stringify(fact), { ...fact, target, at: fact.at < readAt ? fact.at : '' } as Evidence);
    }
  const facts = [...seen.values()];
  const moments = facts.flatMap(momentsOf).sort((a, b) => (a.at < b.at ? -1 : a.at > b.at ? 1 : 0));
  if (moments.length < 2) return [];
  const shown = moments.slice(0, MOST);
  const left = moments.length - shown.length;
  return [
    {
      tone: 'plain',
      title: 'What happened when, in UTC',
      lines: [
        ...shown.map(({ at, where, says }) => quote(`${at.slice(0, 19).replace('T', ' ')}  ${says} (${where})`)),
        ...(left > 0 ? [quote(`and ${count(left, 'later moment')}`)] : []),
        ...clocksOf(facts).map(({ where, says }) => text(`Clock of ${where}: ${says}.`)),
      ],
      commands: [],
      detail: new Set(moments.map(({ where }) => where.replace(/:\d+$/, ''))).size < 2,
    },
  ];
};

/** When a file was read: what it gives no time of has none that is earlier. */
const readingOf = (observation: Observation, { withRead = [], startedAt }: Report): IsoTime =>
  withRead.find(({ files }) => files.includes(artifactOf(observation)))?.at ?? startedAt;

const MOST = 40;

const momentsOf = (fact: Evidence): Moment[] => {
  const where = placeOf(fact);
  const at = (time: string | null, says: string): Moment[] => (time ? [{ at: time, where, says }] : []);
  switch (fact.kind) {
    case 'notify-log':
      return [
        ...fact.renewed.flatMap(({ id, last, by, at: anew }) => [
          ...at(last, `the last notification of subscription ${short(id)}`),
          ...at(anew, `subscription ${short(by)} came in place of ${short(id)}`),
        ]),
        ...fact.unsubscribed.flatMap(({ id, at: when }) =>
          at(when, `Exchange was told to end subscription ${short(id)}`),
        ),
        ...fact.errors.flatMap(({ status, times, first }) =>
          at(first, `Connection Jetty begins to answer ${status} (${count(times, 'time')} in all)`),
        ),
        ...fact.silent
          .slice(0, 5)
          .flatMap(({ id, last }) => at(last, `subscription ${short(id)} is heard of for the last time`)),
        ...at(fact.longestStandstill?.from ?? null, 'from here on every subscription stood still'),
      ];
    case 'exchange-event':
      return fact.utc ? at(fact.first, eventWords(fact)) : [];
    case 'captured-sessions':
      return [
        ...fact.refusals.flatMap(({ at: when, client, stage, text: words }) =>
          at(
            when,
            `${client} refused at ${stage} by ${fact.server}:${fact.port}${words === null ? '' : ` «${words}»`}`,
          ),
        ),
        ...fact.breaks.flatMap(({ firstAt, by, how, stage, count: times }) =>
          at(firstAt, `the ${by} ${how === 'reset' ? 'resets' : 'closes'} at ${stage} (${count(times, 'time')})`),
        ),
      ];
    case 'push-subscriptions':
      return at(fact.newest, 'the newest time in the table of subscriptions');
    case 'smtp-refusal':
      return at(
        fact.at,
        `SMTP answers «${fact.text ?? fact.code}»${fact.times > 1 ? `, the last of ${fact.times} times` : ''}`,
      );
    case 'tls-session':
    case 'imap-login':
    case 'tcp-connect':
      return fact.source.by === 'artifact' && fact.source.reader === 'pcap'
        ? []
        : at(fact.at, `${fact.kind}: ${fact.outcome}`);
    default:
      return [];
  }
};

const eventWords = ({ provider, id, subject, times, last, first }: EvidenceOf<'exchange-event'>): string =>
  [
    `${provider}${id === null ? '' : ` ${id}`}`,
    ...(subject === null ? [] : [`about ${subject}`]),
    ...(times > 1 ? [`${count(times, 'time')}${last && last !== first ? `, until ${last.slice(11, 19)}` : ''}`] : []),
  ].join(', ');

const clocksOf = (facts: readonly Evidence[]): Clock[] => {
  const clocks = new Map<string, Clock>();
  for (const fact of facts) {
    const says = clockOf(fact);
    const where = placeOf(fact).replace(/:\d+$/, '');
    if (says && clocks.size < MOST_CLOCKS) clocks.set(`${where} ${says}`, { where, says });
  }
  return [...clocks.values()];
};

const MOST_CLOCKS = 12;

const clockOf = (fact: Evidence): string | null => {
  switch (fact.kind) {
    case 'notify-log':
      return 'each line names its zone';
    case 'captured-sessions':
      return fact.from === null
        ? 'no zone is named, so it stands outside this list'
        : 'UTC, by the clock of who captured';
    case 'push-subscriptions':
      return 'UTC, by the clock of Unity Connection';
    case 'exchange-event':
      return fact.utc ? 'UTC' : 'the local time of whoever listed it, without a zone, so it stands outside this list';
    case 'sync-log':
      return 'the time of day of Unity Connection, without date and zone, so it stands outside this list';
    case 'smtp-refusal':
      return fact.at === '' ? null : 'UTC';
    default:
      return null;
  }
};

const placeOf = ({ source }: Evidence): string => (source.by === 'artifact' ? source.artifact : '');
const short = (id: string): string => id.slice(0, 8);
