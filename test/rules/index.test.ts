import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Evidence, type EvidenceKind } from '../../src/domain/evidence/index.js';
import { InboxTarget, type Target } from '../../src/domain/target.js';
import { rules } from '../../src/rules/index.js';
import { fact, inboxTarget, mailTarget } from '../support/build.js';
import { judge } from '../support/rule-table.js';

const targets: Target[] = [
  ...['2010-rtm', '2010-sp3', '2013', 'se', 'online'].flatMap(version => [
    mailTarget({ version, clientAddress: '10.4.4.95', smtp: { connector: 'Client Frontend EX01' } }),
    mailTarget({
      version,
      desktop: 'finesse',
      agents: 0,
      imap: { security: 'plain' },
      smtp: { security: 'plain', port: 25 },
    }),
    inboxTarget({ version }),
    InboxTarget.parse({ ...inboxTarget({ version }), web: { host: 'ex01.contoso.test' } }),
  ]),
];

/** Every outcome of every kind, with texts that are missing, usual or nonsense. */
const oddFacts: Evidence[] = Evidence.options.flatMap(option => {
  const kind = option.shape.kind.value as EvidenceKind;
  const outcomes: (string | undefined)[] = 'outcome' in option.shape ? [...option.shape.outcome.options] : [undefined];
  const legs = 'leg' in option.shape ? ['imap', 'smtp', 'notify', 'web'] : [undefined];
  const texts = [null, '', 'A1 NO Server Unavailable. 15', '<b>\\x00'];
  return outcomes.flatMap(outcome =>
    legs.flatMap(leg =>
      texts.map(text =>
        fact(kind, {
          ...(outcome ? { outcome } : {}),
          ...(leg ? { leg } : {}),
          ...('text' in option.shape ? { text } : {}),
        } as never),
      ),
    ),
  );
});

describe('the list of rules', () => {
  it('has each id once, and behind a rule only earlier ones', () => {
    const ids = rules.map(({ id }) => id);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [at, { behind }] of rules.entries())
      expect(ids.slice(0, at)).toEqual(expect.arrayContaining([...behind]));
  });
  it('asks, explains and names its source in each', () => {
    for (const { asks, explains, source } of rules) {
      expect(asks).toMatch(/\?$/);
      expect(explains.length).toBeGreaterThan(40);
      expect(source).toMatch(/https:|RFC/);
    }
  });
  it('has a table of cases for each, in the file that is called like it', () => {
    const name = (id: string) => id.replaceAll(/-(.)/g, (_, letter: string) => letter.toUpperCase());
    const tables = readdirSync('test/rules')
      .map(file => readFileSync(`test/rules/${file}`, 'utf8'))
      .join('\n');
    for (const { id } of rules) expect(tables).toMatch(new RegExp(`ruleTable\\(\\s*${name(id)},`));
  });
  it('never throws, whatever the evidence, and gives the same for any order', { timeout: 120_000 }, () => {
    fc.assert(
      fc.property(fc.constantFrom(...targets), fc.subarray(oddFacts, { maxLength: 12 }), (target, given) => {
        for (const rule of rules.filter(({ for: kind }) => kind === 'any' || kind === target.kind))
          expect(judge(rule, target, [...given].reverse())).toEqual(judge(rule, target, given));
      }),
      { numRuns: 800 },
    );
  });
});
