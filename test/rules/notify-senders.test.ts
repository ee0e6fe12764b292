import { InboxTarget } from '../../src/domain/target.js';
import { notifySenders } from '../../src/rules/notify-senders.js';
import { fact, inboxTarget } from '../support/build.js';
import { ruleTable } from '../support/rule-table.js';

const usual = inboxTarget();
const told = InboxTarget.parse({ ...usual, exchange: { ...usual.exchange, addresses: ['10.4.3.11', 'fd00::5'] } });
const from = (...addresses: string[]) =>
  fact('notify-log', {
    senders: addresses.map(address => ({
      address,
      notifications: 7,
      first: '2026-11-21T07:00:00.000Z',
      last: '2026-11-21T08:00:00.000Z',
    })),
  });

ruleTable(notifySenders, told, [
  { name: 'no log', given: [], is: 'not-applicable' },
  {
    name: 'no notification in it',
    given: [fact('notify-log', { notifications: 0, senders: [] })],
    is: 'not-applicable',
  },
  {
    name: 'Exchange Online',
    target: inboxTarget({ version: 'online' }),
    given: [from('10.9.9.9')],
    is: 'not-applicable',
  },
  { name: 'Exchange', given: [from('10.4.3.11', 'FD00::5')], is: 'healthy', says: /10\.4\.3\.11 and FD00::5/ },
  { name: 'Exchange, written as IPv6', given: [from('::ffff:10.4.3.11')], is: 'healthy' },
  { name: 'Exchange, by its name', target: usual, given: [from('ex01.contoso.test')], is: 'healthy' },
  {
    name: 'a proxy',
    given: [from('10.9.9.9', '10.4.3.11')],
    is: 'problem',
    severity: 'warning',
    certainty: 'proven',
    says: /come from 10\.9\.9\.9, which is none of the addresses of Exchange: a proxy or balancer in between, or addresses are translated/,
    because: /7 notifications from 10\.9\.9\.9/,
    remedies: ['bypass-proxy-for-7080'],
  },
  {
    name: 'nobody said which are Exchange',
    target: usual,
    given: [from('10.9.9.9')],
    is: 'unknown',
    says: /come from 10\.9\.9\.9, and nobody has told/,
    asks: [/exchange\.addresses/],
  },
  {
    name: 'more senders than are kept',
    given: [fact('notify-log', { ...from('10.4.3.11'), otherSenders: 2 })],
    is: 'unknown',
  },
]);
