import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { decisionTreePage } from '../../src/cli/decision-tree-page.js';
import { scenarios } from '../../src/lab/scenarios/index.js';
import { decisionTree, READERS } from '../../src/rules/decision-tree.js';
import { rules } from '../../src/rules/index.js';
import specified from '../fixtures/decision-tree/rows.json' with { type: 'json' };

describe('the decision tree', () => {
  it('has each specified branch once, in order, word for word, and no other', () => {
    expect(decisionTree.map(({ section, sign, meaning }) => ({ section, sign, meaning }))).toEqual(
      specified.rows.map(({ section, sign, meaning }) => ({ section, sign, meaning })),
    );
    expect(specified.rows.filter(({ from }) => from === 'table')).toHaveLength(73);
  });

  const judged = decisionTree.filter(branch => branch.is === 'rule');
  it.each(judged.map(branch => [`${branch.section}: ${branch.sign}`, branch] as const))(
    '%s has its rule and is shown',
    (_, branch) => {
      expect(rules.map(({ id }) => id)).toContain(branch.rule);
      expect(branch.scenarios.length + branch.cases.length).toBeGreaterThan(0);
      const shown = branch.scenarios.map(id => scenarios.find(scenario => scenario.id === id));
      for (const [at, scenario] of shown.entries()) {
        expect(scenario?.id).toBe(branch.scenarios[at]);
        expect(Object.keys(scenario?.expects.verdicts ?? {}).length).toBeGreaterThan(0);
      }
      if (shown.length > 0)
        expect(shown.every(scenario => scenario && branch.rule in scenario.expects.verdicts)).toBe(true);
      const table = readFileSync(`test/rules/${branch.rule}.test.ts`, 'utf8');
      for (const name of branch.cases) expect(table).toContain(`name: '${name}'`);
    },
  );

  it('waits only for readers that are named, and refuses only with a reason', () => {
    for (const branch of decisionTree) {
      if (branch.is === 'rule') continue;
      expect(branch.why.length).toBeGreaterThan(20);
      if (branch.is === 'waits') expect(Object.keys(READERS)).toContain(branch.reader);
    }
  });

  it('is what docs/decision-tree.md says: `npm run docs:remedies` writes it', () => {
    expect(readFileSync('docs/decision-tree.md', 'utf8')).toBe(decisionTreePage());
  });
});
