import { smtpBanner } from '../../src/rules/smtp-banner.js';
import { fact, mailTarget } from '../support/build.js';
import { type Row, ruleTable } from '../support/rule-table.js';

const rejected = (text: string, from = {}) =>
  fact('smtp-banner', { outcome: 'rejected', code: Number(text.slice(0, 3)), enhanced: '4.3.2', text }, from);
const perSource =
  '421 4.3.2 The maximum number of concurrent server connections has exceeded a per-source limit, closing transmission channel';
const elsewhere = { site: 'lab', vantages: ['agent-side'] };
ruleTable(
  smtpBanner,
  mailTarget({ clientAddress: '10.4.4.95' }),
  [
    { name: 'greets', given: [fact('smtp-banner')], is: 'healthy' },
    { name: 'nobody looked', given: [], is: 'unknown' },
    ...[
      ['Postfix', '220 gate.contoso.test ESMTP Postfix (Debian/GNU)'],
      ['Sendmail', 'gate.contoso.test ESMTP Sendmail 8.15.2/8.15.2; Sat, 21 Nov 2026 08:00:00 GMT'],
      ['Exim', '220 gate.contoso.test ESMTP Exim 4.96 Sat, 21 Nov 2026 08:00:00 +0000'],
      ['IronPort', '220 esa.contoso.test ESMTP IronPort C170'],
      ['Proofpoint', '220 mx.contoso.test ESMTP Proofpoint Protection Server'],
    ].map(
      ([name = '', text = '']): Row => ({
        name: `${name}, which is a relay before Exchange or in its place`,
        given: [fact('smtp-banner', { text })],
        is: 'problem',
        severity: 'notice',
        certainty: 'likely',
        says: new RegExp(`is ${name} by its own words, and not Exchange: limits and rights on this hop are its own`),
        because: new RegExp(name),
        asks: [new RegExp(`meant to send by way of ${name}`)],
        remedies: [],
      }),
    ),
    {
      name: 'stars of a firewall',
      given: [fact('smtp-banner', { text: '220 ***************************************************2******0*****' })],
      is: 'problem',
      severity: 'notice',
      says: /greets in stars: a firewall that inspects SMTP stands in between/,
      asks: [/inspect esmtp/],
    },
    {
      name: 'a banner that somebody changed names no product',
      given: [fact('smtp-banner', { text: '220 mail.contoso.test ESMTP ready *** authorised use only ***' })],
      is: 'healthy',
    },
    {
      name: 'Exchange on a machine that is called like a product',
      given: [fact('smtp-banner', { text: '220 postfix.contoso.test Microsoft ESMTP MAIL Service ready' })],
      is: 'healthy',
    },
    {
      name: 'per source, from where UCCX is',
      given: [rejected(perSource)],
      is: 'problem',
      certainty: 'likely',
      remedies: ['dedicated-receive-connector'],
      says: /one address holds too many/,
      asks: [/Event 1021/, /narrowest/],
    },
    {
      name: 'the words of 2010, with limits read and no address known: the connector itself, should it be the limit of one address',
      target: mailTarget({ version: '2010-sp3', smtp: { connector: 'CAS01\\Client CAS01' } }),
      given: [
        rejected(
          '421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel',
        ),
        fact('connector-limits', { connector: 'CAS01\\Client CAS01', connectionsPerSource: 20 }),
      ],
      is: 'problem',
      certainty: 'possible',
      remedies: [],
      ifSo: ['raise-connector-limits'],
    },
    {
      name: 'per source, from elsewhere counts another address',
      given: [rejected(perSource, elsewhere)],
      is: 'problem',
      certainty: 'possible',
      remedies: [],
    },
    {
      name: 'per source, address not configured, connector read',
      target: mailTarget({ smtp: { connector: 'Client Frontend EX01' } }),
      given: [rejected(perSource), fact('connector-limits', {}, { statedOn: '2026-11-01' })],
      is: 'problem',
      remedies: ['raise-connector-limits'],
    },
    {
      name: 'per source, nothing known',
      target: mailTarget(),
      given: [rejected(perSource)],
      is: 'problem',
      certainty: 'possible',
      remedies: [],
    },
    {
      name: 'the words of 2010',
      target: mailTarget({ version: '2010-sp3' }),
      given: [
        rejected(
          '421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel',
        ),
      ],
      is: 'problem',
      certainty: 'possible',
      says: /one address or all together/,
    },
    {
      name: 'the words of 2010, with low limits of the connector read: still nobody can tell which of them it was',
      target: mailTarget({ version: '2010-sp3', smtp: { connector: 'Client CAS01' }, clientAddress: '10.4.4.95' }),
      given: [
        rejected(
          '421 4.3.2 The maximum number of concurrent connections has exceeded a limit, closing transmission channel',
        ),
        fact('connector-limits', { connector: 'Client CAS01', connectionsPerSource: 20, connections: 100 }),
      ],
      is: 'problem',
      certainty: 'possible',
      remedies: [],
      asks: [/Event 1021/, /narrowest/],
    },
    {
      name: 'in all',
      given: [
        rejected(
          '421 4.3.2 The maximum number of concurrent server connections has exceeded a limit, closing transmission channel',
        ),
      ],
      is: 'problem',
      remedies: [],
      says: /all senders together/,
    },
    {
      name: 'rate',
      given: [rejected('421 4.4.2 Message submission rate for this client has exceeded the configured limit')],
      is: 'problem',
      says: /too much in a minute/,
    },
    {
      name: 'not available',
      given: [rejected('421 4.3.2 Service not available')],
      is: 'problem',
      says: /service is not available/,
      asks: [/FrontendTransport and HubTransport Active/],
    },
    {
      name: 'not active',
      given: [rejected('421 4.3.2 Service not active')],
      is: 'problem',
      says: /service is not available/,
    },
    { name: 'another code', given: [rejected('554 5.7.1 go away')], is: 'problem', because: /«554 5\.7\.1 go away»/ },
    {
      name: 'silence here, a greeting there',
      given: [
        fact('smtp-banner', { outcome: 'silent', code: null, text: null }),
        fact('smtp-banner', {}, { site: 'branch' }),
      ],
      is: 'problem',
      severity: 'warning',
      says: /says nothing; it greets site branch/,
    },
    {
      name: 'ended',
      given: [fact('smtp-banner', { outcome: 'closed', code: null, text: null })],
      is: 'problem',
      says: /ends it before a greeting/,
    },
    {
      name: 'Online',
      target: mailTarget({ version: 'online', clientAddress: '10.4.4.95' }),
      given: [rejected(perSource)],
      is: 'problem',
      remedies: [],
      commands: [],
    },
  ],
  { 'not-applicable': 'every mail target has an SMTP service to be greeted by' },
);
