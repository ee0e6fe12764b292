import type { Remedy, Step } from '../domain/remedy.js';
import { blocksOf, cardLines } from './steps.js';

/** One page of `docs/remedies`: what a remedy is for, and word for word what it prints for each group of versions. */
export type RemedyPage = {
  id: string;
  title: string;
  needs: string;
  /** What there is for the versions that are not listed; empty where every version is. */
  otherwise: string;
  /** Versions for which the remedy is the same to the letter. */
  forms: readonly { versions: readonly string[]; remedy: Remedy }[];
};

export const remedyPage = ({ id, title, needs, otherwise, forms }: RemedyPage): string =>
  `${[
    `# ${id}`,
    '',
    `${title}.`,
    '',
    `**Needs:** ${needs}.`,
    ...(otherwise ? ['', `**Other versions:** ${otherwise}`] : []),
    ...forms.flatMap(({ versions, remedy }) => ['', `## Exchange ${versions.join(', ')}`, '', ...form(remedy)]),
    '',
    `*Made by \`npm run docs:remedies\` from \`src/remedies\`. The example is a contact centre with 120 agents on EX01 and EX02.*`,
  ].join('\n')}\n`;

const form = (remedy: Remedy): string[] => [
  ...cardLines(remedy).map(line => `- ${escaped(line)}`),
  ...part('Read first', remedy.read),
  ...part('Apply', remedy.apply),
  ...part('Verify', remedy.verify),
  ...part('Undo', remedy.undo),
];

const part = (label: string, steps: readonly Step[]): string[] => [
  '',
  `### ${label}`,
  ...blocksOf(label, steps).flatMap(({ label: place, lines, note, other }) => [
    ...(other ? ['', `${escaped(place)}:`] : []),
    '',
    other ? '```' : '```powershell',
    ...lines,
    '```',
    ...(note ? ['', `${escaped(note)}.`] : []),
  ]),
  ...steps.flatMap(step => (step.do === 'by-hand' && !step.typed ? ['', `By hand: ${escaped(step.text)}`] : [])),
];

/** Names hold asterisks and underscores; addresses are left as they are. */
const escaped = (words: string): string => words.replace(/(?<!https?:\S*)[*_<>]/g, '\\$&').replace(/\|/g, '\\|');
