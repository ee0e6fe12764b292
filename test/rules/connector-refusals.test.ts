import { expect, it } from 'vitest';
import { connectorRefusals } from '../../src/rules/connector-refusals.js';
import { fact, mailTarget } from '../support/build.js';
import { judge } from '../support/rule-table.js';

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
const refusal = (text: string, body: Parameters<typeof fact<'smtp-refusal'>>[1] = {}) =>
  fact('smtp-refusal', { text, code: Number(text.slice(0, 3)), ...body });
const target = mailTarget({ clientAddress: '10.4.3.20', smtp: { connector: 'Client Frontend EX01' } });
const unnamed = mailTarget();

it.each([
  {
    name: 'event 1021 with the address of UCCX',
    target,
    given: [transport({ about: 'connector-per-source' })],
    certainty: 'proven',
    says: /Client Frontend EX01 turned connections of 10\.4\.3\.20 away: one address may hold 20 at once/,
    remedies: ['dedicated-receive-connector'],
  },
  {
    name: 'event 1021 where the address of UCCX is not known',
    target: unnamed,
    given: [transport({ about: 'connector-per-source' })],
    certainty: 'likely',
    says: /turned connections of 10\.4\.3\.20 away/,
    remedies: [],
  },
  {
    name: 'event 1009 of the transport',
    target,
    given: [transport({ about: 'connector-in-all', id: 1009, subject: null, limit: 5000 })],
    certainty: 'proven',
    says: /was full: it takes 5000 connections of all senders together/,
    remedies: [],
  },
  {
    name: 'a login that was refused',
    target,
    given: [transport({ about: 'smtp-login', id: 1035, limit: null, detail: 'LogonDenied, Login' })],
    certainty: 'proven',
    says: /refused logins of 10\.4\.3\.20/,
    remedies: [],
  },
  {
    name: 'short of disk',
    target,
    given: [transport({ about: 'pressure', id: 15006, subject: null, limit: null, of: 'disk' })],
    certainty: 'proven',
    says: /short of disk/,
    remedies: [],
  },
  {
    name: 'over the rate, recorded',
    target,
    given: [
      refusal('421 4.4.2 Message submission rate for this client has exceeded the configured limit', {
        after: 'mail-from',
        enhanced: '4.4.2',
      }),
    ],
    certainty: 'likely',
    says: /sent too much in a minute \(after MAIL FROM\)/,
    remedies: ['raise-connector-rate'],
  },
  {
    name: 'no right to relay, recorded',
    target,
    given: [
      refusal('550 5.7.54 SMTP; Unable to relay recipient in non-accepted domain', {
        after: 'rcpt-to',
        enhanced: '5.7.54',
      }),
    ],
    certainty: 'possible',
    says: /would not take mail for that recipient/,
    remedies: [],
  },
])('$name', ({ target: of, given, certainty, says, remedies }) => {
  const verdict = judge(connectorRefusals, of, given);
  expect(verdict).toMatchObject({
    is: 'problem',
    findings: [{ severity: 'critical', certainty, says: expect.stringMatching(says) }],
  });
  if (verdict.is === 'problem') expect(verdict.findings[0]?.remedies.map(({ id }) => id)).toEqual(remedies);
});

it('asks about a rate that all agents share, by port whatever the name is, and offers no change before the answer', () => {
  const limits = fact('connector-limits', { connector: 'EX01\\Anders', ports: [587], messagesPerMinute: 5 });
  const verdict = judge(connectorRefusals, target, [limits]);
  expect(verdict).toMatchObject({
    is: 'problem',
    findings: [
      {
        severity: 'notice',
        certainty: 'possible',
        remedies: [],
        says: expect.stringMatching(/Anders takes 5 messages a minute/),
      },
    ],
  });
});

it.each([
  ['enough', [fact('connector-limits', { messagesPerMinute: 'unlimited' })], 'not-applicable'],
  [
    'the connector of another port',
    [fact('connector-limits', { connector: 'EX01\\Client Proxy EX01', ports: [465] })],
    'not-applicable',
  ],
  ['another address', [transport({ about: 'connector-per-source', subject: '10.9.9.9' })], 'not-applicable'],
  ['nothing', [], 'not-applicable'],
] as const)('%s', (_, given, is) => expect(judge(connectorRefusals, target, given).is).toBe(is));
