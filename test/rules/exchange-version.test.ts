import { exchangeVersion } from '../../src/rules/exchange-version.js';
import { fact, inboxTarget, mailTarget } from '../support/build.js';
import { type Row, ruleTable } from '../support/rule-table.js';

const bye = (year: string, site = 'hq') =>
  fact('imap-logout', { bye: `* BYE Microsoft Exchange Server ${year}IMAP4 server signing off.` }, { site });
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

const rows = (
  is: Row['is'],
  of: readonly (readonly [version: string, said: string, says: RegExp])[],
  given: (said: string) => Row['given'],
  more: Partial<Row> = {},
): Row[] =>
  of.map(([version, said, says]) => ({
    name: `${version}, which says «${said}»: ${is}`,
    target: mailTarget({ version }),
    given: given(said),
    is,
    says,
    ...more,
  }));

ruleTable(
  exchangeVersion,
  mailTarget(),
  [
    ...rows(
      'healthy',
      [
        ['2010-rtm', '2010 ', /calls itself Exchange 2010/],
        ['2010-sp3', '2010 ', /2010/],
        ['2013', '2013 ', /2013/],
        ['2016', '2016 ', /2016/],
      ],
      year => [bye(year)],
    ),
    ...rows(
      'problem',
      [
        ['2010-sp3', '2016 ', /2010-sp3 is configured, but .* calls itself Exchange 2016/],
        ['2016', '2010 ', /calls itself Exchange 2010/],
        ['2016', '2013 ', /calls itself Exchange 2013/],
        ['2013', '2007 ', /calls itself Exchange 2007/],
      ],
      year => [bye(year), bye('2016 ', 'branch')],
      {
        severity: 'warning',
        certainty: 'likely',
        remedies: [],
        because: /site hq: «\* BYE Microsoft Exchange Server 20\d\d IMAP4 server signing off\.»/,
        commands: ["Get-ExchangeServer | Format-List -Property 'Name','AdminDisplayVersion'"],
      },
    ),
    ...rows(
      'not-applicable',
      [
        ['2019', '2016 ', /does not tell whether it is 2019/],
        ['se', '', /does not tell whether it is se/],
        ['online', '2016 ', /does not tell/],
        ['2016', '', /does not tell/],
      ],
      year => [bye(year)],
    ),
    { name: 'nobody logged out', given: [], is: 'not-applicable' },
    { name: 'another server', given: [fact('imap-logout', { bye: '* BYE Logging out' })], is: 'not-applicable' },
    ...rows(
      'healthy',
      [
        ['2010-sp3', '14.3.123.4', /\(build 14\.3\.123\.4\), seen from site hq/],
        ['2013', '15.0.1497', /OWA names Exchange 2013/],
        ['2016', '15.1.2507', /OWA names Exchange 2016/],
        ['2019', '15.2.1748', /OWA names Exchange 2019/],
        ['se', '15.2.2562', /OWA names Exchange SE/],
        ['online', '15.20.7091.11', /OWA names Exchange Online/],
      ],
      build => [owa(build)],
    ),
    ...rows(
      'problem',
      [
        [
          '2010-sp1',
          '14.3.123.4',
          /2010-sp1 is configured, but .* calls itself Exchange 2010 SP3 \(build 14\.3\.123\.4\)/,
        ],
        ['2019', '15.2.2562', /calls itself Exchange SE/],
        ['2016', '15.20.7091.11', /calls itself Exchange Online/],
        ['2016', '8.3.83.6', /calls itself Exchange 2007/],
      ],
      build => [owa(build)],
      { severity: 'warning', certainty: 'likely', remedies: [] },
    ),
    {
      name: 'of IMAP and OWA one is the front end of another server: it says so and concludes nothing',
      target: mailTarget({ version: '2013' }),
      given: [bye('2013 '), owa('15.1.2507')],
      is: 'problem',
      severity: 'notice',
      certainty: 'possible',
      says: /^OWA names Exchange 2016 \(build 15\.1\.2507\), seen from site hq and the server calls itself Exchange 2013, seen from site hq: one of them is the front end of another server, so neither proves the version of the mailbox server\. Commands stay those for 2013, as configured\.$/,
    },
    {
      name: 'neither IMAP nor OWA fits',
      target: mailTarget({ version: '2010-sp3' }),
      given: [bye('2013 '), owa('15.1.2507')],
      is: 'problem',
      severity: 'warning',
      says: /Exchange 2013 and 2016 \(build 15\.1\.2507\)/,
    },
    { name: 'what Get-ExchangeServer listed', given: [listed('EX01', '15.1.2507.6')], is: 'healthy' },
    {
      name: 'mixed servers',
      given: [listed('EX01', '15.1.2507.6'), listed('EX02', '15.2.1748.10')],
      is: 'problem',
      certainty: 'proven',
      says: /Get-ExchangeServer shows Exchange 2019 \(EX02, build 15\.2\.1748\.10\)/,
    },
    {
      name: 'a web server that is no Exchange proves nothing, and is named',
      given: [owa(null, { server: 'nginx/1.22.1', frontEnd: null })],
      is: 'not-applicable',
      says: /names no build of Exchange \(it calls itself «nginx\/1\.22\.1»\)/,
    },
    { name: 'a build that Exchange never had', given: [owa('1.2.3')], is: 'not-applicable' },
    {
      name: 'everybody says something else',
      given: [bye('2010 ', 'a'), bye('2013 ', 'b'), owa('15.2.1748'), listed('EX02', '15.0.1.1')],
      is: 'problem',
      certainty: 'proven',
    },
    {
      name: 'single inbox as well',
      target: inboxTarget({ version: '2019' }),
      given: [owa('15.2.1748')],
      is: 'healthy',
    },
  ],
  {
    unknown:
      'with a version configured, silence contradicts nothing; without one the diagnosis itself says «unknown» in its place (test/diagnosis/version.test.ts)',
  },
);
