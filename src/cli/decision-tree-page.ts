import { type Branch, decisionTree, READERS, SECTIONS } from '../rules/decision-tree.js';

/** `docs/decision-tree.md`, as `npm run docs:remedies` writes it. */
export const decisionTreePage = (): string =>
  `${[
    '# The decision tree, branch by branch',
    '',
    'What an expert looks at, in which order, and what a sign means. One row a branch, with the rule that judges it (`/uccx explain <rule>`) and the',
    'scenario that shows it (`uccx-doctor lab`). A branch that no look from outside can see waits for what an administrator can collect; some are',
    'refused, with the reason.',
    ...Object.entries(SECTIONS).flatMap(([section, title]) => [
      '',
      `## ${section}. ${title}`,
      '',
      '| sign | meaning | what we do |',
      '| --- | --- | --- |',
      ...decisionTree
        .filter(branch => branch.section === section)
        .map(branch => `| ${cell(branch.sign)} | ${cell(branch.meaning)} | ${whatWeDo(branch)} |`),
    ]),
    '',
    '*Made by `npm run docs:remedies` from `src/rules/decision-tree.ts`.*',
  ].join('\n')}\n`;

const whatWeDo = (branch: Branch): string => {
  switch (branch.is) {
    case 'rule':
      return `rule \`${branch.rule}\`, ${
        branch.scenarios.length > 0
          ? `shown by ${branch.scenarios.map(id => `\`${id}\``).join(', ')}`
          : `shown in its test by ${branch.cases.map(name => `«${name}»`).join(', ')}`
      }`;
    case 'waits':
      return `waits for the reader \`${branch.reader}\` (${READERS[branch.reader]}): ${cell(branch.why)}`;
    case 'refused':
      return `refused: ${cell(branch.why)}`;
  }
};

const cell = (words: string): string => words.replaceAll('|', '\\|');
