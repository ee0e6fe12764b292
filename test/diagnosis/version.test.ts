import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.js';
import type { ConfiguredTarget } from '../../src/domain/configured-target.js';
import { Leg } from '../../src/domain/evidence/evidence.js';
import type { Evidence } from '../../src/domain/evidence/index.js';
import { RunId } from '../../src/domain/ids.js';
import type { Report } from '../../src/domain/report.js';
import { rules } from '../../src/rules/index.js';
import { defineRule, healthy, problem, type Rule } from '../../src/rules/rule.js';
import { reportView } from '../../src/view/report.js';
import { fact, inboxTarget, mailTarget } from '../support/build.js';
import { pasted } from '../support/rule-table.js';

const without = <T extends ConfiguredTarget>({ exchange: { servers }, ...rest }: T) => ({
  ...rest,
  exchange: { servers },
});
const mail = without(mailTarget({ agents: 12, limits: { readOn: '2026-11-20', imapConnectionsPerUser: 16 } }));
const judge = (target: ConfiguredTarget, given: readonly Evidence[], asked: readonly Rule[] = rules): Report =>
  diagnose(
    {
      rules: asked,
      onCrash: error => {
        throw error;
      },
    },
    {
      run: RunId.parse('run-version'),
      target,
      plan: { target: target.id, orders: [], uncovered: [], leftOut: [], legs: [...Leg.options] },
      observations: [],
      pasted: given,
      startedAt: '2026-11-21T08:00:00.000Z',
      finishedAt: '2026-11-21T08:00:05.000Z',
    },
  );
const bye = (year: string, site = 'hq') =>
  fact('imap-logout', { bye: `* BYE Microsoft Exchange Server ${year}IMAP4 server signing off.` }, { site });
const verdictOf = (report: Report, rule: string) => report.verdicts.find(each => each.rule === rule);
const findingsOf = (report: Report) => report.verdicts.flatMap(each => (each.is === 'problem' ? each.findings : []));
const linesOf = (report: Report): string[] =>
  report.verdicts.flatMap(verdict => {
    if (verdict.is === 'unknown') return verdict.asks.flatMap(({ steps }) => pasted(steps));
    if (verdict.is !== 'problem') return [];
    return verdict.findings.flatMap(({ asks, remedies }) => [
      ...asks.flatMap(({ steps, ifSo }) => [...pasted(steps), ...(ifSo ? pasted(ifSo.apply) : [])]),
      ...remedies.flatMap(({ apply }) => pasted(apply)),
    ]);
  });
const ASK = "Get-ExchangeServer | Format-List -Property 'Name','AdminDisplayVersion'";

describe('a target without a version', () => {
  it.each([
    [
      '2010 ',
      '2010-sp3',
      "{ Restart-Service -Name 'MSExchangeIMAP4' }",
      'Commands are for Exchange 2010, as the server says of itself, SP3 assumed.',
    ],
    [
      '2013 ',
      '2013',
      "Restart-Service -Name 'MSExchangeIMAP4BE'",
      'Commands are for Exchange 2013, as the server says of itself.',
    ],
    [
      '2016 ',
      '2016',
      "Restart-Service -Name 'MSExchangeIMAP4BE'",
      'Commands are for Exchange 2016, as the server says of itself.',
    ],
  ])('gets the commands of the year that its server names: %s', (year, version, line, says) => {
    const report = judge(mail, [bye(year), bye(year, 'branch')]);
    expect(report.revealed).toEqual({ version, says });
    expect(verdictOf(report, 'exchange-version')).toMatchObject({
      is: 'healthy',
      says: expect.stringMatching(/no version is configured/),
    });
    expect(linesOf(report).join('\n')).toContain(line);
    expect(linesOf(report)).not.toContain(ASK);
    const told = reportView([report]).sections.filter(({ lines }) => JSON.stringify(lines).includes(says));
    expect(told.map(({ title }) => title)).toEqual([expect.stringContaining('[shared-account-sessions]')]);
  });

  it.each([
    ['no server was seen', [], /no server says which one it is/],
    ['the line has no year, as of 2019', [bye('')], /no server says which one it is/],
    ['two servers differ', [bye('2010 '), bye('2016 ', 'branch')], /call themselves 2010 and 2016/],
    ['it is older than anything that we print for', [bye('2007 ')], /call themselves 2007/],
  ])('asks for it by one command and advises no change where %s', (_, given, says) => {
    const report = judge(mail, given);
    expect(report.revealed).toBeUndefined();
    expect(verdictOf(report, 'exchange-version')).toMatchObject({
      is: 'unknown',
      behind: null,
      says: expect.stringMatching(says),
    });
    expect(linesOf(report).filter(line => line === ASK)).toHaveLength(1);
    expect(findingsOf(report).map(({ rule }) => rule)).toContain('shared-account-sessions');
    expect(findingsOf(report).flatMap(({ remedies }) => remedies)).toEqual([]);
    expect(linesOf(report).filter(line => /^(?:Set|New|Remove|Enable)-|Restart-Service/.test(line))).toEqual([]);
  });

  const owa = (build: string | null, site = 'hq') =>
    fact('web-answer', { service: 'owa', status: 200, schemes: [], build }, { site });
  const listed = (server: string, build: string) => fact('exchange-server', { server, build });

  it.each<[string, Evidence[], string, string]>([
    ['the build that OWA names', [owa('15.2.1748')], '2019', '2019 (build 15.2.1748), as OWA says'],
    ['the build of SE', [bye(''), owa('15.2.2562.17')], 'se', 'SE (build 15.2.2562.17), as OWA says'],
    [
      'a year and the build of its service pack',
      [bye('2010 '), owa('14.2.247.5')],
      '2010-sp2',
      '2010 SP2 (build 14.2.247.5), as OWA says',
    ],
    [
      'the builds of two updates of one version',
      [owa('15.1.2507', 'a'), owa('15.1.2375', 'b')],
      '2016',
      '2016 (build 15.1.2375) and 2016 (build 15.1.2507), as OWA says',
    ],
    [
      'what Get-ExchangeServer listed, whoever else answers',
      [bye('2016 '), listed('EX01', '15.2.1748.10')],
      '2019',
      '2019 (EX01, build 15.2.1748.10), as Get-ExchangeServer showed',
    ],
  ])('gets the commands for %s', (_, given, version, words) => {
    const report = judge(mail, given);
    expect(report.revealed).toEqual({ version, says: `Commands are for Exchange ${words}.` });
    expect(verdictOf(report, 'exchange-version')).toMatchObject({ is: 'healthy' });
    expect(linesOf(report)).not.toContain(ASK);
  });

  it.each<[string, Evidence[], RegExp]>([
    [
      'IMAP and OWA differ',
      [bye('2013 '), owa('15.1.2507')],
      /IMAP calls itself 2013 and OWA names 2016 \(build 15\.1\.2507\): one of them is the front end of another server, so neither proves the version/,
    ],
    [
      'two front ends differ',
      [owa('15.1.2507', 'a'), owa('15.2.1748', 'b')],
      /call themselves 2016 .* and 2019 .*, seen from site a and site b/,
    ],
    [
      'the servers that were listed differ',
      [listed('EX01', '15.0.1497.2'), listed('EX02', '15.1.2507.6')],
      /the servers differ: Get-ExchangeServer shows 2013 .* and 2016/,
    ],
    [
      'it is Exchange Online, which nobody means by leaving it out',
      [owa('15.20.7091.11')],
      /what answers is Exchange Online/,
    ],
    [
      'a front end names itself and no build',
      [owa(null)],
      /no server says which one it is \(that EX01 names itself as a front end hints at 2013 or later, and proves nothing\)/,
    ],
    ['a banner is all there is', [fact('smtp-banner')], /no server says which one it is;/],
  ])('assumes nothing where %s', (_, given, says) => {
    const report = judge(mail, given);
    expect(report.revealed).toBeUndefined();
    expect(verdictOf(report, 'exchange-version')).toMatchObject({ is: 'unknown', says: expect.stringMatching(says) });
    expect(linesOf(report).filter(line => line === ASK)).toHaveLength(1);
    expect(findingsOf(report).flatMap(({ remedies }) => remedies)).toEqual([]);
  });

  it('reads it for single inbox from OWA', () =>
    expect(judge(without(inboxTarget()), [owa('15.2.1748')]).revealed).toMatchObject({ version: '2019' }));

  it('asks for a single inbox too, which no IMAP server answers for', () => {
    const report = judge(without(inboxTarget()), []);
    expect(verdictOf(report, 'exchange-version')).toMatchObject({ is: 'unknown' });
    expect(linesOf(report).filter(line => line === ASK)).toHaveLength(1);
  });

  it('keeps the questions that are the same in every version, and no other', () => {
    const ask = (says: string) => ({ says, steps: [] });
    const card = {
      for: 'uccx-mail',
      leg: 'imap',
      asks: '',
      explains: '',
      source: '',
      needs: [],
      uses: [],
      behind: [],
    } as const;
    const finding = { severity: 'warning', certainty: 'likely', says: 'is wrong', because: [], remedies: [] } as const;
    const asking = defineRule({
      ...card,
      id: 'asking',
      judge: (_, { exchange: { version } }) =>
        problem({ ...finding, because: [], remedies: [], asks: [ask('same'), ask(`only in ${version}`)] }),
    });
    const differing = defineRule({
      ...card,
      id: 'differing',
      judge: (_, { exchange: { version } }) => healthy(`fine in ${version}`),
    });
    const { verdicts } = judge(mail, [], [asking, differing]);
    expect(verdicts).toMatchObject([
      { rule: 'asking', is: 'problem', findings: [{ asks: [{ says: 'same' }] }] },
      { rule: 'differing', is: 'unknown', says: expect.stringMatching(/differs between versions/) },
      { rule: 'exchange-version', is: 'unknown' },
    ]);
  });
});

it('a configured version stands, whatever the server says', () => {
  const report = judge(mailTarget({ version: '2013', limits: { readOn: '2026-11-20', imapConnectionsPerUser: 16 } }), [
    bye('2016 '),
  ]);
  expect(report.revealed).toBeUndefined();
  expect(verdictOf(report, 'exchange-version')).toMatchObject({ is: 'problem' });
});
