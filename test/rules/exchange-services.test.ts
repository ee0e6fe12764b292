import { exchangeServices } from '../../src/rules/exchange-services.js';
import { fact, mailTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const stopped = { status: 'Stopped' };
const earlier = { at: '2026-11-21T07:00:00.000Z' };

ruleTable(exchangeServices, mailTarget(), [
  { name: 'nobody has read them', given: [], is: 'not-applicable' },
  {
    name: 'Exchange Online',
    target: mailTarget({ version: 'online' }),
    given: [fact('service-state', stopped)],
    is: 'not-applicable',
  },
  {
    name: 'all of it works',
    given: [fact('service-state'), fact('component-state')],
    is: 'healthy',
    says: /MSExchangeIMAP4 and ImapProxy do their work|ImapProxy and MSExchangeIMAP4 do their work/,
  },
  {
    name: 'IMAP is stopped, and its port refuses',
    given: [fact('service-state', stopped), fact('tcp-connect', { outcome: 'refused', code: 'ECONNREFUSED' })],
    is: 'problem',
    findings: 1,
    severity: 'critical',
    certainty: 'proven',
    says: /MSExchangeIMAP4 Stopped on EX01: nobody can fetch/,
    because: /ECONNREFUSED/,
    remedies: ['start-imap-services'],
  },
  {
    name: 'the back end is stopped: the front end greets all the same',
    given: [fact('service-state', { service: 'MSExchangeIMAP4BE', ...stopped }, earlier), fact('imap-greeting')],
    is: 'problem',
    says: /no mailbox opens/,
  },
  {
    name: 'a service that has been starting, or is paused, serves nobody',
    given: [fact('service-state', { status: 'StartPending' })],
    is: 'problem',
    certainty: 'proven',
    says: /MSExchangeIMAP4 StartPending on EX01: nobody can fetch agent email/,
  },
  {
    name: 'was stopped, and greets since',
    given: [fact('service-state', stopped, earlier), fact('imap-greeting')],
    is: 'healthy',
  },
  {
    name: 'is stopped, and greets in a record, which may be of any time',
    given: [fact('service-state', stopped, earlier), fact('imap-greeting', {}, { file: 'telnet.txt' })],
    is: 'problem',
    certainty: 'proven',
  },
  {
    name: 'a component is inactive',
    given: [fact('component-state', { server: null, state: 'inactive' })],
    is: 'problem',
    certainty: 'proven',
    says: /ImapProxy inactive, as in maintenance/,
    asks: [/on purpose/],
    remedies: ['activate-imap-proxy'],
  },
  {
    name: 'the transport is stopped: no remedy of ours',
    given: [fact('service-state', { service: 'MSExchangeTransport', ...stopped })],
    is: 'problem',
    says: /no reply of an agent/,
    remedies: [],
  },
  {
    name: 'the transport behind is stopped: the front end greets all the same',
    given: [fact('service-state', { service: 'MSExchangeTransport', ...stopped }, earlier), fact('smtp-banner')],
    is: 'problem',
    says: /MSExchangeTransport Stopped on EX01: SMTP greets and no reply of an agent is taken/,
  },
  {
    name: 'the transport behind was stopped, and a message has arrived since',
    given: [
      fact('service-state', { service: 'MSExchangeTransport', ...stopped }, earlier),
      fact('mail-loop', { stage: 'done', code: 250 }),
    ],
    is: 'healthy',
  },
  {
    name: 'on 2010 it is the transport itself that greets',
    target: mailTarget({ version: '2010-sp3' }),
    given: [fact('service-state', { service: 'MSExchangeTransport', ...stopped }, earlier), fact('smtp-banner')],
    is: 'healthy',
  },
  {
    name: 'one server of two',
    target: mailTarget({ servers: ['EX01', 'EX02'] }),
    given: [fact('service-state', stopped), fact('service-state', { server: 'EX02.contoso.test' })],
    is: 'problem',
    severity: 'warning',
  },
  {
    name: 'one server of two, and one of the two greets since: nobody knows which',
    target: mailTarget({ servers: ['EX01', 'EX02'] }),
    given: [
      fact('service-state', { server: 'EX02', ...stopped }, earlier),
      fact('service-state', {}, earlier),
      fact('imap-greeting'),
    ],
    is: 'problem',
    severity: 'warning',
    certainty: 'likely',
    says: /MSExchangeIMAP4 Stopped on EX02: of that server, nobody can fetch/,
  },
  {
    name: 'both were stopped, and one of them greets since',
    target: mailTarget({ servers: ['EX01', 'EX02'] }),
    given: [
      fact('service-state', stopped, earlier),
      fact('service-state', { server: 'EX02', ...stopped }, earlier),
      fact('imap-greeting'),
    ],
    is: 'problem',
    severity: 'warning',
    certainty: 'likely',
  },
  {
    name: 'a server that is none of ours',
    given: [fact('service-state', { server: 'OTHER', ...stopped })],
    is: 'unknown',
  },
]);
