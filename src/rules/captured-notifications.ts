import type { EvidenceOf } from '../domain/evidence/index.js';
import type { InboxTarget } from '../domain/target.js';
import type { Finding } from '../domain/verdict.js';
import { bypassProxyFor7080 } from '../remedies/bypass-proxy-for-7080.js';
import { tryFromExchange } from '../remedies/open-port-7080.js';
import { onUnityConnection, takeCapture } from '../remedies/platform-cli.js';
import { byHand, looksOf } from '../remedies/steps.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { inOrder, placeOf, placesOf } from './seen.js';

type Capture = EvidenceOf<'captured-sessions'>;
type Notified = Capture & { notifications: NonNullable<Capture['notifications']> };
type Body = Omit<Finding, 'rule'>;

export const capturedNotifications = defineRule({
  id: 'captured-notifications',
  for: 'cuc-single-inbox',
  leg: 'notify',
  asks: 'Do the notifications of Exchange reach Unity Connection in a packet capture, and does it answer?',
  explains:
    'A capture at one end shows what left or what came, and only one at each end shows where something was lost. A Via header is a proxy in the path. ' +
    'A notification that came whole and got no answer was lost in Jetty, a connection without an answer before it.',
  source:
    'https://www.cisco.com/c/en/us/support/docs/unified-communications/unity-connection/118883-technote-cuc-00.html',
  needs: [],
  uses: ['captured-sessions'],
  behind: ['notify-port'],

  judge({ 'captured-sessions': seen }, target) {
    const captures = inOrder(seen).filter((capture): capture is Notified => capture.notifications !== null);
    if (captures.length === 0)
      return notApplicable('no packet capture with notifications was read; uccx-doctor read FILE takes one');
    if (target.exchange.version === 'online')
      return notApplicable('with Exchange Online nothing is pushed to the notification port');
    const findings = captures.flatMap(capture => [
      ...proxied(capture, target),
      ...notAnswered(capture),
      ...failed(capture),
      ...notConnected(capture, target),
      ...paused(capture, target),
    ]);
    if (findings.length > 0) return problem(...findings);
    const posts = captures.reduce((sum, { notifications }) => sum + notifications.posts, 0);
    if (posts === 0)
      return unknown(`${placesOf(captures)}: connections to the notification port, and no notification in them`, {
        asks: [
          {
            says: 'Is the capture long enough? A keep-alive of each subscription comes every five minutes.',
            steps: [],
          },
        ],
      });
    if (captures.some(({ missingBytes, dropped }) => missingBytes > 0 || dropped > 0))
      return unknown(
        `${placesOf(captures)}: ${posts} notifications, but parts of the conversations are missing from the capture`,
      );
    return healthy(`${placesOf(captures)}: ${posts} notifications came through and were answered`);
  },
});

const proxied = (capture: Notified, target: InboxTarget): Body[] => {
  const { via } = capture.notifications;
  if (via.length === 0) return [];
  return [
    {
      severity: 'critical',
      certainty: 'proven',
      says: `A proxy or balancer stands between Exchange and Unity Connection: the notifications to ${capture.server} port ${capture.port}, or their answers, carry its headers.`,
      because: via.map(header => `${placeOf(capture.source)}: «${header}»`),
      asks: [],
      remedies: [bypassProxyFor7080(target)],
    },
  ];
};

const notAnswered = (capture: Notified): Body[] => {
  const { unanswered, posts } = capture.notifications;
  if (unanswered === 0) return [];
  return [
    {
      severity: 'critical',
      certainty: 'likely',
      says: `${unanswered} of ${posts} notifications reached ${capture.server} port ${capture.port} whole, by this capture, and got no answer: Connection Jetty, or what it hands them to, does not work.`,
      because: [`${placeOf(capture.source)}: ${unanswered} POST without an answer`],
      asks: [
        { says: 'Was it taken at Unity Connection? At Exchange it only shows that they left.', steps: [] },
        {
          says: 'Does Connection Jetty hang? Restart it out of hours if its log says nothing of these requests.',
          steps: [byHand('Unity Connection Serviceability, Tools, Service Management: Connection Jetty')],
        },
      ],
      remedies: [],
    },
  ];
};

const failed = (capture: Notified): Body[] => {
  const errors = capture.notifications.statuses.filter(({ status }) => status >= 400);
  if (errors.length === 0) return [];
  return [
    {
      severity: 'critical',
      certainty: 'likely',
      says: `Notifications to ${capture.server} port ${capture.port} are answered with an error: Exchange sends them again, and gives the subscription up after some tries.`,
      because: errors.map(
        ({ status, count }) => `${placeOf(capture.source)}: HTTP ${status}, ${count} ${count === 1 ? 'time' : 'times'}`,
      ),
      asks: [
        {
          says: 'Whose error is it? Jetty names itself in the Server header; any other name is something in between.',
          steps: [byHand('Unity Connection Serviceability, Tools, Service Management: Connection Jetty')],
        },
      ],
      remedies: [],
    },
  ];
};

const notConnected = (capture: Notified, target: InboxTarget): Body[] => {
  const { unanswered, turnedAway, server, port } = capture;
  if (unanswered + turnedAway === 0) return [];
  const how = [
    ...(turnedAway > 0 ? [`${turnedAway} turned away with a reset`] : []),
    ...(unanswered > 0 ? [`${unanswered} without any answer`] : []),
  ].join(', ');
  return [
    {
      severity: 'critical',
      certainty: 'possible',
      says: `Connections to ${server} port ${port} did not come about: ${how}. ${turnedAway > 0 ? 'Nothing listens there, or a firewall rejects them.' : 'Something drops them on the way, or at the other end.'}`,
      because: [`${placeOf(capture.source)}: ${how}`],
      asks: [
        {
          says: 'Do the first packets arrive at Unity Connection? A capture there in the same minute tells whether they are lost on the way.',
          steps: [...takeCapture(onUnityConnection, 'SIBTrace', port), ...tryFromExchange(target)],
        },
      ],
      remedies: [],
    },
  ];
};

const paused = (capture: Notified, target: InboxTarget): Body[] => {
  const { pauses, longestPauseMs } = capture.notifications;
  const long = pauses.over660Sec + pauses.over900Sec;
  const all = long + pauses.over330Sec;
  if (all === 0) return [];
  const minutes = Math.round((longestPauseMs ?? 0) / 6000) / 10;
  return [
    {
      severity: long > 0 ? 'warning' : 'notice',
      certainty: 'possible',
      says: `Keep-alives of a subscription, which come every five minutes, were late ${all} ${all === 1 ? 'time' : 'times'}; the longest pause was ${minutes} minutes.`,
      because: [
        `${placeOf(capture.source)}: ${pauses.over330Sec} pauses above 330 s, ${pauses.over660Sec} above 660 s, ${pauses.over900Sec} above 900 s`,
      ],
      asks: [
        {
          says: 'What does Exchange say of these minutes? Events 5, 6 and 7 of MSExchange Web Services name the failure.',
          steps: looksOf(bypassProxyFor7080(target)),
        },
      ],
      remedies: [],
    },
  ];
};
