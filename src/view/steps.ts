import type { Remedy, Step } from '../domain/remedy.js';
import type { ShellCommand } from '../domain/shell-command.js';
import type { Ask } from '../domain/verdict.js';
import { toShell } from '../ems/to-shell.js';
import { type CommandBlock, type Section, text } from './view.js';

/**
 * Steps as blocks that paste, each for one place. A block ends with the command that drops something or is waited for: the next
 * server is taken when this one is back, not because its lines were pasted along.
 */
export const blocksOf = (label: string, steps: readonly Step[]): CommandBlock[] => {
  const blocks: { lines: string[]; note: string | null; at: string | null }[] = [];
  for (const step of steps) {
    const typed = typedOf(step);
    if (typed === null) continue;
    const { at, line, until } = typed;
    const last = blocks.at(-1);
    const block = last && last.note === null && last.at === at ? last : { lines: [], note: null, at };
    if (block !== last) blocks.push(block);
    block.lines.push(line);
    block.note = step.drops === null ? until && `${until}.` : `Drops: ${step.drops}`;
  }
  const isMixed = blocks.some(({ at }) => at !== null);
  return blocks.map(({ lines, note, at }, index) => ({
    label: [
      `${label}${blocks.length === 1 ? '' : ` (${index + 1} of ${blocks.length})`}`,
      ...(at !== null ? [`on ${at}`] : isMixed ? ['in the Exchange Management Shell'] : []),
    ].join(', '),
    lines,
    note,
    ...(at === null ? {} : { other: true as const }),
  }));
};

/** What is typed, where (null: in the Exchange Management Shell) and what to wait for behind it; null where a step is a sentence. */
const typedOf = (step: Step): { at: string | null; line: string; until: string | null } | null =>
  step.do === 'shell' ? { at: null, line: toShell(step.command), until: null } : (step.typed ?? null);

const byHand = (label: string, steps: readonly Step[]) =>
  steps.flatMap(step =>
    step.do === 'by-hand' && !step.typed
      ? [text(`${label}: ${step.text}${step.drops ? ` (drops: ${step.drops})` : ''}`)]
      : [],
  );

const PARTS = [
  ['read', 'Read first'],
  ['apply', 'Apply'],
  ['verify', 'Verify'],
  ['undo', 'Undo'],
] as const;

const SCOPE: Record<Remedy['scope'], string> = {
  mailbox: 'this mailbox only',
  server: 'every account of the server',
  connector: 'everybody who uses that connector',
  organisation: 'the whole organisation',
  client: 'the client, nothing on Exchange',
};

/** What a person can do about a finding: what it changes and what that costs, then read, apply, verify, undo. */
export const remedySection = (remedy: Remedy, word = 'Remedy'): Section => ({
  tone: 'plain',
  title: `${word}: ${remedy.title} [${remedy.id}]`,
  lines: [
    ...cardLines(remedy).map(text),
    ...PARTS.flatMap(([part, label]) => byHand(`${label}, by hand`, remedy[part])),
  ],
  commands: PARTS.flatMap(([part, label]) => blocksOf(label, remedy[part])),
  detail: false,
});

/** Everything about a remedy but its steps, a sentence a line. */
export const cardLines = (remedy: Remedy): string[] => [
  ...remedy.placeholders.map(
    ({ name, where }) => `Incomplete: put your own value in for ${name} before you paste. Where to find it: ${where}.`,
  ),
  ...(remedy.formula ? [`Proposed: ${remedy.formula}.`] : []),
  ...settingLines(remedy),
  `Touches ${SCOPE[remedy.scope]}. ${whenWords(remedy)}`,
  remedy.risk,
  `Source: ${remedy.source}`,
];

/** Settings that differ only by their place share a line; a long list is left to the commands, which hold every value. */
const settingLines = ({ settings }: Remedy): string[] => {
  const places = new Map<string, string[]>();
  for (const { on, name, now, to } of settings) {
    const change = `${name}: ${now ?? 'not read, the lines under «Read first» show it'} → ${to}`;
    places.set(change, [...(places.get(change) ?? []), on]);
  }
  return places.size > 6 ? [] : [...places].map(([change, where]) => `${change} (${where.join(', ')})`);
};

const whenWords = ({ when, apply }: Remedy): string => {
  const services = apply.flatMap(step => (step.do === 'shell' ? restartsIn(step.command) : []));
  const restarts = services.length > 0 ? `Restarts ${[...new Set(services)].join(' and ')}. ` : '';
  return `${restarts}${when === 'window' ? 'Do it in a maintenance window.' : 'Can be done at any time.'}`;
};

const restartsIn = ({ cmdlet, args }: ShellCommand): string[] =>
  args.flatMap(({ name, value }) => {
    if (value.is === 'block') return value.commands.flatMap(restartsIn);
    return cmdlet === 'Restart-Service' && name === 'Name' && value.is === 'text' ? [value.text] : [];
  });

/** A question that would tell more, the commands that answer it, and what to do if the answer is yes. */
export const askSections = (ask: Ask): Section[] => [
  {
    tone: 'plain',
    title: ask.says,
    lines: byHand('By hand', ask.steps),
    commands: blocksOf('To find out', ask.steps),
    detail: false,
  },
  ...(ask.ifSo ? [{ ...remedySection(ask.ifSo, 'If so'), detail: true }] : []),
];
