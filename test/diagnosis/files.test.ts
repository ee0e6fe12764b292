import { describe, expect, it } from 'vitest';
import { judgeFiles, stateOfFiles, targetsOf } from '../../src/diagnosis/files.js';
import { RunId } from '../../src/domain/ids.js';
import type { Fact, FileRead } from '../../src/domain/read-file.js';
import { stateOf } from '../../src/domain/report.js';
import { rules } from '../../src/rules/index.js';
import { inboxTarget, mailTarget } from '../support/build.js';

const at = '2026-11-21T08:00:00.000Z';
const source = { by: 'artifact', reader: 'plain', artifact: 'a.txt:3' } as const;
const limit = (maxConnectionsPerUser: number, server: string | null = null): Fact => ({
  kind: 'imap-limits',
  source,
  at,
  server,
  maxConnectionsPerUser,
});
const store = (serviceSessionsPerUser: number): Fact => ({
  kind: 'store-limits',
  source,
  at,
  server: null,
  serviceSessionsPerUser,
});
const file = (facts: readonly Fact[], more: Partial<FileRead['file']> = {}): FileRead => ({
  file: {
    name: 'a.txt',
    reader: 'plain',
    says: 'lines',
    bytes: 10,
    lines: 3,
    facts: facts.length,
    quotes: { first: [], more: 0 },
    unread: { first: [], more: 0 },
    asks: [],
    cut: null,
    ...more,
  },
  facts,
});
const judge = (read: readonly FileRead[], target = mailTarget()) => {
  const onCrash = (error: unknown) => {
    throw error;
  };
  const judged = judgeFiles(
    { rules, onCrash },
    { run: RunId.parse('cli-files'), target, read, startedAt: at, finishedAt: at },
  );
  return { ...judged, state: stateOfFiles(judged, read) };
};
const verdict = (judged: ReturnType<typeof judge>, rule: string) =>
  judged.report.verdicts.find(each => each.rule === rule);

describe('judging files', () => {
  it('finds by a file what it would find by looking, and names file and line', () => {
    const judged = judge([file([limit(16)])]);
    expect(judged.state).toBe('problem');
    const found = verdict(judged, 'shared-account-sessions');
    expect(found).toMatchObject({ is: 'problem', findings: [{ because: [expect.stringContaining('from a.txt:3')] }] });
  });

  it('never calls healthy what no file told of', () => {
    const judged = judge([file([limit(500), store(500)])]);
    expect(verdict(judged, 'shared-account-sessions')?.is).toBe('healthy');
    for (const each of judged.report.verdicts)
      if (!judged.asked.includes(each.rule)) expect(each.is).not.toBe('healthy');
    expect(verdict(judged, 'imap-login')).toMatchObject({ is: 'unknown' });
    expect(stateOf(judged.report)).toBe('unknown');
  });

  it('does not put down to a file what stands in the configuration', () => {
    const limits = { readOn: '2026-11-01', imapConnectionsPerUser: 16 };
    const version: Fact = { kind: 'exchange-server', source, at, server: 'EX01', build: '15.1.2507.6' };
    const judged = judge([file([version])], mailTarget({ limits }));
    expect(verdict(judged, 'shared-account-sessions')?.is).toBe('unknown');
  });

  it.each<[string, Partial<FileRead['file']>]>([
    ['a file that broke off', { cut: 'it ends too early' }],
    ['lines that nobody understood', { unread: { first: [{ line: 1, why: 'noise' }], more: 0 } }],
    ['a file that nobody knows', { reader: null, says: null, cut: 'nothing that I know writes such files' }],
  ])('%s is no proof that all is well', (_, more) => {
    expect(judge([file([limit(500), store(500)]), file([], more)]).state).toBe('unknown');
  });

  it('leaves out the settings of a server that is not of the target, and names it', () => {
    const judged = judge([file([limit(16, 'OTHER')])]);
    expect(judged.foreign).toEqual(['OTHER']);
    expect(verdict(judged, 'shared-account-sessions')?.is).toBe('unknown');
    expect(judge([file([limit(16, 'ex01.contoso.test')])]).state).toBe('problem');
  });

  it('keeps what files told in the report, so that it can be judged again', () => {
    const { report } = judge([file([limit(16)])]);
    expect(report.observations).toMatchObject([
      { is: 'seen', source: { by: 'artifact', artifact: 'a.txt' }, evidence: [{ maxConnectionsPerUser: 16 }] },
    ]);
  });
});

describe('which target files are about', () => {
  const [mail, other, inbox] = [mailTarget(), mailTarget({ id: 'lyon-mail' }), inboxTarget()];
  it.each([
    ['the only one of its kind', [mail, inbox], ['paris-mail'], []],
    ['one of several, which is a question', [mail, other, inbox], [], ['paris-mail', 'lyon-mail']],
    ['none of another kind', [inbox], [], []],
  ])('%s', (_, targets, clear, unclear) => {
    const found = targetsOf([file([limit(16)])], targets, rules);
    expect([found.clear.map(({ id }) => id), found.unclear.map(({ id }) => id)]).toEqual([clear, unclear]);
  });
});
