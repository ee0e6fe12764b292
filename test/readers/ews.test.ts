import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pushMessage } from '../../src/readers/ews/push-message.js';
import { subscriptionName } from '../../src/readers/ews/subscription-id.js';
import { fact } from '../support/build.js';
import { finds, fixture, judgedBy, target } from './inbox-finds.js';
import { factsOf, readBytes } from './read-bytes.js';

const ID = 'FQBleC1jYXMwMS5jb250b3NvLnRlc3QQAAAAOywdb1lKh0abDB0uP0BRYoDKw/3BYdEI';

describe('EWS push notifications as text', () => {
  it('decodes the Exchange server that a SubscriptionId names', () => {
    expect(subscriptionName(ID)).toEqual({
      server: 'ex-cas01.contoso.test',
      guid: '6f1d2c3b-4a59-4687-9b0c-1d2e3f405162',
      created: '2014-06-29T15:00:25.000Z',
    });
  });

  it.each([
    ['cut', ID.slice(0, 40)],
    ['of something else', Buffer.alloc(60, 'x').toString('base64')],
    [
      'with a name that is none',
      Buffer.concat([Buffer.from([4, 0]), Buffer.from('a\0 b'), Buffer.from([16, 0, 0, 0]), Buffer.alloc(24)]).toString(
        'base64',
      ),
    ],
    ['no base64', 'not base64 at all, whatever it may be, it is long enough'],
    ['empty', ''],
  ])('takes none %s for one', (_, words) => expect(subscriptionName(words)).toBeNull());

  it.each([
    [
      'sendnotification-statusevent.request.http',
      /1 keep-alive; held by ex-cas01\.contoso\.test since 2014-06-29 15:00:25 UTC, which must reach Unity Connection/,
      ['push-messages'],
    ],
    ['sendnotification-modifiedevent.request.http', /1 event of a mailbox; held by ex-cas01/, ['push-messages']],
    ['sendnotification-ok.response.http', /1 answer OK/, ['notify-answer', 'push-messages']],
    ['subscribe-push.request.xml', /1 subscription asked for, with a keep-alive every 5 min/, ['push-messages']],
    ['subscribe-push.response.xml', /a subscription; held by ex-cas01/, ['push-messages']],
  ])('%s is as it should be', async (name, says, healthy) => {
    const found = await finds(`ews/${name}`);
    expect(found).toMatchObject({ reader: 'push-message', problems: [], unread: [], healthy });
    expect(found.healthySays).toMatch(says);
  });

  it('tells that Unity Connection ended a subscription', async () => {
    const { problems, says } = await finds('ews/sendnotification-unsubscribe.response.http');
    expect(problems).toEqual(['push-messages: notice']);
    expect(says).toMatch(/answered with Unsubscribe, so Exchange ends that subscription/);
  });

  it('tells a proxy that answers in place of Connection Jetty', async () => {
    const { problems, because } = await finds('ews/sendnotification-proxy-error.response.http');
    expect(problems).toEqual(['notify-answer: warning']);
    expect(because).toMatch(
      /HTTP 503, Server: squid\/3\.5\.20, Via: 1\.1 proxy01\.contoso\.test \(squid\/3\.5\.20\), x-squid-error/,
    );
  });

  it('reads several messages in a row, and joins an id with its Exchange server', () => {
    const all = [
      'sendnotification-statusevent.request.http',
      'sendnotification-ok.response.http',
      'sendnotification-modifiedevent.request.http',
    ];
    const told = readBytes(
      pushMessage,
      Buffer.concat(all.map(name => Buffer.concat([fixture(`ews/${name}`), Buffer.from('\r\n')]))),
    );
    expect(factsOf(told, 'push-messages')).toMatchObject([
      {
        keepAlives: 1,
        events: 1,
        answers: { ok: 1, unsubscribe: 0, other: 0 },
        subscriptions: [
          { id: '2348c723-2484-4c1e-9d3b-5f60718293a4', exchange: 'ex-cas01.contoso.test', to: '10.93.132.92:7080' },
        ],
      },
    ]);
  });

  it('names the Exchange server whose subscriptions are silent', () => {
    const [silent, fresh] = ['11111111-0000-0000-0000-000000000000', '22222222-0000-0000-0000-000000000000'];
    const held = (id: string, exchange: string) => ({ id, exchange, guid: null, created: null, to: null });
    const { says } = judgedBy(
      [
        fact('push-subscriptions', {
          stale: { min15: 1, min20: 0, min60: 0 },
          staleRows: [{ id: silent, at: '2026-11-21T07:44:00.000Z', user: null }],
          freshIds: [fresh],
        }),
        fact('push-messages', { subscriptions: [held(silent, 'ex02.contoso.test'), held(fresh, 'ex01.contoso.test')] }),
      ].map(item => ({ ...item, target: target.id })),
    );
    expect(says).toMatch(/those of ex02\.contoso\.test are among them, and none of it is fresh/);
  });

  it('never breaks off, however a message is cut and spoilt', () => {
    const bytes = fixture('ews/sendnotification-modifiedevent.request.http');
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { maxLength: 20 }),
        fc.nat(bytes.length),
        fc.integer({ min: 1, max: 300 }),
        (spoilt, cut, piece) => {
          const copy = Buffer.from(bytes.subarray(0, cut));
          for (const [at, sign] of spoilt) if (at < cut) copy[at] = sign;
          expect(readBytes(pushMessage, copy, piece)).toEqual(readBytes(pushMessage, copy));
        },
      ),
      { numRuns: 300 },
    );
    fc.assert(
      fc.property(fc.string({ maxLength: 200 }), words => subscriptionName(words) === null || words.length > 40),
    );
  });
});
