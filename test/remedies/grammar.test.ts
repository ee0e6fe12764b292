import { beforeAll, describe, expect, it } from 'vitest';
import { printedLines } from '../../src/cli/remedy-list.js';
import type { Remedy } from '../../src/domain/remedy.js';
import { EXCHANGE_VERSIONS } from '../../src/domain/target.js';
import published from '../fixtures/sources/published-forms.json' with { type: 'json' };
import { shellLines } from '../support/rule-table.js';
import { remediesOf } from './every-remedy.js';
import { loadGrammar } from './grammar.js';

let faults: Awaited<ReturnType<typeof loadGrammar>>;
beforeAll(async () => {
  faults = await loadGrammar();
});

describe('a grammar of PowerShell that is not ours', () => {
  it.each(EXCHANGE_VERSIONS)('finds nothing wrong with any line of any remedy, whatever the names, for %s', version => {
    const lines = new Set(remediesOf(version).flatMap(([, remedy]: [string, Remedy]) => shellLines(remedy)));
    expect(lines.size).toBeGreaterThan(version === 'online' ? 10 : 100);
    for (const line of lines) expect({ line, faults: faults(line, version) }).toEqual({ line, faults: [] });
  });

  it('has checked each of the lines that «remedies --matrix» counts', () => {
    const printed = EXCHANGE_VERSIONS.flatMap(version => printedLines(version).map(line => [version, line] as const));
    expect(printed.length).toBeGreaterThan(500);
    for (const [version, line] of printed)
      expect({ line, faults: faults(line, version) }).toEqual({ line, faults: [] });
  });

  it.each(published.forms)('refuses $id', ({ text, version, fault }) => {
    expect(faults(text, version as never)).toContain(fault);
  });

  it('takes the one broken form that does paste, since its line ends behind a pipe', () => {
    const text =
      'Get-OrganizationConfig |  \nAdd-ADPermission -user "x" -extendedrights "View Information Store status"';
    expect(faults(text, '2010-sp3')).toEqual([]);
  });
});
