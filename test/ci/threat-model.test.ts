import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';

/** What the documents say that a test shows is shown by one that is there. */
const model = readFileSync('docs/security.md', 'utf8');
const rows = [...model.matchAll(/^\|(.*)\|$/gm)]
  .map(([, cells = '']) => cells.split(' | ').map(cell => cell.trim()))
  .filter(([, could]) => could && could !== 'could try' && !could.startsWith('---'));
const testsIn = (text: string): string[] => [...text.matchAll(/`(test\/[^`]+)`/g)].map(([, path = '']) => path);

describe('the threat model', () => {
  it.each([
    'a chat user',
    'a forged platform: Slack',
    'a forged platform: Teams',
    'a hostile mail server',
    'a hostile site',
    'a stolen Redis',
    'a hostile artifact',
    'the supply chain',
  ])('has %s', who => {
    expect(rows.filter(([first = '']) => first.startsWith(who))).toHaveLength(1);
  });

  it.each(
    rows.map(
      ([who, could = '', ...rest]) => [could, { who, does: rest[0] ?? '', shown: rest.slice(1).join(' | ') }] as const,
    ),
  )('shows what is done about «%s», or says that nothing is', (_, { does, shown }) => {
    const tests = testsIn(shown);
    if (tests.length === 0) expect(does).toContain('**not prevented**');
    expect(tests.filter(path => !path.endsWith('.test.ts') || !existsSync(path))).toEqual([]);
  });
});

const pages = readdirSync('docs', { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.md'));
it.each(pages)('docs/%s names no test that is not there', page => {
  const named = testsIn(readFileSync(`docs/${page}`, 'utf8')).filter(path => !existsSync(path));
  expect(named).toEqual([]);
});
