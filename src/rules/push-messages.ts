import type { EvidenceOf } from '../domain/evidence/index.js';
import { FROM_EXCHANGE, NOT_ONLINE, TO_EXCHANGE, times, utc } from './asks-inbox.js';
import { throttled } from './ews-throttling.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { inOrder, listed, placeOf } from './seen.js';

type Messages = EvidenceOf<'push-messages'>;

export const pushMessages = defineRule({
  id: 'push-messages',
  for: 'cuc-single-inbox',
  leg: 'notify',
  asks: 'Are push notifications sent and answered as Exchange and Unity Connection do it?',
  explains:
    'It reads SendNotification requests, their answers, and Subscribe with its answer, from a capture, a trace or a saved file. OK goes on, Unsubscribe ' +
    'ends the subscription. The SubscriptionId names the Exchange server that holds it, which is the one that must reach Unity Connection.',
  source: 'https://learn.microsoft.com/exchange/client-developer/web-service-reference/subscriptionstatus',
  needs: [],
  uses: ['push-messages'],
  behind: ['notify-answer'],

  judge({ 'push-messages': seen }, target) {
    if (target.exchange.version === 'online') return notApplicable(NOT_ONLINE);
    const all = inOrder(seen);
    if (all.length === 0) return notApplicable('no notification was read as it was on the wire');
    const ended = all.filter(({ answers }) => answers.unsubscribe > 0);
    const refused = all.flatMap(one => refusals(one).map(answer => ({ ...answer, where: placeOf(one.source) })));
    const limits = refused.filter(({ code }) => throttled(code));
    const others = refused.filter(({ code }) => !throttled(code));
    const findings = [
      ...(limits.length > 0
        ? [
            {
              severity: 'critical' as const,
              certainty: 'likely' as const,
              says: `${TO_EXCHANGE}: Exchange refuses a subscription by a limit of EWS (${listed(limits.map(({ code }) => code))}).`,
              because: limits.map(refusalQuote),
              asks: [
                {
                  says: 'Which limit is in force, and how many subscriptions does the account or mailbox hold? The log of Mailbox Sync shows whether it lasts.',
                  steps: [],
                },
              ],
              remedies: [],
            },
          ]
        : []),
      ...(others.length > 0
        ? [
            {
              severity: 'warning' as const,
              certainty: 'possible' as const,
              says: `${TO_EXCHANGE}: Exchange answers a request of EWS with ${listed([...new Set(others.map(({ code }) => code))].sort())}.`,
              because: others.map(refusalQuote),
              asks: [{ says: 'Does it come again? The log of Mailbox Sync shows how often, and for whom.', steps: [] }],
              remedies: [],
            },
          ]
        : []),
      ...(ended.length > 0
        ? [
            {
              severity: 'notice' as const,
              certainty: 'proven' as const,
              says: `${FROM_EXCHANGE}: a notification was answered with Unsubscribe, so Exchange ends that subscription. After a restart of Unity Connection that is as it should be.`,
              because: ended.map(
                ({ source, answers }) =>
                  `${placeOf(source)}: SubscriptionStatus «Unsubscribe», ${times(answers.unsubscribe, 'time')}`,
              ),
              asks: [{ says: 'Does it come again for subscriptions that are new?', steps: [] }],
              remedies: [],
            },
          ]
        : []),
    ];
    if (findings.length > 0) return problem(...findings);
    const strange = all.filter(({ answers }) => answers.other > 0);
    if (strange.length > 0)
      return unknown(
        'an answer carries a SubscriptionStatus that is neither OK nor Unsubscribe, which Exchange counts as a failure',
      );
    const words = all.map(wordsOf).filter(sentence => sentence !== '');
    return words.length > 0
      ? healthy(words.join('; '))
      : unknown('there is nothing in it that tells how notifications go');
  },
});

const refusals = ({ subscribed }: Messages) => subscribed.filter(({ code }) => code !== 'NoError');
const refusalQuote = ({ where, code, times: count }: { where: string; code: string; times: number }): string =>
  `${where}: ResponseCode «${code}», ${times(count, 'time')}`;

const wordsOf = (messages: Messages): string => {
  const { keepAlives, events, answers, subscribes, statusFrequencyMin } = messages;
  const parts = [
    ...(keepAlives > 0 ? [times(keepAlives, 'keep-alive')] : []),
    ...(events > 0 ? [times(events, 'event of a mailbox')] : []),
    ...(answers.ok > 0 ? [`${times(answers.ok, 'answer')} OK`] : []),
    ...(subscribes > 0
      ? [
          `${times(subscribes, 'subscription')} asked for${statusFrequencyMin === null ? '' : `, with a keep-alive every ${statusFrequencyMin} min`}`,
        ]
      : []),
  ];
  const holders = messages.subscriptions.flatMap(({ exchange, created }) =>
    exchange ? [`${exchange}${created ? ` since ${utc(created)}` : ''}`] : [],
  );
  const held =
    holders.length > 0 ? `; held by ${listed([...new Set(holders)].sort())}, which must reach Unity Connection` : '';
  return parts.length + holders.length === 0
    ? ''
    : `${placeOf(messages.source)}: ${listed(parts) || 'a subscription'}${held}`;
};
