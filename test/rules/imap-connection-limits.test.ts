import { imapConnectionLimits } from '../../src/rules/imap-connection-limits.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

type EventBody = Parameters<typeof fact<'exchange-event'>>[1];
const event = (about: 'imap-per-address' | 'imap-in-all', body: EventBody = {}) =>
  fact('exchange-event', {
    about,
    provider: 'MSExchangeIMAP4',
    id: about === 'imap-in-all' ? 1101 : 1103,
    subject: about === 'imap-in-all' ? null : '10.4.3.20',
    limit: 20,
    of: null,
    ...body,
  });
const read = (
  maxConnectionsFromSingleIp: number | null,
  maxConnections: number | null,
  server: string | null = 'EX01',
) => fact('imap-service-limits', { server, maxConnectionsFromSingleIp, maxConnections }, { file: 'a.txt:3' });
const finesse = mailTarget({ desktop: 'finesse', clientAddress: '10.4.3.20' });

ruleTable(
  imapConnectionLimits,
  finesse,
  [
    { name: 'nothing was read', given: [], is: 'not-applicable', says: /that alone proves nothing/ },
    {
      name: 'event 1103 with the address of UCCX',
      given: [event('imap-per-address')],
      is: 'problem',
      severity: 'critical',
      certainty: 'proven',
      says: /turned connections of 10\.4\.3\.20 away: one address had reached its limit of 20\.$/,
      because: /event 1103 of MSExchangeIMAP4 on EX01/,
      remedies: ['raise-imap-address-limit'],
      asks: [],
    },
    {
      name: 'event 1103 without a number: nothing to raise it from',
      given: [event('imap-per-address', { limit: null })],
      is: 'problem',
      certainty: 'proven',
      remedies: [],
    },
    {
      name: 'event 1103 without a number, and Get-ImapSettings with one',
      given: [event('imap-per-address', { limit: null }), read(20, 2000)],
      is: 'problem',
      certainty: 'proven',
      remedies: ['raise-imap-address-limit'],
    },
    {
      name: 'both limits were read and are as shipped',
      given: [read(2_147_483_647, 2_147_483_647)],
      is: 'healthy',
      says: /all clients together hold 2147483647 connections and one address 2147483647; UCCX needs 4$/,
    },
    {
      name: 'both limits of a server that the output does not name, of two',
      target: mailTarget({ desktop: 'finesse', servers: ['EX01', 'EX02'] }),
      given: [read(2_147_483_647, 2_147_483_647, null)],
      is: 'not-applicable',
      says: /that alone proves nothing/,
    },
    {
      name: 'one of them was not said',
      given: [read(null, 2000)],
      is: 'not-applicable',
      says: /that alone proves nothing/,
    },
    {
      name: 'both were read of one server of two',
      target: mailTarget({ desktop: 'finesse', servers: ['EX01', 'EX02'] }),
      given: [read(2000, 2000)],
      is: 'not-applicable',
    },
    {
      name: 'one address gets less than SocialMiner alone opens',
      given: [read(3, 2000)],
      is: 'problem',
      severity: 'critical',
      certainty: 'likely',
      says: /^The IMAP service of EX01 lets one address hold 3 connections; SocialMiner or CCP alone needs 4\.$/,
      because: /MaxConnectionFromSingleIP 3, MaxConnections 2000 on EX01$/,
      remedies: ['raise-imap-address-limit'],
    },
    {
      name: 'all together get less than two for each agent, on one server of two',
      target: mailTarget({ agents: 40, servers: ['EX01', 'EX02'] }),
      given: [read(2000, 2000), read(2000, 60, 'EX02')],
      is: 'problem',
      severity: 'critical',
      certainty: 'proven',
      says: /^The IMAP service of EX02 lets all clients together hold 60 connections; UCCX alone needs 84\.$/,
      remedies: ['raise-imap-total-limit'],
    },
    {
      name: 'with CAD each PC has an address of its own, unless they share one',
      target: mailTarget({ agents: 40 }),
      given: [read(20, 2000)],
      is: 'healthy',
      says: /one address 20; UCCX needs 84, which would not fit where all agents share one address \(NAT, Citrix, a balancer\)$/,
    },
    {
      name: 'event 1103 of another address, with Finesse',
      given: [event('imap-per-address', { subject: '10.9.9.9' })],
      is: 'not-applicable',
    },
    {
      name: 'event 1103 of another address, with CAD: it may be a terminal server',
      target: mailTarget({ clientAddress: '10.4.3.20' }),
      given: [event('imap-per-address', { subject: '10.9.9.9' })],
      is: 'problem',
      certainty: 'possible',
      says: /connections of 10\.9\.9\.9 away/,
      remedies: [],
      asks: [/that many agents share \(NAT, Citrix, a balancer\)/],
    },
    {
      name: 'event 1101',
      given: [event('imap-in-all', { limit: 2000 })],
      is: 'problem',
      certainty: 'proven',
      says: /was full and turned connections away: all clients together had reached its limit of 2000/,
      asks: [/Who holds the connections/],
      remedies: ['raise-imap-total-limit'],
    },
    {
      name: 'event 1101 of three months ago',
      given: [event('imap-in-all', { first: null, last: '2026-08-20T08:00:00.000Z' })],
      is: 'problem',
      severity: 'notice',
      certainty: 'possible',
      remedies: [],
      says: /says nothing about now/,
    },
    {
      name: 'a climb from one address went above the limit later',
      given: [event('imap-per-address'), fact('imap-ladder', { opened: 40 })],
      is: 'healthy',
      says: /40 sessions of one address were let in since event 1103/,
    },
    {
      name: 'a climb that went above it, where a balancer spreads it over two servers',
      target: mailTarget({ desktop: 'finesse', clientAddress: '10.4.3.20', servers: ['EX01', 'EX02'] }),
      given: [event('imap-per-address'), fact('imap-ladder', { opened: 40 })],
      is: 'problem',
      severity: 'critical',
      certainty: 'proven',
    },
    {
      name: 'a climb that went above it, in a table that may be of any time',
      given: [event('imap-per-address'), fact('imap-ladder', { opened: 40 }, { file: 'ladder.csv' })],
      is: 'problem',
      severity: 'critical',
      certainty: 'proven',
    },
    {
      name: 'a climb that stayed below it',
      given: [event('imap-per-address'), fact('imap-ladder', { opened: 20 })],
      is: 'problem',
      certainty: 'proven',
    },
    {
      name: 'a limit on one account is told elsewhere',
      given: [fact('exchange-event', { about: 'imap-per-user', provider: 'MSExchangeIMAP4', id: 1009 })],
      is: 'not-applicable',
    },
    {
      name: 'Exchange Online',
      target: mailTarget({ version: 'online' }),
      given: [event('imap-in-all')],
      is: 'not-applicable',
    },
  ],
  { unknown: 'an event tells or there is none; imap-greeting, which sees a connection end, asks for it' },
);
