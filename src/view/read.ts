import type { IsoTime } from '../domain/clock.js';
import { type ReadFile, readWhole } from '../domain/read-file.js';
import type { Report, State } from '../domain/report.js';
import { reportView } from './report.js';
import { askSections } from './steps.js';
import { quote, type Section, type Table, text, type View } from './view.js';
import { count, list, moment } from './words.js';

export type ReadAnswer = {
  files: readonly ReadFile[];
  judged: readonly { report: Report; asked: readonly string[]; foreign: readonly string[]; state: State }[];
  /** Why some target, or none at all, was judged; sentences. */
  remarks: readonly string[];
  at: IsoTime;
  /** How to have everything else looked at: the command of the place where the answer is read. */
  checkWith: (target: string) => string;
};

/**
 * What files told: what is wrong by them, as what each was read, what in them a person should see, what was not understood, and what to
 * collect next. It says in its first words that nothing but files was judged.
 */
export const readView = ({ files, judged, remarks, at, checkWith }: ReadAnswer): View => {
  const base = reportView(judged.map(({ report, asked }) => onlyAsked(report, asked)));
  return {
    tone: judged.length === 0 || judged.every(({ state }) => state === 'healthy') ? 'notice' : base.tone,
    headline: headline(files, judged, base.headline),
    sections: [
      ...(judged.length > 0 ? base.sections.filter(({ detail }) => !detail) : []),
      ...textSection('notice', 'Also', [...remarks, ...judged.flatMap(each => besideOf(each, checkWith))]),
      readSection(files),
      ...textSection('unknown', 'Not read, or not to the end', notReadOf(files), true),
      ...files.flatMap(quotesOf),
      ...textSection('notice', 'Not understood, and not guessed', files.flatMap(unreadOf), true),
      ...nextSections(files),
      ...(judged.length > 0 ? base.sections.filter(({ detail }) => detail) : []),
    ],
    footer: `Read ${count(files.length, 'file')} ${moment(at)}. Files only: no server was asked, nothing was changed.`,
    file: `uccx-read-${at.slice(0, 10)}`,
  };
};

/** Stands until they are read. */
export const readingView = (names: readonly string[]): View => ({
  tone: 'running',
  headline: `Reading ${count(names.length, 'file')} …`,
  sections: textSection('plain', 'What was sent', names, true),
  footer: 'Files only: no server is asked, nothing is kept.',
  file: 'uccx-read',
});

/** Rules that the files could not feed say nothing here: they are counted in one sentence instead. */
const onlyAsked = (report: Report, asked: readonly string[]): Report => ({
  ...report,
  verdicts: report.verdicts.filter(({ rule }) => asked.includes(rule)),
});

const headline = (files: readonly ReadFile[], judged: ReadAnswer['judged'], words: string): string => {
  const known = files.filter(({ reader }) => reader !== null).length;
  const [only] = judged;
  if (!only)
    return known === 0
      ? `${count(files.length, 'file')}, and nothing in it that I can read.`.replace(
          /s, and nothing in it/,
          's, and nothing in them',
        )
      : `Read ${known} of ${count(files.length, 'file')}, judged nothing.`;
  if (judged.length > 1 || only.state === 'problem') return `By files alone: ${words}`;
  if (only.state === 'healthy')
    return `By files alone: ${only.report.target} shows nothing wrong in ${count(only.asked.length, 'question')}; nothing else was looked at.`;
  return `By files alone: ${only.report.target} unknown. They show no problem, and do not prove that there is none.`;
};

const besideOf = (
  { report, asked, foreign }: ReadAnswer['judged'][number],
  checkWith: ReadAnswer['checkWith'],
): string[] => {
  const open = report.verdicts.filter(({ rule, is }) => is !== 'not-applicable' && !asked.includes(rule)).length;
  return [
    ...(foreign.length > 0
      ? [
          `${list(foreign.slice(0, 5))} ${foreign.length === 1 ? 'is' : 'are'} none of the servers of ${report.target}: what the files tell of ${foreign.length === 1 ? 'it' : 'them'} was not judged.`,
        ]
      : []),
    ...(open > 0
      ? [
          `${report.target}: these files say nothing about ${count(open, 'other question')}; ${checkWith(report.target)} looks.`,
        ]
      : []),
  ];
};

/** A table holds no more, and nobody reads more. */
const MOST_ROWS = 60;

const readSection = (files: readonly ReadFile[]): Section => {
  const shown = [...files].sort((a, b) => weight(b) - weight(a)).slice(0, MOST_ROWS);
  const left = files.length - shown.length;
  const table: Table = {
    caption: 'What was read',
    columns: ['File', 'Read as', 'Facts', 'Lines', 'Size'],
    rows: shown.map(({ name, says, facts, lines, bytes }) => [
      name,
      says ?? 'not known',
      String(facts),
      lines === null ? '-' : String(lines),
      size(bytes),
    ]),
  };
  return {
    tone: 'plain',
    title: 'What I read',
    lines: left > 0 ? [text(`${count(left, 'more file')} not shown here, and of less use.`)] : [],
    commands: [],
    table,
    detail: false,
  };
};

const weight = ({ facts, reader, says }: ReadFile): number => facts * 4 + (reader ? 2 : 0) + (says ? 1 : 0);

const notReadOf = (files: readonly ReadFile[]): string[] => {
  const cut = files.flatMap(({ name, cut: why }) => (why === null ? [] : [`${name}: ${why}`]));
  return cut.length > MOST_LINES ? [...cut.slice(0, MOST_LINES), `and ${cut.length - MOST_LINES} more`] : cut;
};

const quotesOf = ({ name, quotes }: ReadFile): Section[] =>
  textSection(
    'plain',
    `Worth a look in ${name}`,
    [
      ...quotes.first.map(({ line, text: words }) => `${placeOf(name, line)}: ${words}`),
      ...(quotes.more > 0 ? [`and ${count(quotes.more, 'more line')} like these`] : []),
    ],
    true,
  );

const unreadOf = ({ name, unread }: ReadFile): string[] => [
  ...unread.first.map(({ line, why }) => `${placeOf(name, line)}: ${why}`),
  ...(unread.more > 0 ? [`${name}: ${count(unread.more, 'more place')} like these`] : []),
];

const nextSections = (files: readonly ReadFile[]): Section[] => {
  const asks = new Map(files.flatMap(file => file.asks.map(ask => [JSON.stringify(ask), ask] as const)));
  const lost = files.some(file => file.reader === null && !readWhole(file));
  return [
    ...(asks.size > 0 ? textSection('plain', 'What to collect next', ['Each of these would tell more:']) : []),
    ...[...asks.values()].slice(0, MOST_LINES).flatMap(askSections),
    ...(lost
      ? textSection('plain', 'How to get what I can read', [
          'docs/collecting.md names every artifact, with the command that yields it.',
        ])
      : []),
  ];
};

const textSection = (tone: Section['tone'], title: string, lines: readonly string[], quoted = false): Section[] =>
  lines.length === 0 ? [] : [{ tone, title, lines: lines.map(quoted ? quote : text), commands: [], detail: false }];

const MOST_LINES = 20;
const placeOf = (name: string, line: number | null): string => (line === null ? name : `${name}:${line}`);

/** `1.2 MB`: as people compare it with what their file manager says. */
const size = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`;
  const unit = bytes < 1e6 ? 'kB' : bytes < 1e9 ? 'MB' : 'GB';
  const value = bytes / { kB: 1e3, MB: 1e6, GB: 1e9 }[unit];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
};
