import type { IsoTime } from '../domain/clock.js';
import { NotInThisVersionError } from '../domain/errors.js';
import type { Remedy } from '../domain/remedy.js';
import type { ShellCommand, ShellValue } from '../domain/shell-command.js';
import type { ExchangeVersion, Target } from '../domain/target.js';
import { quoted, toShell } from '../ems/to-shell.js';
import { restartService } from '../ems/windows-cmdlets.js';
import { on } from '../remedies/steps.js';
import { type Change, type LeftOut, type Restart, workOf } from './changes.js';
import { FUNCTIONS, WORK } from './engine.js';

export type FixScript = {
  /** `uccx-prod-2026-11-21.ps1` */
  name: string;
  /** CRLF, with a byte order mark: Windows PowerShell 5.1 reads a file without one in the code page of the machine. */
  content: string;
  /** What it changes, for a sentence about it; empty: it would change nothing. */
  changes: readonly Change[];
  restarts: readonly Restart[];
  /** Steps of its remedies that only a person can do. */
  byHand: readonly string[];
  leftOut: readonly LeftOut[];
};

/**
 * One script for all chosen remedies of one target: it asserts where it runs, saves the present values, raises what is too low,
 * reads back, writes its own way back, and restarts each service once, if told to. Throws `NotInThisVersionError` for Exchange Online.
 */
export const fixScript = ({
  target,
  remedies,
  at,
}: {
  target: Target;
  remedies: readonly Remedy[];
  at: IsoTime;
}): FixScript => {
  const { version, servers } = target.exchange;
  if (version === 'online')
    throw new NotInThisVersionError(
      'a script needs servers of your own; for Exchange Online paste the lines of the card',
      {
        target: target.id,
      },
    );
  const work = workOf(remedies, version);
  const base = `uccx-${target.id}-${at.slice(0, 10)}`;
  const { changes, restarts } = work;
  const named = [...new Set([...servers, ...restarts.map(({ server }) => server)])];
  const lines = [
    ...heading(target, remedies, work, at),
    '#requires -version 2.0',
    '[CmdletBinding(SupportsShouldProcess = $true)]',
    'param([switch]$Restart, [switch]$Force)',
    '',
    `$versionName = ${text(version)}`,
    `$version = ${text(DISPLAY_VERSION[version])}`,
    `$servers = ${texts(named)}`,
    `$needs = ${texts(cmdletsOf(changes))}`,
    `$folderName = ${text(`${base}-saved-`)}`,
    '',
    '$changes = @(',
    ...changes.map((change, index) => changeData(change, index === changes.length - 1)),
    ')',
    '',
    '$restarts = @(',
    ...restarts.map((restart, index) => restartData(restart, index === restarts.length - 1)),
    ')',
    '',
    FUNCTIONS,
    '',
    WORK,
    '',
  ];
  return { name: `${base}.ps1`, content: `\ufeff${lines.join('\n').replace(/\r?\n/g, '\r\n')}`, ...work };
};

/**
 * How `AdminDisplayVersion` begins: `Version 15.1 (Build 2507.6)`. 2019 and SE share 15.2; SE begins with build 2562.
 * https://learn.microsoft.com/exchange/new-features/build-numbers-and-release-dates
 */
const SE_BUILD = '(256[2-9]|25[7-9][0-9]|2[6-9][0-9][0-9]|[3-9][0-9][0-9][0-9])[.]';
const DISPLAY_VERSION: Record<Exclude<ExchangeVersion, 'online'>, string> = {
  '2010-rtm': '^Version 14[.]0 ',
  '2010-sp1': '^Version 14[.]1 ',
  '2010-sp2': '^Version 14[.]2 ',
  '2010-sp3': '^Version 14[.]3 ',
  '2013': '^Version 15[.]0 ',
  '2016': '^Version 15[.]1 ',
  '2019': `^Version 15[.]2 [(]Build (?!${SE_BUILD})`,
  se: `^Version 15[.]2 [(]Build ${SE_BUILD}`,
};

const heading = (
  target: Target,
  remedies: readonly Remedy[],
  { byHand, leftOut }: { byHand: readonly string[]; leftOut: readonly LeftOut[] },
  at: IsoTime,
): string[] => [
  comment(`Made by uccx-doctor on ${at.slice(0, 10)} for ${target.id}, Exchange ${target.exchange.version}.`),
  comment('Try it first: -WhatIf changes nothing. Without -Restart no service is restarted and nobody is dropped.'),
  '#',
  ...remedies
    .filter(remedy => !leftOut.some(left => left.remedy === remedy))
    .flatMap(({ id, title, formula, risk }) => [
      comment(`${id}: ${title}${formula ? ` (${formula})` : ''}`),
      comment(`  ${risk}`),
    ]),
  ...(byHand.length > 0
    ? ['#', comment('By hand, beside this script:'), ...byHand.map(words => comment(`- ${words}`))]
    : []),
  ...(leftOut.length > 0
    ? [
        '#',
        comment('NOT in this script:'),
        ...leftOut.flatMap(({ remedy, why }) => [comment(`- ${remedy.id}: ${remedy.title}: ${why}`)]),
      ]
    : []),
];

const changeData = (change: Change, isLast: boolean): string => {
  const { where, property, rule, wanted, blank, read, pick, apply, undo, undoIfBlank, after, topic } = change;
  return [
    `  # ${change.remedy}`,
    '  @{',
    `    Where = ${text(where)}`,
    `    Property = ${text(property)}`,
    `    Rule = ${text(rule)}`,
    `    Wanted = ${literal(wanted)}`,
    `    Blank = ${blank === null ? '$null' : blank === 'unlimited' ? '[double]::PositiveInfinity' : blank}`,
    '    Was = $null',
    `    File = ${text(`${topic.replace(/[^A-Za-z0-9.-]+/gu, '_').slice(0, 80)}.xml`)}`,
    `    Pick = ${text(pick ?? '')}`,
    `    Read = { ${toShell(read)} }`,
    `    Apply = { ${toShell(apply)} }`,
    `    Says = ${text(saying(change))}`,
    `    Undo = ${text(undo.line)}`,
    `    TakesValue = ${undo.takesValue ? '$true' : '$false'}`,
    `    UndoIfBlank = ${text(undoIfBlank ?? '')}`,
    `    After = ${texts(after)}`,
    `  }${isLast ? '' : ','}`,
  ].join('\n');
};

const restartData = ({ server, services, drops }: Restart, isLast: boolean): string => {
  const line = toShell(restartLine(server, services));
  const dropped = drops.join('; ') || 'what these services serve';
  const query = `${services.join(', ')} on ${server} must be restarted before the former values count. That drops ${dropped}.`;
  const undo =
    `if ($Restart) { if ($PSCmdlet.ShouldProcess(${text(server)}, ${text(`Restart ${services.join(', ')}`)})) ` +
    `{ if ($Force -or $PSCmdlet.ShouldContinue(${text(query)}, 'Restart now?')) { ${line} } } } ` +
    `else { Write-Warning ${text(`${query} Run this script again with -Restart.`)} }`;
  return [
    '  @{',
    `    Server = ${text(server)}`,
    `    Names = ${text(services.join(', '))}`,
    `    Drops = ${text(dropped)}`,
    `    Apply = { ${line} }`,
    `    Undo = ${text(undo)}`,
    `  }${isLast ? '' : ','}`,
  ].join('\n');
};

const restartLine = (server: string, services: readonly string[]): ShellCommand =>
  on(server, ...services.map(name => restartService({ Name: name })));

const saying = ({ rule, wanted, property }: Change): string => {
  if (rule === 'create') return `Create the ${property}`;
  const to = wanted.is === 'text' ? wanted.text : literal(wanted);
  return rule === 'raise' ? `Raise to ${to}` : `Set to ${to}`;
};

const cmdletsOf = (changes: readonly Change[]): string[] => [
  ...new Set(['Get-ExchangeServer', ...changes.flatMap(({ read, apply }) => [read.cmdlet, apply.cmdlet])]),
];

const text = (words: string): string => quoted(words, 'script');
const texts = (all: readonly string[]): string => `@(${all.map(text).join(', ')})`;
const literal = (value: ShellValue): string => {
  switch (value.is) {
    case 'number':
      return String(value.number);
    case 'bool':
      return value.on ? '$true' : '$false';
    case 'text':
      return text(value.text);
    default:
      return '$null';
  }
};

/** One line, whatever the words hold: nothing behind a `#` may end it. */
const comment = (words: string): string => `# ${words.replace(/[\p{Cc}\p{Zl}\p{Zp}\p{Cf}\p{Cs}]+/gu, ' ')}`;
