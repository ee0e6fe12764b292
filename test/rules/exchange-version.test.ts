import { describe, expect, it } from 'vitest';
import { exchangeVersion } from '../../src/rules/exchange-version.js';
import { fact, mailTarget } from '../support/build.js';
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

  it('is the same in any order', () => {
    const given = [bye('2010 ', 'a'), bye('2013 ', 'b'), bye('2016 ', 'c')];
    expect(verdict('2016', ...given)).toEqual(verdict('2016', ...[...given].reverse()));
  });
});
