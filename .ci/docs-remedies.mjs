// Writes docs/remedies, docs/sources.md and docs/decision-tree.md from remedies and rules themselves. Run it by `npm run docs:remedies`.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { decisionTreePage } from '../dist/src/cli/decision-tree-page.js';
import { remedyFiles } from '../dist/src/cli/remedy-pages.js';

const files = remedyFiles();
await mkdir('docs/remedies', { recursive: true });
for (const name of await readdir('docs/remedies')) {
  if (!files.has(`docs/remedies/${name}`)) await rm(`docs/remedies/${name}`);
}
for (const [path, text] of [...files, ['docs/decision-tree.md', decisionTreePage()]]) await writeFile(path, text);
console.log(`${files.size + 1} files written`);
