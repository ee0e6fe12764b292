import type { View } from '../../view/view.js';
import { clean, oneLine } from './clean.js';
import { inWords } from './tone.js';

export type SlackFile = { name: string; content: string };

/** The whole answer as text, details and all: one place that holds everything. Commands stand on lines of their own, unindented. */
export const fileOf = (view: View): SlackFile => ({
  name: `${
    view.file
      .replace(/[^A-Za-z0-9_-]+/g, '-')
      .replace(/^-+|-+$/g, '')
      .slice(0, 80) || 'uccx-answer'
  }.txt`,
  content: `${[
    inWords(view.tone, oneLine(view.headline)),
    ...view.sections.map(section =>
      [
        ...(section.title.trim() === '' ? [] : [`== ${inWords(section.tone, oneLine(section.title))} ==`]),
        ...section.lines.map(line => (line.is === 'quote' ? `> ${oneLine(line.text)}` : clean(line.text))),
        ...section.commands.flatMap(({ label, lines, note }) => [
          '',
          `# ${oneLine(label)}`,
          ...lines,
          ...(note === null ? [] : [`# ${oneLine(note)}`]),
        ]),
      ].join('\n'),
    ),
    oneLine(view.footer),
  ]
    .filter(part => part !== '')
    .join('\n\n')}\n`,
});
