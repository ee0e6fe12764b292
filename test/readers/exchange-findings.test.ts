import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { judgeFiles } from '../../src/diagnosis/files.js';
import { RunId } from '../../src/domain/ids.js';
import type { Target } from '../../src/domain/target.js';
import { readers } from '../../src/readers/index.js';
import { rules } from '../../src/rules/index.js';
import { inboxTarget, mailTarget } from '../support/build.js';
import { NOW, readWith } from './read-with.js';

/*
 * Each published artifact, read and judged as `read` does it: the finding that an expert draws from it, and no other. A verdict that is no
 * problem stands with its words, where the artifact answers that question.
 */
const of2010 = mailTarget({ version: '2010-sp1', servers: ['CAS01'], smtp: { connector: 'Client CAS01' } });
const of2016 = mailTarget({ servers: ['EX16'], smtp: { connector: 'Client Frontend EX16' } });
const named = (user: string) => mailTarget({ version: '2010-sp3', servers: ['CAS01'], user: `contoso\\${user}` });
const inbox = inboxTarget({ version: '2010-sp3', servers: ['CAS01'], cuc: { host: '10.93.132.92' } });

type Expected = { rule: string; certainty: string; says: RegExp; remedies?: string[] };
/** Events prove something about a look within a week of them: of 2014 and 2025, as the fixtures are. */
const LOOKED: readonly [string, string][] = [
  ['clienttype-2013plus', '2025-03-14T12:00:00.000Z'],
  ['eventlog/', '2014-07-01T12:00:00.000Z'],
];

const judged = async (name: string, target: Target, at?: string) => {
  const read = await readWith(readers, name, readFileSync(new URL(`../fixtures/${name}`, import.meta.url)));
  const finishedAt = at ?? LOOKED.find(([part]) => name.includes(part))?.[1] ?? NOW;
  const input = { run: RunId.parse('run-0001'), target, read: [read], startedAt: finishedAt, finishedAt };
  const onCrash = (error: unknown) => {
    throw error;
  };
  return { read, ...judgeFiles({ rules, onCrash }, input) };
};

describe('an artifact gives its finding and no other', () => {
  const limit16 = { rule: 'shared-account-sessions', certainty: 'proven', remedies: ['raise-imap-user-limit'] };
  const store16 = {
    rule: 'shared-account-sessions',
    certainty: 'proven',
    says: /limit \(16 sessions in the Information Store\); 25 agents and the server need 54/,
    remedies: ['raise-store-sessions'],
  };
  /** Lists name no zone. */
  const likely = (expected: Expected): Expected => ({ ...expected, certainty: 'likely' });
  const direction = {
    rule: 'inbox-direction',
    certainty: 'likely',
    says: /in the direction Exchange to Unity Connection/,
  };
  const path = {
    rule: 'notify-events',
    certainty: 'proven',
    says: /no connection came about/,
    remedies: ['open-port-7080'],
  };

  it.each<[string, string, Target, Expected[]]>([
    [
      '2010',
      'exchange/get-imapsettings-2010.txt',
      of2010,
      [
        {
          ...limit16,
          says: /allows the shared account 16 sessions in the IMAP service; 25 agents and the server need 54/,
        },
      ],
    ],
    ['2016', 'exchange/get-imapsettings-2016.txt', of2016, [{ ...limit16, says: /16 sessions in the IMAP service/ }]],
    [
      '2010',
      'exchange/get-receiveconnector-2010.txt',
      of2010,
      [
        {
          rule: 'connector-refusals',
          certainty: 'possible',
          says: /Client CAS01 takes 5 messages a minute of one account/,
        },
      ],
    ],
    [
      '2016',
      'exchange/get-receiveconnector-2016.txt',
      of2016,
      [{ rule: 'connector-refusals', certainty: 'possible', says: /Client Frontend EX16 takes 5 messages/ }],
    ],
    ['2010', 'exchange/get-throttlingpolicy-2010sp1-default.txt', of2010, []],
    ['2010', 'exchange/get-throttlingpolicy-2010sp1-uccx.txt', of2010, []],
    ['2016', 'exchange/get-throttlingpolicy-2016-global.txt', of2016, []],
    ['2016', 'exchange/get-throttlingpolicyassociation-default.txt', of2016, []],
    ['2016', 'exchange/get-throttlingpolicyassociation-uccx.txt', of2016, []],
    [
      '2016',
      'exchange/set-throttlingpolicy-2016-bad-parameter.txt',
      of2016,
      [{ rule: 'throttling-policy', certainty: 'proven', says: /was of Exchange 2010: IMAPPercentTimeInAD is gone/ }],
    ],
    ['its account', 'eventlog/9646-quoted.fl.txt', named('E-mailUser'), [likely(store16)]],
    ['its account', 'eventlog/9646.xml', named('E-mailUser'), [store16]],
    ['its account', 'eventlog/9646-guid-prefixed.fl.txt', named('UCCX EmailQ686'), [likely(store16)]],
    [
      'an account almost spelt so',
      'eventlog/9646-guid-prefixed.fl.txt',
      named('UCCX Email'),
      [{ ...store16, certainty: 'possible', remedies: [], says: /called almost like contoso\\UCCX Email/ }],
    ],
    ['its account', 'eventlog/9646-clienttype-2013plus.fl.txt', named('uccxemail'), [likely(store16)]],
    ['another account', 'eventlog/9646-quoted.fl.txt', named('somebody'), []],
    [
      'its account',
      'eventlog/1009-imap4.fl.txt',
      named('uccxemail'),
      [likely({ ...limit16, says: /limit \(16 connections in the IMAP service\)/ })],
    ],
    ['another account', 'eventlog/1009-imap4.fl.txt', named('somebody'), []],
    ['single inbox', 'eventlog/webservices-5-6-7.fl.txt', inbox, [direction, likely(path)]],
    ['mail', 'eventlog/application.csv', named('E-mailUser'), [likely(store16)]],
    [
      'mail',
      'eventlog/application.csv',
      named('uccxemail'),
      [likely({ ...limit16, says: /connections in the IMAP service/ })],
    ],
    [
      'single inbox',
      'eventlog/application.csv',
      inbox,
      [direction, { rule: 'notify-events', certainty: 'possible', says: /does not say how it failed/ }],
    ],
    [
      'mail',
      'smtp/transcript-421-per-source.txt',
      of2010,
      [
        {
          rule: 'connector-refusals',
          certainty: 'possible',
          says: /one address or all together hold too many \(after connecting\)/,
        },
      ],
    ],
    [
      'mail',
      'smtp/transcript-421-rate.txt',
      of2010,
      [
        {
          rule: 'connector-refusals',
          certainty: 'likely',
          says: /too much in a minute \(after MAIL FROM\)/,
          remedies: ['raise-connector-rate'],
        },
      ],
    ],
  ])('%s: %s', async (_, name, target, expected) => {
    const { report, read } = await judged(name, target);
    const found = report.verdicts.flatMap(verdict => (verdict.is === 'problem' ? verdict.findings : []));
    expect(found.map(({ rule, certainty }) => `${rule} ${certainty}`)).toEqual(
      expected.map(({ rule, certainty }) => `${rule} ${certainty}`),
    );
    for (const [at, { says, remedies = [] }] of expected.entries()) {
      expect(found[at]?.says).toMatch(says);
      expect(found[at]?.remedies.map(({ id }) => id)).toEqual(remedies);
    }
    expect(read.file.unread.first).toEqual([]);
  });

  it.each<[string, Target, string, RegExp]>([
    [
      'exchange/get-throttlingpolicy-2010sp1-default.txt',
      of2010,
      'unknown',
      /no limit on IMAP that is below the need, and RCAMaxConcurrency 20/,
    ],
    [
      'exchange/get-throttlingpolicy-2010sp1-uccx.txt',
      of2010,
      'unknown',
      /UCCXEmail was read, and neither whether the mailbox has it/,
    ],
    [
      'exchange/get-throttlingpolicy-2016-global.txt',
      of2016,
      'healthy',
      /sets no limit on IMAP connections, and 54 are needed/,
    ],
    [
      'exchange/get-throttlingpolicyassociation-default.txt',
      of2016,
      'unknown',
      /no policy of its own, so the default one counts/,
    ],
    [
      'exchange/get-throttlingpolicyassociation-uccx.txt',
      of2016,
      'unknown',
      /the mailbox has the policy UCCXEmail, and that was not read/,
    ],
  ])('%s answers for the policy', async (name, target, is, says) => {
    const verdict = (await judged(name, target)).report.verdicts.find(({ rule }) => rule === 'throttling-policy');
    expect(verdict).toMatchObject({ is, says: expect.stringMatching(says) });
  });
});
