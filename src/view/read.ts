import type { IsoTime } from '../domain/clock.js';
import type { RunId } from '../domain/ids.js';
import { type Meant, type ReadFile, readWhole } from '../domain/read-file.js';
import { type Report, type State, worstOf } from '../domain/report.js';
import { reportView } from './report.js';
import { askSections } from './steps.js';
import { timelineSections } from './timeline.js';
import { quote, type Section, text, type View } from './view.js';
import { count, list, moment } from './words.js';

export type ReadAnswer = {
  files: readonly ReadFile[];
  judged: readonly { report: Report; asked: readonly string[]; foreign: readonly string[]; state: State }[];
  meant: Meant;
  at: IsoTime;
  /** How to have everything else looked at: the command of the place where the answer is read. */
  checkWith: (target: string) => string;
  /** How to say of which target files are: `--target`. */
  nameWith: string;
  /** What else there is to say of it: whether it is kept. */
  also?: readonly string[];
};

/**
 * What files told: what is wrong by them, as what each was read, what in them a person should see, what was not understood, and what to
 * collect next. It says in its first words that nothing but files was judged.
 */
export const readView = ({ files, judged, meant, at, checkWith, nameWith, also = [] }: ReadAnswer): View => {
  const base = reportView(judged.map(({ report, asked }) => onlyAsked(report, asked)));
  return {
    tone: judged.length === 0 || judged.every(({ state }) => state === 'healthy') ? 'notice' : base.tone,
    state: worstOf(judged.map(({ state }) => state)),
    headline: headline(files, judged, base.headline),
    sections: [
      ...(judged.length > 0 ? base.sections.filter(({ detail }) => !detail) : []),
      ...textSection('notice', 'Also', [
        ...remarksOn(meant, nameWith),
        ...judged.flatMap(each => besideOf(each, checkWith)),
        ...also,
      ]),
      ...timelineSections(judged.map(({ report }) => report)),
      ...readSection(files),
      ...textSection('unknown', 'Not read, or not to the end', notReadOf(files), true),
      ...files.flatMap(file => quotesOf(file, files.length > FEW)),
      ...textSection('notice', 'Not understood, and not guessed', files.flatMap(unreadOf), true),
      ...nextSections(files),
      ...(judged.length > 0 ? base.sections.filter(({ detail }) => detail) : []),
    ],
    footer: `Read ${count(files.length, 'file')}, ${moment(at)}. Files only: no server was asked, nothing was changed.`,
    file: `uccx-read-${at.slice(0, 10)}`,
  };
};

/** Stands until they are read; `far` is how much of which one has been read. */
export const readingView = (
  names: readonly string[],
  run: RunId,
  far: { name: string; bytes: number } | null = null,
): View => ({
  tone: 'running',
  headline: `Reading ${count(names.length, 'file')} …${far ? ` ${size(far.bytes)} of ${far.name}` : ''}`,
  sections: textSection('plain', 'What was sent', names, true),
  footer: 'Files only: no server is asked, and the files themselves are not kept.',
  file: 'uccx-read',
  actions: [{ id: `stop-${run}`, label: 'Stop', command: `/uccx stop ${run}` }],
});

/** Stands in the place of a reading whose process was killed. */
export const cutOffReadView = (files: readonly string[]): View => ({
  tone: 'unknown',
  headline: 'The reading was cut off: I was restarted in the middle of it. Please send it again.',
  sections: textSection('plain', 'What was sent', files, true),
  footer:
    'Its answer is lost. What of it was understood before may count in checks: `/uccx read <target> --forget` ends that.',
  file: 'uccx-read',
});

export const stoppingReadView = (): View => ({
  tone: 'plain',
  headline: 'Told the reading to stop: what was understood until then becomes the answer.',
  sections: [],
  footer: '',
  file: 'uccx-answer',
});

/** That it counts from now on, and how to end that. */
export const keptWords = (target: string, hours: number, leftOut: readonly string[]): string =>
  `For ${hours} h /uccx check ${target} judges it too, with its age; /uccx read ${target} --forget ends that.${
    leftOut.length > 0 ? ` Too much to be kept: ${list(leftOut.slice(0, FEW))}.` : ''
  }`;

export const notKeptWords = (target: string, why: string): string =>
  `It does not count in checks of ${target}: it was not kept, for ${why}.`;

export const unclearKeptWords = (target: string): string =>
  `Whether it counts in checks of ${target} is not known: the store was told to keep it and did not answer.`;

/** Rules that the files could not feed say nothing here: they are counted in one sentence instead. */
const onlyAsked = (report: Report, asked: readonly string[]): Report => ({
  ...report,
  verdicts: report.verdicts.filter(({ rule }) => asked.includes(rule)),
});

const headline = (files: readonly ReadFile[], judged: ReadAnswer['judged'], words: string): string => {
  const known = files.filter(tellsSomething).length;
  const [only] = judged;
  if (!only)
    return known === 0
      ? `Nothing in ${files.length === 1 ? 'this file' : `these ${files.length} files`} is what I can read.`
      : `Read ${known} of ${count(files.length, 'file')}, judged nothing.`;
  if (judged.length > 1 || only.state === 'problem') return `By files alone: ${words}`;
  if (only.state === 'healthy')
    return `By files alone: ${only.report.target} shows nothing wrong in ${count(only.asked.length, 'question')}; nothing else was looked at.`;
  return `By files alone: ${only.report.target} unknown. They show no problem, and do not prove that there is none.`;
};

/** A file that looks like something and holds nothing of it is no more than one that nobody knows. */
const tellsSomething = ({ reader, facts, quotes, asks }: ReadFile): boolean =>
  reader !== null && facts + quotes.first.length + asks.length > 0;

const remarksOn = (meant: Meant, nameWith: string): string[] => {
  if (meant.is === 'no-configuration')
    return ['Nothing was judged: the rules want to know your servers. Add --config FILE, or set UCCX_CONFIG.'];
  if (meant.is !== 'found') return [];
  const { clear, unclear } = meant;
  return [
    ...(clear.length > 0
      ? [`Judged for ${list(clear)}: no other target can be meant. ${nameWith} names another one.`]
      : []),
    ...(unclear.length > 0
      ? [`Of which target are they, ${listed(unclear)}? That was not guessed; ${nameWith} names it.`]
      : []),
    ...(clear.length + unclear.length === 0 ? ['No rule judges by what these files tell.'] : []),
  ];
};

const listed = (targets: readonly string[]): string =>
  targets.length <= FEW ? list(targets) : `${targets.slice(0, FEW).join(', ')} or one of ${targets.length - FEW} more`;

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

/** Of so few each gets a line of its own; more are told by what they are. */
const FEW = 8;
const MOST_NAMES = 12;

const readSection = (files: readonly ReadFile[]): Section[] => {
  const known = files.filter(({ says }) => says !== null);
  return textSection(
    'plain',
    'What I read',
    known.length <= FEW
      ? known.map(({ name, says, facts, lines, bytes }) => {
          const amounts = [lines === null ? '' : count(lines, 'line'), size(bytes), count(facts, 'fact')];
          return `${name}: ${says}; ${amounts.filter(Boolean).join(', ')}`;
        })
      : alike(known, ({ says }) => says ?? '').map(([says, same]) => `${says}: ${namesOf(same)}`),
    true,
  );
};

const notReadOf = (files: readonly ReadFile[]): string[] =>
  alike(
    files.filter(({ cut }) => cut !== null),
    ({ cut }) => cut ?? '',
  )
    .slice(0, MOST_LINES)
    .map(([why, same]) => `${namesOf(same)}: ${why}`);

const alike = (files: readonly ReadFile[], key: (file: ReadFile) => string): [string, ReadFile[]][] => {
  const groups = new Map<string, ReadFile[]>();
  for (const file of files) groups.set(key(file), [...(groups.get(key(file)) ?? []), file]);
  return [...groups];
};

const namesOf = (files: readonly ReadFile[]): string => {
  const names = files.slice(0, MOST_NAMES).map(({ name }) => name);
  return files.length > MOST_NAMES ? `${names.join(', ')} and ${files.length - MOST_NAMES} more` : list(names);
};

const quotesOf = ({ name, quotes }: ReadFile, detail: boolean): Section[] =>
  textSection(
    'plain',
    `Worth a look in ${name}`,
    [
      ...quotes.first.map(({ line, text: words }) => `${placeOf(name, line)}: ${words}`),
      ...(quotes.more > 0 ? [`and ${count(quotes.more, 'more line')} like these`] : []),
    ],
    true,
  ).map(section => ({ ...section, detail }));

const unreadOf = ({ name, unread }: ReadFile): string[] => [
  ...unread.first.map(({ line, why }) => `${placeOf(name, line)}: ${why}`),
  ...(unread.more > 0 ? [`${name}: ${count(unread.more, 'more place')} like these`] : []),
];

const nextSections = (files: readonly ReadFile[]): Section[] => {
  const asks = new Map(files.flatMap(file => file.asks.map(ask => [JSON.stringify(ask), ask] as const)));
  const lost = files.some(file => !tellsSomething(file) && !readWhole(file));
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
export const size = (bytes: number): string => {
  if (bytes < 1000) return `${bytes} B`;
  const unit = bytes < 1e6 ? 'kB' : bytes < 1e9 ? 'MB' : 'GB';
  const value = bytes / { kB: 1e3, MB: 1e6, GB: 1e9 }[unit];
  return `${value < 10 ? value.toFixed(1) : Math.round(value)} ${unit}`;
};
