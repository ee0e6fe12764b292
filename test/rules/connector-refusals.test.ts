import { connectorRefusals } from '../../src/rules/connector-refusals.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

type EventBody = Parameters<typeof fact<'exchange-event'>>[1];
const transport = (body: EventBody) =>
  fact('exchange-event', {
    provider: 'MSExchangeTransport',
    id: 1021,
    subject: '10.4.3.20',
    limit: 20,
    of: 'Client Frontend EX01',
    ...body,
  });
const refusal = (text: string, body: Parameters<typeof fact<'smtp-refusal'>>[1] = {}, at?: string) =>
  fact('smtp-refusal', { text, code: Number(text.slice(0, 3)), ...body }, at ? { at } : {});
const RATE = '421 4.4.2 Message submission rate for this client has exceeded the configured limit';
const rate = (body: Parameters<typeof fact<'smtp-refusal'>>[1] = {}, at?: string) =>
  refusal(RATE, { after: 'mail-from', enhanced: '4.4.2', ...body }, at);
const relay = '550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain';
const EARLIER = '2026-11-21T07:00:00.000Z';
const LONG_AGO = { first: '2026-09-01T07:30:00.000Z', last: '2026-09-01T07:30:00.000Z' };

const target = mailTarget({ clientAddress: '10.4.3.20', smtp: { connector: 'Client Frontend EX01' } });
const unnamed = mailTarget();

ruleTable(
  connectorRefusals,
  target,
  [
    { name: 'nothing was read', given: [], is: 'not-applicable', says: /^nobody has read/ },
    {
      name: 'event 1021 with the address of UCCX',
      given: [transport({ about: 'connector-per-source' })],
      is: 'problem',
      severity: 'critical',
      certainty: 'proven',
      says: /Client Frontend EX01 turned connections of 10\.4\.3\.20 away: one address may hold 20 at once/,
      remedies: ['dedicated-receive-connector'],
    },
    {
      name: 'event 1021 where the address of UCCX is not known: it may be of a printer',
      target: unnamed,
      given: [transport({ about: 'connector-per-source' })],
      is: 'problem',
      certainty: 'possible',
      says: /turned connections of 10\.4\.3\.20 away/,
      remedies: [],
      asks: [/Is it the address of UCCX/],
    },
    {
      name: 'event 1021 of another address',
      given: [transport({ about: 'connector-per-source', subject: '10.9.9.9' })],
      is: 'not-applicable',
    },
    {
      name: 'event 1021 of three months ago',
      given: [transport({ about: 'connector-per-source', ...LONG_AGO })],
      is: 'problem',
      severity: 'notice',
      certainty: 'possible',
      says: /more than 7 days before this look/,
      remedies: [],
      asks: [/Has it happened again since/],
    },
    {
      name: 'event 1021, and the limit was raised after it',
      given: [
        transport({ about: 'connector-per-source' }),
        fact('connector-limits', { connector: 'EX01\\Client Frontend EX01', connectionsPerSource: 250 }),
      ],
      is: 'healthy',
      says: /^it is over, by what was seen since: Client Frontend EX01 turned connections of 10\.4\.3\.20 away/,
    },
    {
      name: 'event 1021, and the limit was read before it, however high',
      given: [
        transport({ about: 'connector-per-source' }),
        fact('connector-limits', { connectionsPerSource: 250 }, { at: '2026-11-20T08:00:00.000Z' }),
      ],
      is: 'problem',
      certainty: 'proven',
    },
    {
      name: 'event 1021, and another connector allows more',
      given: [
        transport({ about: 'connector-per-source' }),
        fact('connector-limits', { connector: 'Relay EX01', connectionsPerSource: 'unlimited' }),
      ],
      is: 'problem',
      certainty: 'proven',
    },
    {
      name: 'event 1021 without a time, and the limit that it names was raised: nobody knows which came first',
      given: [
        transport({ about: 'connector-per-source', first: null, last: null, utc: false }),
        fact('connector-limits', { connectionsPerSource: 250 }),
      ],
      is: 'problem',
      certainty: 'likely',
    },
    {
      name: 'event 1009 of the transport',
      given: [transport({ about: 'connector-in-all', id: 1009, subject: null, limit: 5000 })],
      is: 'problem',
      certainty: 'proven',
      says: /was full: it takes 5000 connections of all senders together/,
      remedies: [],
      asks: [/Who fills it/],
    },
    {
      name: 'a login that was refused',
      given: [transport({ about: 'smtp-login', id: 1035, limit: null, detail: 'LogonDenied, Login' })],
      is: 'problem',
      certainty: 'proven',
      says: /refused logins of 10\.4\.3\.20/,
      remedies: [],
      asks: [/The directory knows/],
    },
    {
      name: 'a login that was refused, and the event of it: smtp-login tells that',
      given: [
        transport({ about: 'smtp-login', id: 1035, limit: null, detail: 'LogonDenied, Login' }),
        fact('smtp-login', { outcome: 'refused', code: 535, text: 'Authentication unsuccessful' }),
      ],
      is: 'not-applicable',
    },
    {
      name: 'a login that was refused, and one that was accepted since',
      given: [
        transport({ about: 'smtp-login', id: 1035, limit: null, detail: 'LogonDenied, Login' }),
        fact('smtp-login'),
      ],
      is: 'healthy',
      says: /refused logins of 10\.4\.3\.20/,
    },
    {
      name: 'short of disk',
      given: [transport({ about: 'pressure', id: 15006, subject: null, limit: null, of: 'disk' })],
      is: 'problem',
      certainty: 'proven',
      says: /short of disk/,
      remedies: [],
    },
    {
      name: 'short of disk until a message was taken',
      given: [transport({ about: 'pressure', id: 15006, subject: null, limit: null, of: 'disk' }), fact('mail-loop')],
      is: 'healthy',
      says: /short of disk/,
    },
    {
      name: 'raised since, on the other of two servers',
      target: mailTarget({ clientAddress: '10.4.3.20', servers: ['EX01', 'EX02'], smtp: { connector: 'UCCX' } }),
      given: [
        transport({ about: 'connector-per-source', of: 'UCCX' }),
        fact('connector-limits', { connector: 'EX02\\UCCX', connectionsPerSource: 100 }),
      ],
      is: 'problem',
      severity: 'critical',
      certainty: 'proven',
    },
    {
      name: 'raised since, on one of two servers, and nobody knows which',
      target: mailTarget({ clientAddress: '10.4.3.20', servers: ['EX01', 'EX02'], smtp: { connector: 'UCCX' } }),
      given: [
        transport({ about: 'connector-per-source', of: 'UCCX' }),
        fact('connector-limits', { connector: 'UCCX', connectionsPerSource: 100 }),
      ],
      is: 'problem',
      severity: 'critical',
    },
    {
      name: 'short of memory, and one of two servers has taken a message since',
      target: mailTarget({ clientAddress: '10.4.3.20', servers: ['EX01', 'EX02'] }),
      given: [
        transport({ about: 'pressure', id: 15004, subject: null, limit: null, of: 'memory' }),
        refusal('452 4.3.1 Insufficient system resources', { after: 'mail-from', enhanced: '4.3.1' }, EARLIER),
        fact('mail-loop', { stage: 'done', code: 250 }),
      ],
      is: 'problem',
      findings: 2,
      severity: 'critical',
    },
    {
      name: 'raised since, on that one of two servers',
      target: mailTarget({ clientAddress: '10.4.3.20', servers: ['EX01', 'EX02'], smtp: { connector: 'UCCX' } }),
      given: [
        transport({ about: 'connector-per-source', of: 'UCCX', server: 'EX01.contoso.test' }),
        fact('connector-limits', { connector: 'EX01\\UCCX', connectionsPerSource: 100 }),
      ],
      is: 'healthy',
    },
    {
      name: 'raised since, on that one of two servers, whose name the connector bears',
      target: mailTarget({ clientAddress: '10.4.3.20', servers: ['EX01', 'EX02'] }),
      given: [transport({ about: 'connector-per-source' }), fact('connector-limits', { connectionsPerSource: 100 })],
      is: 'healthy',
    },
    {
      name: 'over the rate, recorded',
      given: [rate()],
      is: 'problem',
      severity: 'critical',
      certainty: 'likely',
      says: /sent too much in a minute \(after MAIL FROM\)/,
      remedies: ['raise-connector-rate'],
    },
    {
      name: 'over the rate in a log of three months ago',
      given: [rate({ remote: '10.4.3.20' }, '2026-09-01T08:00:00.000Z')],
      is: 'problem',
      severity: 'notice',
      certainty: 'possible',
      says: /more than 7 days before this look/,
      remedies: [],
    },
    {
      name: 'over the rate, in a protocol log, of another address',
      given: [rate({ remote: '10.9.9.9', connector: 'Default Frontend EX01' })],
      is: 'not-applicable',
      says: /of other senders than UCCX/,
    },
    {
      name: 'over the rate, in a protocol log, where the address of UCCX is not known',
      target: unnamed,
      given: [rate({ remote: '10.9.9.9', connector: 'Default Frontend EX01' })],
      is: 'problem',
      certainty: 'possible',
      says: /^Default Frontend EX01 turned a message away because one sender sent too much in a minute \(10\.9\.9\.9, after MAIL FROM\)/,
      remedies: [],
      asks: [/Is it the address of UCCX/, /Which connector answers/],
    },
    {
      name: 'a message that is taken is no proof that the rate is never met',
      given: [rate(), fact('mail-loop')],
      is: 'problem',
      certainty: 'likely',
    },
    {
      name: 'no right to relay, recorded',
      given: [refusal(relay, { after: 'rcpt-to', enhanced: '5.7.54' })],
      is: 'problem',
      severity: 'critical',
      certainty: 'possible',
      says: /would not take mail for that recipient/,
      remedies: [],
    },
    {
      name: 'a customer who has no such address: one message, not the connector',
      given: [refusal('550 5.1.1 RESOLVER.ADR.RecipNotFound; not found', { after: 'rcpt-to', enhanced: '5.1.1' })],
      is: 'problem',
      severity: 'warning',
      certainty: 'possible',
      says: /knows no such recipient \(after RCPT TO\)/,
      asks: [/Is the address right/],
    },
    {
      name: 'an attachment that is too large',
      given: [
        refusal('552 5.3.4 Message size exceeds fixed maximum message size', { after: 'data', enhanced: '5.3.4' }),
      ],
      is: 'problem',
      severity: 'warning',
      says: /would not take a message of that size/,
      asks: [/Which connector answers/],
    },
    {
      name: 'a rate that all agents share, by port whatever the name is, with no change before the answer',
      given: [fact('connector-limits', { connector: 'EX01\\Anders', ports: [587], messagesPerMinute: 5 })],
      is: 'problem',
      severity: 'notice',
      certainty: 'possible',
      says: /Anders takes 5 messages a minute/,
      remedies: [],
    },
    {
      name: 'limits that are enough',
      given: [fact('connector-limits', { messagesPerMinute: 'unlimited' })],
      is: 'not-applicable',
      says: /limits alone prove nothing/,
    },
    {
      name: 'the connector of another port',
      given: [fact('connector-limits', { connector: 'EX01\\Client Proxy EX01', ports: [465] })],
      is: 'not-applicable',
    },
    {
      name: 'Exchange Online',
      target: mailTarget({ version: 'online' }),
      given: [transport({ about: 'connector-per-source' })],
      is: 'not-applicable',
    },
  ],
  {
    unknown:
      'it has only what somebody read, and whoever saw a refusal asks for that (smtp-banner, smtp-login, mail-loop); by itself it would make every other check inconclusive',
  },
);
