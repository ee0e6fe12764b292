import { expect, it } from 'vitest';
import { notifyEvents } from '../../src/rules/notify-events.js';
import { fact, inboxTarget } from '../support/build.js';
import { judge } from '../support/rule-table.js';

const target = inboxTarget();
const event = (
  of: string | null,
  detail: string | null = null,
  more: Parameters<typeof fact<'exchange-event'>>[1] = {},
) =>
  fact('exchange-event', {
    about: 'push-failed',
    provider: 'MSExchange Web Services',
    id: 6,
    subject: 'cuc.contoso.test:7080',
    limit: null,
    of,
    detail,
    ...more,
  });

/** No table of the usual kind: there is no healthy case, since that no such event was found proves nothing. */
it.each([
  {
    name: 'no connection',
    given: [event('ConnectFailure')],
    certainty: 'proven',
    says: /no connection came about, so the path from Exchange is cut/,
    remedies: ['open-port-7080'],
  },
  {
    name: 'a proxy answered',
    given: [event('ProtocolError', '407')],
    certainty: 'proven',
    says: /it was answered 407, which is a proxy/,
    remedies: ['bypass-proxy-for-7080'],
  },
  {
    name: 'no answer in time',
    given: [event('Timeout')],
    certainty: 'possible',
    says: /packets are dropped or Unity Connection is overloaded/,
    remedies: [],
  },
  {
    name: 'the page of a proxy',
    given: [event('too-large')],
    certainty: 'likely',
    says: /as the page of a proxy is/,
    remedies: ['bypass-proxy-for-7080'],
  },
  {
    name: 'a name that is not known there',
    given: [event('NameResolutionFailure')],
    certainty: 'proven',
    says: /name could not be resolved/,
    remedies: [],
  },
  {
    name: 'an answer of Unity Connection itself',
    given: [event('ProtocolError', '500')],
    certainty: 'possible',
    says: /neither path nor proxy/,
    remedies: [],
  },
  {
    name: 'no details',
    given: [event(null, null, { subject: null })],
    certainty: 'possible',
    says: /does not say how it failed/,
    remedies: [],
  },
])('$name', ({ given, certainty, says, remedies }) => {
  const verdict = judge(notifyEvents, target, given);
  expect(verdict).toMatchObject({
    is: 'problem',
    findings: [{ certainty, severity: 'warning', says: expect.stringMatching(says) }],
  });
  if (verdict.is === 'problem') expect(verdict.findings[0]?.remedies.map(({ id }) => id)).toEqual(remedies);
});

it('is critical where Exchange gave up, and one finding for one way to fail', () => {
  const verdict = judge(notifyEvents, target, [
    event('ConnectFailure'),
    event('ConnectFailure', null, { about: 'push-given-up', id: 7 }),
  ]);
  expect(verdict).toMatchObject({
    is: 'problem',
    findings: [{ severity: 'critical', says: expect.stringMatching(/gave up and removed/) }],
  });
});

it.each([
  ['nothing', target, []],
  ['another listener', target, [event('ConnectFailure', null, { subject: 'crm.contoso.test:443' })]],
  ['Online', inboxTarget({ version: 'online' }), [event('ConnectFailure')]],
])('says nothing of %s', (_, of, given) => expect(judge(notifyEvents, of, given).is).toBe('not-applicable'));
