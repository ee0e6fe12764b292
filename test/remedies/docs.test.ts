import { readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { remedyFiles } from '../../src/cli/remedy-pages.js';
import { remedies } from '../../src/remedies/index.js';
import { DOCUMENTS, publishedSteps } from '../../src/remedies/sources.js';
import documents from '../fixtures/sources/steps.json' with { type: 'json' };

describe('docs/remedies and docs/sources.md', () => {
  const files = remedyFiles();
  it.each([...files])('%s is what `npm run docs:remedies` writes', (path, text) => {
    expect(readFileSync(path, 'utf8')).toBe(text);
  });
  it('hold nothing else', () => {
    const there = readdirSync('docs/remedies').map(name => `docs/remedies/${name}`);
    expect(there.sort()).toEqual([...files.keys()].filter(path => path.startsWith('docs/remedies/')).sort());
    expect(files.size).toBe(remedies.length + 2);
  });
});

describe('the steps of the five source documents', () => {
  const found = documents.documents.flatMap(({ document, language, steps }) =>
    steps.map(step => ({ document, language, ...step })),
  );
  it('are those of five documents', () => {
    expect(documents.documents.map(({ document, language }) => `${document} ${language}`).sort()).toEqual(
      DOCUMENTS.flatMap(({ id, languages }) => languages.map(language => `${id} ${language}`)).sort(),
    );
    expect(found.length).toBeGreaterThan(100);
  });
  it.each(found)('$document $language: $quote has its row, $id', ({ document, id }) => {
    expect(publishedSteps.filter(step => step.document === document && step.id === id)).toHaveLength(1);
  });
  it('are the only rows', () => {
    for (const { document, id } of publishedSteps)
      expect(found.some(step => step.document === document && step.id === id)).toBe(true);
  });
  it.each(publishedSteps)('$document $id names remedies that exist, or says why not', ({ by, why }) => {
    const known = remedies.map(({ id }) => id);
    for (const id of by) expect(known).toContain(id);
    expect(why.length).toBeGreaterThan(15);
  });
});
