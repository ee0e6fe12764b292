import { UsageError } from '../domain/errors.js';
import { nearest } from '../domain/nearest.js';
import { EXCHANGE_VERSIONS, ExchangeVersion } from '../domain/target.js';
import { typedWord } from '../domain/typed-word.js';
import { type ListedRemedy, remedies } from '../remedies/index.js';
import { sampleOf } from '../remedies/samples.js';
import { type Section, text, type View } from '../view/view.js';
import type { Command, Given } from './command.js';
import { EXIT, line } from './io.js';
import { print } from './output.js';
import { newestOf, printedLines, supportOf } from './remedy-list.js';

/** Lists what the bot can propose, with what each remedy needs and on what it rests. */
export const remediesCommand: Command = {
  name: 'remedies',
  takes: '[--version VERSION] [--matrix] [--json]',
  summary: 'List every remedy with what it needs and its source; --matrix shows which version has which.',
  options: {
    version: { type: 'string', value: 'VERSION', says: `Only for this Exchange: ${EXCHANGE_VERSIONS.join(', ')}.` },
    matrix: {
      type: 'boolean',
      says: 'Remedy by version: supported, incomplete (a value must be put in), by hand, or not possible.',
    },
    json: { type: 'boolean', says: 'As JSON.' },
  },
  run: async (given, io) => {
    if (given.words.length > 0)
      throw new UsageError(`remedies takes no words, only options; ${typedWord(given.words[0] ?? '')} is one.`);
    const versions = versionsOf(given);
    if (given.on('json')) io.stdout(line(JSON.stringify(asData(versions), null, 2)));
    else if (given.on('matrix')) io.stdout(matrixText(versions));
    else print(listView(versions), io);
    return EXIT.healthy;
  },
};

const versionsOf = (given: Given): readonly ExchangeVersion[] => {
  const word = given.text('version');
  if (word === undefined) return EXCHANGE_VERSIONS;
  const version = ExchangeVersion.safeParse(word.toLowerCase());
  if (version.success) return [version.data];
  const near = word === '2010' ? '2010-sp3' : nearest(word, EXCHANGE_VERSIONS);
  throw new UsageError(
    `There is no version ${typedWord(word)}.${near ? ` Did you mean ${near}?` : ''} The versions are ${EXCHANGE_VERSIONS.join(', ')}.`,
  );
};

const asData = (versions: readonly ExchangeVersion[]) => ({
  schema: 1,
  remedies: remedies.map(remedy => {
    const { scope, when, source } = newestOf(remedy);
    const { id, title, needs, otherwise } = remedy;
    const support = Object.fromEntries(versions.map(version => [version, supportOf(remedy, version)]));
    return { id, for: remedy.for, title, needs, otherwise, scope, when, source, support };
  }),
});

const listView = (versions: readonly ExchangeVersion[]): View => {
  const [only] = versions.length === 1 ? versions : [];
  const there = remedies.filter(remedy => !only || remedy.versions.includes(only));
  const beside = remedies.filter(remedy => !there.includes(remedy));
  return {
    tone: 'plain',
    headline: `${there.length} remedies${only ? ` for Exchange ${only}` : ''}.`,
    sections: [...there.map(remedy => entry(remedy, only ?? null)), ...notThere(beside, only ?? null)],
    footer: 'What each prints, line by line: docs/remedies. Nothing here changes anything; a person pastes the lines.',
    file: 'uccx-remedies',
  };
};

const entry = (remedy: ListedRemedy, only: ExchangeVersion | null): Section => {
  const made = (only && sampleOf(remedy, only)) || newestOf(remedy);
  const missing = made.placeholders.map(({ name }) => name).join(', ');
  return {
    tone: 'plain',
    title: `${remedy.id}: ${remedy.title}`,
    lines: [
      text(`Needs: ${remedy.needs}.`),
      ...(missing ? [text(`Incomplete: ${missing} must be put in.`)] : []),
      ...(only || remedy.versions.length === EXCHANGE_VERSIONS.length
        ? []
        : [text(`Versions: ${remedy.versions.join(', ')}. Otherwise: ${remedy.otherwise}`)]),
      text(`Source: ${made.source}`),
    ],
    commands: [],
    detail: false,
  };
};

const notThere = (beside: readonly ListedRemedy[], only: ExchangeVersion | null): Section[] =>
  beside.length === 0
    ? []
    : [
        {
          tone: 'notice',
          title: `Not possible with Exchange ${only}`,
          lines: beside.map(({ id, otherwise }) => text(`${id}: ${otherwise}`)),
          commands: [],
          detail: false,
        },
      ];

/** Narrow enough for a terminal of 120 columns. */
const matrixText = (versions: readonly ExchangeVersion[]): string => {
  const width = Math.max(...remedies.map(({ id }) => id.length));
  const columns = versions.map(version => Math.max(version.length, 'not possible'.length));
  const row = (first: string, cells: readonly string[]) =>
    `${first.padEnd(width)}  ${cells.map((cell, at) => cell.padEnd(columns[at] ?? 0)).join('  ')}`.trimEnd();
  const lines = versions.map(version => printedLines(version).length);
  const checked = lines.reduce((sum, each) => sum + each, 0);
  return [
    row('', versions),
    ...remedies.map(remedy =>
      row(
        remedy.id,
        versions.map(version => supportOf(remedy, version)),
      ),
    ),
    row('command lines', lines.map(String)),
    '',
    `${checked} command lines; a test parses each with the grammar of PowerShell and looks its cmdlets and parameters up in the reference.`,
    '',
  ].join('\n');
};
