import type { Remedy } from '../domain/remedy.js';
import { EXCHANGE_VERSIONS, type ExchangeVersion } from '../domain/target.js';
import { type ListedRemedy, remedies } from '../remedies/index.js';
import { sampleOf } from '../remedies/samples.js';
import { DOCUMENTS, publishedSteps } from '../remedies/sources.js';
import { remedyPage } from '../view/remedy-page.js';
import { supportOf } from './remedy-list.js';

/** The files that `npm run docs:remedies` writes, by their place in the project. */
export const remedyFiles = (): ReadonlyMap<string, string> =>
  new Map([
    ...remedies.map(remedy => [`docs/remedies/${remedy.id}.md`, pageOf(remedy)] as const),
    ['docs/remedies/README.md', contents()],
    ['docs/sources.md', sources()],
  ]);

const pageOf = (remedy: ListedRemedy): string =>
  remedyPage({
    ...remedy,
    otherwise: remedy.versions.length === EXCHANGE_VERSIONS.length ? '' : remedy.otherwise,
    forms: formsOf(remedy),
  });

/** What differs only in the number of the version is one form. */
const formsOf = (remedy: ListedRemedy): { versions: ExchangeVersion[]; remedy: Remedy }[] => {
  const forms = new Map<string, { versions: ExchangeVersion[]; remedy: Remedy }>();
  for (const version of EXCHANGE_VERSIONS) {
    const made = sampleOf(remedy, version);
    if (!made) continue;
    const key = JSON.stringify(made);
    const form = forms.get(key);
    if (form) form.versions.push(version);
    else forms.set(key, { versions: [version], remedy: made });
  }
  return [...forms.values()];
};

const contents = (): string =>
  `${[
    '# Remedies',
    '',
    'What the bot can propose. Each page shows the lines word for word. `uccx-doctor remedies` lists the same.',
    '',
    `| remedy | for | ${EXCHANGE_VERSIONS.join(' | ')} |`,
    `| --- | --- | ${EXCHANGE_VERSIONS.map(() => '---').join(' | ')} |`,
    ...remedies.map(
      remedy =>
        `| [${remedy.id}](${remedy.id}.md) | ${remedy.title} | ${EXCHANGE_VERSIONS.map(version => supportOf(remedy, version)).join(' | ')} |`,
    ),
    '',
    '*incomplete*: a value that nothing here can know stands in the lines in capitals, with a word on where to find it. *by hand*: a person does',
    'it in another place, and the lines only read.',
    'No rule proposes `allow-plain-imap-login` or `grant-view-store-status`: they are here for whoever must choose them.',
    '',
    '*Made by `npm run docs:remedies`.*',
  ].join('\n')}\n`;

const sources = (): string =>
  `${[
    '# Published steps, and what became of them',
    '',
    'One row for each step of the documents that administrators follow today. A step is covered by a remedy, or refused with the reason.',
    '',
    ...DOCUMENTS.map(({ id, title, languages, url }) => `- **${id}**: ${title} (${languages.join(', ')}), <${url}>`),
    '',
    '| document | step | says | what we do |',
    '| --- | --- | --- | --- |',
    ...publishedSteps.map(
      ({ document, id, says, by, why }) =>
        `| ${document} | ${id} | ${says} | ${[...by.map(remedy => `[${remedy}](remedies/${remedy}.md)`), ...(by.length === 0 ? ['refused'] : [])].join(', ')}: ${why} |`,
    ),
    '',
    '*Made by `npm run docs:remedies` from `src/remedies/sources.ts`.*',
  ].join('\n')}\n`;
