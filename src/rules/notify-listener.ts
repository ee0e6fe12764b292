import type { EvidenceOf } from '../domain/evidence/index.js';
import { onUnityConnection, showOpenPorts } from '../remedies/platform-cli.js';
import { byHand } from '../remedies/steps.js';
import { FROM_EXCHANGE, NOT_ONLINE } from './asks-inbox.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { inOrder, listed, placeOf, placesOf } from './seen.js';

type Ports = EvidenceOf<'open-ports'>;

export const notifyListener = defineRule({
  id: 'notify-listener',
  for: 'cuc-single-inbox',
  leg: 'notify',
  asks: 'Does Connection Jetty listen on the notification port of Unity Connection?',
  explains:
    'It reads a list of ports that somebody took on Unity Connection (show open ports, netstat, ss, lsof). A line with the port and LISTEN is the ' +
    'listener; none in a list that would show it means that Connection Jetty is stopped. A list whose end is missing proves no absence.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/118883-technote-cuc-00.html',
  needs: [],
  uses: ['open-ports'],
  behind: [],

  judge({ 'open-ports': seen }, target) {
    if (target.exchange.version === 'online') return notApplicable(NOT_ONLINE);
    const port = target.cuc.notifyPort;
    const lists = inOrder(seen);
    if (lists.length === 0)
      return notApplicable(`no list of the open ports of Unity Connection was read (${showOpenPorts(port)})`);
    const listening = lists.filter(list => listenersOf(list, port).length > 0);
    const reachable = listening.filter(list => listenersOf(list, port).some(({ on }) => on !== 'loopback'));
    const deaf = lists.filter(list => !listening.includes(list) && wouldShow(list, port));
    const findings = [
      ...(deaf.length > 0
        ? [
            {
              // Lists do not name their node: two that differ are of two nodes, or of before and after a start.
              ...(listening.length > 0
                ? { severity: 'warning' as const, certainty: 'possible' as const }
                : { severity: 'critical' as const, certainty: 'proven' as const }),
              says:
                listening.length > 0
                  ? `${FROM_EXCHANGE}: nothing listens on port ${port} by one list, and something does by another: they are of two nodes, or of two times; what counts is the node that Exchange calls, now.`
                  : `${FROM_EXCHANGE}: nothing listens on port ${port} of Unity Connection, so Connection Jetty is stopped.`,
              because: deaf.map(
                list => `${placeOf(list.source)}: no line for port ${port} in the list (${list.command})`,
              ),
              asks: [
                {
                  says: 'Is Connection Jetty started on the node that Exchange calls? Start it there.',
                  steps: [byHand('Unity Connection Serviceability, Tools, Service Management: Connection Jetty')],
                },
              ],
              remedies: [],
            },
          ]
        : []),
      ...listening
        .filter(list => !reachable.includes(list))
        .map(list => ({
          severity: 'critical' as const,
          certainty: 'proven' as const,
          says: `${FROM_EXCHANGE}: port ${port} of Unity Connection is listened on for the machine itself only, so Exchange cannot reach it.`,
          because: [`${placeOf(list.source)}: ${wordsOf(list, port)}`],
          asks: [{ says: 'What was changed in the configuration of Connection Jetty?', steps: [] }],
          remedies: [],
        })),
    ];
    if (findings.length > 0) return problem(...findings);
    if (listening.length === 0)
      return unknown(`the list of ${placesOf(lists)} does not show whether anything listens on port ${port}`, {
        missing: ['open-ports'],
        asks: [
          {
            says: 'Does Connection Jetty listen? A line with jetty and LISTEN says yes.',
            steps: [onUnityConnection(showOpenPorts(port))],
          },
        ],
      });
    const others = listening
      .flatMap(list => listenersOf(list, port).flatMap(({ process }) => process ?? []))
      .filter(name => !/^j(?:etty|ava|svc)/i.test(name));
    if (others.length > 0)
      return unknown(
        `port ${port} is listened on by ${listed([...new Set(others)].sort())}, which is not the name that Connection Jetty goes by`,
      );
    return healthy(`${listening.map(list => wordsOf(list, port)).join('; ')}, ${placesOf(listening)}`);
  },
});

const listenersOf = ({ listening }: Ports, port: number) => listening.filter(one => one.port === port);

/** A list that was narrowed to something else, or that has no end, shows no absence. */
export const wouldShow = ({ filter, isWhole, listening, leftOut }: Ports, port: number): boolean => {
  if (!isWhole || leftOut > 0) return false;
  return filter === null ? listening.length > 0 : filter.replace(/^["'*:.\\]{1,4}|["']$/g, '') === String(port);
};

const wordsOf = (list: Ports, port: number): string => {
  const on = listenersOf(list, port).map(one => `${one.process ?? 'a process'} on ${WHERE[one.on]}`);
  const peers = list.connected.find(one => one.port === port);
  const traffic = peers ? `, with ${peers.connections} connected at that moment (${peers.peers.join(', ')})` : '';
  return `port ${port} is listened on by ${listed([...new Set(on)].sort())}${traffic}`;
};
const WHERE = { any: 'every address', loopback: 'the machine itself', one: 'one address' } as const;
