import type { EvidenceOf } from '../domain/evidence/index.js';
import { openPort7080, tryFromExchange } from '../remedies/open-port-7080.js';
import { onUnityConnection, showOpenPorts } from '../remedies/platform-cli.js';
import { connectQuote, portAnswers, portFault } from './ports.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { alike, inOrder, onLeg, placesOf, quoteOf, standsAt } from './seen.js';

type Connect = EvidenceOf<'tcp-connect'>;

export const notifyPort = defineRule({
  id: 'notify-port',
  for: 'cuc-single-inbox',
  leg: 'notify',
  asks: 'Can Exchange reach the notification port of Unity Connection?',
  explains:
    'Exchange connects to Unity Connection to say that a message was read or deleted; without it the message lamp is up to a quarter of an ' +
    'hour late. Only a test from beside Exchange tells. From elsewhere, open does not prove that Exchange gets through, ' +
    'and closed does not prove that it is locked out.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/118883-technote-cuc-00.html',
  needs: ['tcp-connect'],
  uses: ['open-ports'],
  behind: [],

  judge({ 'tcp-connect': seen, 'open-ports': lists }, target) {
    if (target.exchange.version === 'online')
      return notApplicable(
        'Cisco asks for no inbound port with Exchange Online; the notification port is for Exchange on premises',
      );
    const connects = onLeg(seen, 'notify');
    const conclusive = connects.filter(connect => standsAt('exchange-side', connect));
    if (conclusive.length === 0) {
      return unknown(notFromExchange(connects), {
        missing: ['tcp-connect'],
        asks: [
          {
            says:
              `Only Exchange can tell: does each server reach ${target.cuc.host} on port ${target.cuc.notifyPort}? ` +
              `With a worker at a site beside Exchange (vantage exchange-side) /uccx check ${target.id} --only notify looks for itself.`,
            steps: tryFromExchange(target),
          },
          ...(connects.some(({ outcome }) => outcome === 'refused') ? [isJettyListening(target.cuc.notifyPort)] : []),
        ],
      });
    }

    const listens = inOrder(lists).filter(({ listening }) =>
      listening.some(({ port, on }) => port === target.cuc.notifyPort && on !== 'loopback'),
    );
    const failed = conclusive.filter(({ outcome }) => outcome !== 'connected');
    const [first, ...others] = conclusive;
    if (failed.length === 0 && first) return healthy(`${portAnswers([first, ...others])}, where Exchange stands`);
    return problem(
      ...alike(failed, ({ outcome }) => outcome).map(({ first: one, all }) => {
        const fault = portFault(one.outcome as Exclude<Connect['outcome'], 'connected'>, [one, ...all.slice(1)]);
        const elsewhere = connects.filter(({ outcome }) => outcome === 'connected');
        return {
          severity: 'critical' as const,
          certainty: 'proven' as const,
          says:
            elsewhere.length > 0
              ? `Exchange cannot deliver its notifications: ${fault.says.slice(0, -1)}; it opens from ${placesOf(elsewhere)}, so something listens, and the way from Exchange is cut.`
              : `Exchange cannot deliver its notifications: ${fault.says}${listens.length > 0 ? ` By what was read ${placesOf(listens)}, Unity Connection listens on that port, so the way is cut.` : ''}`,
          because: [
            ...all.map(connectQuote),
            ...elsewhere.map(connectQuote),
            ...listens.map(list => quoteOf(list, `port ${target.cuc.notifyPort}: LISTEN`)),
          ],
          asks: [
            ...(fault.outcome === 'refused' && listens.length === 0 ? [isJettyListening(target.cuc.notifyPort)] : []),
            { says: fault.next, steps: [] },
          ],
          remedies: [openPort7080(target)],
        };
      }),
    );
  },
});

const isJettyListening = (port: number) => ({
  says: 'Does Connection Jetty listen? A line with jetty and LISTEN says yes; none means that the service is stopped.',
  steps: [onUnityConnection(showOpenPorts(port))],
});

const notFromExchange = (connects: readonly Connect[]): string => {
  const connected = connects.filter(({ outcome }) => outcome === 'connected');
  const failed = connects.filter(({ outcome }) => outcome !== 'connected');
  if (connects.length === 0) return 'nobody tried the port';
  return `not conclusive from here: ${seenOf(connected, failed)}`;
};

const seenOf = (connected: readonly Connect[], failed: readonly Connect[]): string => {
  if (failed.length === 0)
    return `the port is open from ${placesOf(connected)}, but no site stands beside Exchange: that only shows that something listens`;
  if (connected.length === 0)
    return `the port is closed from ${placesOf(failed)}, but no site stands beside Exchange: that does not show that Exchange is locked out`;
  return `the port is open from ${placesOf(connected)} and closed from ${placesOf(failed)}, and no site stands beside Exchange`;
};
