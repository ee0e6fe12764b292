// Writes docs/remedies and docs/sources.md from the remedies themselves. Run it by `npm run docs:remedies`.
import { mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { remedyFiles } from '../dist/src/cli/remedy-pages.js';

const files = remedyFiles();
await mkdir('docs/remedies', { recursive: true });
for (const name of await readdir('docs/remedies')) {
  if (!files.has(`docs/remedies/${name}`)) await rm(`docs/remedies/${name}`);
}
for (const [path, text] of files) await writeFile(path, text);
console.log(`${files.size} files written`);
