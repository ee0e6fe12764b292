import { describe, expect, it } from 'vitest';
import { exchangeVersion } from '../../src/rules/exchange-version.js';
import { fact, inboxTarget, mailTarget } from '../support/build.js';
import { judge, pasted } from '../support/rule-table.js';

const bye = (year: string, site = 'hq') =>
  fact('imap-logout', { bye: `* BYE Microsoft Exchange Server ${year}IMAP4 server signing off.` }, { site });
const verdict = (version: string, ...given: ReturnType<typeof bye>[]) =>
  judge(exchangeVersion, mailTarget({ version }), given);

describe('rule exchange-version', () => {
  it.each([
    ['2010-rtm', '2010 '],
    ['2010-sp3', '2010 '],
    ['2013', '2013 '],
    ['2016', '2016 '],
  ])('%s that says %s is healthy', (version, year) => {
    expect(verdict(version, bye(year))).toMatchObject({ is: 'healthy', says: expect.stringContaining(year.trim()) });
  });

  it.each([
    ['2010-sp3', '2016 '],
    ['2016', '2010 '],
    ['2016', '2013 '],
    ['2013', '2007 '],
  ])('%s that says %s is a warning with the quotation and the one command that tells', (version, year) => {
    const said = verdict(version, bye('2016 ', 'branch'), bye(year));
    if (said.is !== 'problem') throw new Error(said.is);
    const [finding] = said.findings;
    expect(finding).toMatchObject({ severity: 'warning', certainty: 'likely', remedies: [] });
    expect(finding?.because).toContain(`site hq: «* BYE Microsoft Exchange Server ${year}IMAP4 server signing off.»`);
    expect(pasted(finding?.asks.flatMap(({ steps }) => steps) ?? [])).toEqual([
      "Get-ExchangeServer | Format-List -Property 'Name','AdminDisplayVersion'",
    ]);
  });

  it.each([
    ['2019', '2016 '],
    ['se', ''],
    ['online', '2016 '],
    ['2016', ''],
  ])('%s that says «%s» proves nothing', (version, year) => {
    expect(verdict(version, bye(year)).is).toBe('not-applicable');
  });

  it('says nothing where nobody logged out, or the server is another one', () => {
    expect(verdict('2016').is).toBe('not-applicable');
    const other = fact('imap-logout', { bye: '* BYE Logging out' });
    expect(judge(exchangeVersion, mailTarget(), [other]).is).toBe('not-applicable');
  });

  const owa = (build: string | null, body: object = {}) =>
    fact('web-answer', {
      service: 'owa',
      status: 200,
      schemes: [],
      url: 'https://mail.test/owa/auth/logon.aspx',
      build,
      ...body,
    });
  const listed = (server: string, build: string) => fact('exchange-server', { server, build }, {});
  const judged = (version: string, given: Parameters<typeof judge>[2]) =>
    judge(exchangeVersion, mailTarget({ version }), given);

  it.each([
    ['2010-sp3', '14.3.123.4'],
    ['2013', '15.0.1497'],
    ['2016', '15.1.2507'],
    ['2019', '15.2.1748'],
    ['se', '15.2.2562'],
    ['online', '15.20.7091.11'],
  ])('%s whose OWA names %s is healthy', (version, build) =>
    expect(judged(version, [owa(build)])).toMatchObject({
      is: 'healthy',
      says: expect.stringMatching(new RegExp(`OWA names Exchange .* \\(build ${build}\\), seen from site hq`)),
    }),
  );

  it.each([
    ['2010-sp1', '14.3.123.4', /2010-sp1 is configured, but .* calls itself Exchange 2010 SP3 \(build 14\.3\.123\.4\)/],
    ['2019', '15.2.2562', /calls itself Exchange SE/],
    ['2016', '15.20.7091.11', /calls itself Exchange Online/],
    ['2016', '8.3.83.6', /calls itself Exchange 2007/],
  ])('%s whose OWA names %s is a warning', (version, build, says) => {
    const said = judged(version, [owa(build)]);
    expect(said).toMatchObject({
      is: 'problem',
      findings: [{ severity: 'warning', certainty: 'likely', says: expect.stringMatching(says), remedies: [] }],
    });
  });

  it('of IMAP and OWA one is the front end of another server: it says so and concludes nothing', () => {
    expect(judged('2013', [bye('2013 '), owa('15.1.2507')])).toMatchObject({
      is: 'problem',
      findings: [
        {
          severity: 'notice',
          certainty: 'possible',
          says: 'OWA names Exchange 2016 (build 15.1.2507), seen from site hq and the server calls itself Exchange 2013, seen from site hq: one of them is the front end of another server, so neither proves the version of the mailbox server. Commands stay those for 2013, as configured.',
        },
      ],
    });
    expect(judged('2010-sp3', [bye('2013 '), owa('15.1.2507')])).toMatchObject({
      findings: [{ severity: 'warning', says: expect.stringMatching(/Exchange 2013 and 2016 \(build 15\.1\.2507\)/) }],
    });
  });

  it('what Get-ExchangeServer listed is certain, and mixed servers are told', () => {
    expect(judged('2016', [listed('EX01', '15.1.2507.6')]).is).toBe('healthy');
    expect(judged('2016', [listed('EX01', '15.1.2507.6'), listed('EX02', '15.2.1748.10')])).toMatchObject({
      is: 'problem',
      findings: [
        {
          certainty: 'proven',
          says: expect.stringMatching(/Get-ExchangeServer shows Exchange 2019 \(EX02, build 15\.2\.1748\.10\)/),
        },
      ],
    });
  });

  it('a web server that is no Exchange proves nothing, and is named', () => {
    expect(judged('2016', [owa(null, { server: 'nginx/1.22.1', frontEnd: null })])).toMatchObject({
      is: 'not-applicable',
      says: expect.stringMatching(/names no build of Exchange \(it calls itself «nginx\/1\.22\.1»\)/),
    });
    expect(judged('2016', [owa('1.2.3')]).is).toBe('not-applicable');
  });

  it('judges single inbox as well', () =>
    expect(judge(exchangeVersion, inboxTarget({ version: '2019' }), [owa('15.2.1748')]).is).toBe('healthy'));

  it('is the same in any order', () => {
    const given = [bye('2010 ', 'a'), bye('2013 ', 'b'), owa('15.2.1748'), listed('EX02', '15.0.1.1')];
    expect(judged('2016', given)).toEqual(judged('2016', [...given].reverse()));
  });
});
