import type { Remedy, Step } from '../domain/remedy.js';
import type { Ask } from '../domain/verdict.js';
import { toShell } from '../ems/to-shell.js';
import { type CommandBlock, type Section, text } from './view.js';

/** Steps as blocks that paste: neighbouring commands share one, a step by hand stands between them as a note. */
export const blocksOf = (label: string, steps: readonly Step[]): CommandBlock[] => {
  const commands = steps.flatMap(step => (step.do === 'shell' ? [toShell(step.command)] : []));
  const notes = steps.flatMap(step => (step.drops ? [step.drops] : []));
  return commands.length === 0
    ? []
    : [{ label, lines: commands, note: notes.length > 0 ? `Drops: ${[...new Set(notes)].join('; ')}` : null }];
};

const byHand = (label: string, steps: readonly Step[]) =>
  steps.flatMap(step =>
    step.do === 'by-hand' ? [text(`${label}: ${step.text}${step.drops ? ` (drops: ${step.drops})` : ''}`)] : [],
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

/** What a person can do about a finding: present value first, then apply, verify, undo. */
export const remedySection = (remedy: Remedy, word = 'Remedy'): Section => ({
  tone: 'plain',
  title: `${word}: ${remedy.title} [${remedy.id}]`,
  lines: [
    ...(remedy.formula ? [text(`Proposed: ${remedy.formula}`)] : []),
    text(`Touches ${SCOPE[remedy.scope]}. ${remedy.risk}`),
    ...PARTS.flatMap(([part, label]) => byHand(`${label}, by hand`, remedy[part])),
    text(`Source: ${remedy.source}`),
  ],
  commands: PARTS.flatMap(([part, label]) => blocksOf(label, remedy[part])),
  detail: false,
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
