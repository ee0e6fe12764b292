import { type Section, text, type View } from './view.js';
import { count, list } from './words.js';

type Script = {
  name: string;
  content: string;
  changes: readonly { where: string; property: string; remedy: string }[];
  restarts: readonly { server: string; services: readonly string[]; drops: readonly string[] }[];
  byHand: readonly string[];
  leftOut: readonly LeftOut[];
};
type LeftOut = { remedy: { id: string; title: string }; why: string };

/** Without a version there are no commands, so there is no script of them. `why`: what was pasted about it. */
export const versionMissing = (target: string, why: string | null = null): string =>
  why === null ? neverSeen(target) : `No script for ${target}: ${why}.`;

const neverSeen = (target: string): string =>
  `No script for ${target}: its version of Exchange is neither configured nor did the last report show it. Set exchange.version, and check again.`;

/** A script goes along as a file: what it changes, how it is run, and what it leaves to a person. `restsOn`: what else than a look. */
export const fixView = (target: string, script: Script, restsOn: readonly Section[] = []): View => ({
  tone: 'plain',
  headline: `${script.name}: ${count(script.changes.length, 'change')} for ${target}${
    script.restarts.length > 0 ? `, restarts on ${list(script.restarts.map(({ server }) => server))}` : ''
  }. Nothing has been done yet.`,
  sections: [
    ...restsOn,
    {
      tone: 'plain',
      title: 'It changes, only where the present value is not enough:',
      lines: script.changes.map(({ where, property, remedy }) => text(`${where}: ${property} [${remedy}]`)),
      commands: [
        {
          label: 'In the Exchange Management Shell, try it without effect',
          lines: [`.\\${script.name} -WhatIf`],
          note: null,
        },
        { label: 'Apply', lines: [`.\\${script.name}`], note: 'Restarts nothing and drops nobody.' },
        ...(script.restarts.length > 0
          ? [
              {
                label: 'Apply and restart, in a maintenance window',
                lines: [`.\\${script.name} -Restart`],
                note: `Asks before each restart. Drops: ${[...new Set(script.restarts.flatMap(({ drops }) => drops))].join('; ')}`,
              },
            ]
          : []),
      ],
      detail: false,
    },
    ...(script.byHand.length > 0 ? [words('By hand, beside it', script.byHand)] : []),
    ...leftOutSections(script.leftOut),
  ],
  footer:
    'It saves the present values beside itself before it changes anything, reads back what it changed, and writes undo.ps1.',
  file: script.name.replace(/\.ps1$/, ''),
  attachment: { name: script.name, content: script.content },
  actions: [recheckAction([target])],
});

/** Remedies were chosen, and none of them is for a script. */
export const nothingToFixView = (target: string, leftOut: readonly LeftOut[]): View => ({
  tone: 'notice',
  state: 'unknown',
  headline: `There is nothing that a script could do for ${target}.`,
  sections: leftOutSections(leftOut),
  footer: '',
  file: 'uccx-answer',
});

/** What a person clicks who has applied something. */
export const recheckAction = (targets: readonly string[]) => ({
  id: 'recheck',
  label: 'I applied it, check again',
  command: `/uccx check ${targets.join(' ')}`,
});

const leftOutSections = (leftOut: readonly LeftOut[]): Section[] =>
  leftOut.length === 0
    ? []
    : [
        words(
          'Not in the script',
          leftOut.map(({ remedy, why }) => `${remedy.title} [${remedy.id}]: ${why}.`),
        ),
      ];

const words = (title: string, lines: readonly string[]): Section => ({
  tone: 'notice',
  title,
  lines: lines.map(text),
  commands: [],
  detail: false,
});
