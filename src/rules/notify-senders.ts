import { bypassProxyFor7080 } from '../remedies/bypass-proxy-for-7080.js';
import { FROM_EXCHANGE, NOT_ONLINE, times } from './asks-inbox.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { inOrder, listed, placeOf } from './seen.js';

export const notifySenders = defineRule({
  id: 'notify-senders',
  for: 'cuc-single-inbox',
  leg: 'notify',
  asks: 'Do notifications reach Unity Connection from Exchange itself, with nothing in between?',
  explains:
    'The access log of Connection Jetty has the address of whoever sent each notification. One that no Exchange server has is a proxy, a balancer or ' +
    'a translation of addresses, which works until it breaks. Which addresses are Exchange stands in exchange.addresses of the target; without ' +
    'them the senders are named, and a person tells.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/118883-technote-cuc-00.html',
  needs: [],
  uses: ['notify-log'],
  behind: [],

  judge({ 'notify-log': seen }, target) {
    if (target.exchange.version === 'online') return notApplicable(NOT_ONLINE);
    const logs = inOrder(seen).filter(({ notifications }) => notifications > 0);
    if (logs.length === 0) return notApplicable('no notification was seen in an access log of Connection Jetty');
    const { addresses, servers } = target.exchange;
    const names = servers.map(shortName);
    const isExchange = (address: string) =>
      (addresses ?? []).some(own => same(own, address)) || names.includes(shortName(address));
    const senders = logs.flatMap(log => log.senders.map(sender => ({ ...sender, where: placeOf(log.source) })));
    const foreign = senders.filter(({ address }) => !isExchange(address));
    const named = (all: typeof senders) => listed([...new Set(all.map(({ address }) => address))].sort());
    if (foreign.length === 0) {
      const others = logs.reduce((sum, log) => sum + log.otherSenders, 0);
      return others > 0
        ? unknown(`the senders with most notifications are Exchange, and ${others} more were not kept`)
        : healthy(`every notification comes from Exchange itself: ${named(senders)}`);
    }
    if (!addresses)
      return unknown(`notifications come from ${named(foreign)}, and nobody has told which addresses Exchange has`, {
        asks: [
          {
            says: `Are these the addresses of ${listed(servers)}? If one is not, a proxy, a balancer or a translation of addresses stands in between. exchange.addresses of the target in the configuration answers it for good.`,
            steps: [],
          },
        ],
      });
    return problem({
      severity: 'warning',
      certainty: 'proven',
      says: `${FROM_EXCHANGE}: notifications come from ${named(foreign)}, which is none of the addresses of Exchange: a proxy or balancer in between, or addresses are translated.`,
      because: foreign.map(
        ({ where, address, notifications }) => `${where}: ${times(notifications, 'notification')} from ${address}`,
      ),
      asks: [{ says: `What has the address ${named(foreign)}?`, steps: [] }],
      remedies: [bypassProxyFor7080(target)],
    });
  },
});

/** `EX01` of `ex01.contoso.test`; addresses have no short name. */
const shortName = (name: string): string =>
  (/^[\d.]+$|:/.test(name) ? name : (name.split('.')[0] ?? name)).toLowerCase();

/** An IPv4 address may be written as the IPv6 one that stands for it. */
const same = (one: string, other: string): boolean => bare(one) === bare(other);
const bare = (address: string): string =>
  address
    .toLowerCase()
    .replace(/^\[|\]$/g, '')
    .replace(/^::ffff:/, '');
