import type { EvidenceOf } from '../domain/evidence/index.js';
import { LOOP_WAIT_SEC, type MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { raiseConnectorRate } from '../remedies/raise-connector-rate.js';
import { byHand } from '../remedies/steps.js';
import { askMicrosoft, either } from './asks.js';
import { askForConnectors, askForPressure, askForTransport, askForTransportEvents } from './asks-smtp.js';
import { defineRule, healthy, notApplicable, problem, unknown } from './rule.js';
import { inOrder, placeOf, quoteOf } from './seen.js';
import { type SmtpReading, smtpReading } from './smtp-replies.js';
import { isAnotherServer } from './smtp-servers.js';

type Loop = EvidenceOf<'mail-loop'>;
type Limits = EvidenceOf<'connector-limits'>;
type Body = Omit<Finding, 'rule'>;

/** The tarpit of Exchange is five seconds; back pressure delays longer. A mailbox of the same organisation shows a message within seconds. */
const SLOW_SUBMIT_MS = 10_000;
const SLOW_DELIVERY_MS = 20_000;

export const mailLoop = defineRule({
  id: 'mail-loop',
  for: 'uccx-mail',
  leg: null,
  asks: 'Does a message that is sent as UCCX sends its replies arrive in the mailbox?',
  explains:
    'Only when asked for (--loop), one small marked message goes out by SMTP and is awaited by IMAP. It tells the right to send from the login, and which ' +
    'of the two legs is slow: the answer to the message is the connector, the time until it shows is transport and store.',
  source: 'https://learn.microsoft.com/exchange/mail-flow/back-pressure',
  needs: [],
  uses: ['mail-loop', 'smtp-login', 'connector-limits', 'smtp-banner'],
  behind: ['imap-port', 'smtp-port', 'smtp-banner', 'smtp-login-offer', 'smtp-login', 'imap-login', 'imap-mailbox'],

  judge({ 'mail-loop': seen, 'smtp-login': logins, 'connector-limits': limits, 'smtp-banner': banners }, target) {
    const loops = inOrder(seen);
    if (loops.length === 0) return notApplicable(`no message was sent; /uccx check ${target.id} --loop sends one`);
    const isLoggedIn = logins.some(({ outcome }) => outcome === 'accepted');
    const beside = { isLoggedIn, limits: inOrder(limits), isOther: isAnotherServer(banners), target };
    const findings = loops.flatMap(loop => findingsFor(loop, beside));
    if (findings.length > 0) return problem(...findings);
    const done = loops.filter(({ stage }) => stage === 'done');
    const [first] = done;
    if (first)
      return healthy(
        `the message was taken in ${seconds(first.submittedMs)} and seen in the mailbox ${seconds(first.deliveredMs)} later, and removed${alsoRemoved(first)}`,
      );
    const [unseen] = loops.filter(({ stage }) => stage === 'delivery' || stage === 'data');
    if (unseen) return unknown(unwatched(unseen, target), { missing: ['mail-loop'] });
    return unknown(`no message was sent: ${loops.find(({ text }) => text)?.text ?? 'it was not begun'}`, {
      missing: ['mail-loop'],
    });
  },
});

const seconds = (ms: number | null): string => (ms === null ? 'an unknown time' : `${(ms / 1000).toFixed(1)} s`);

const alsoRemoved = ({ leftovers }: Loop): string =>
  leftovers === 0 ? '' : `; ${leftovers === 1 ? 'one' : leftovers} of an earlier run went with it`;

/** It lies somewhere, or will: whoever stopped the watching, nobody can say that it was lost. */
const unwatched = ({ stage, watchedMs }: Loop, { id }: MailTarget): string =>
  `${stage === 'data' ? 'the message was sent and no answer came' : 'the message was taken'}, and the mailbox was watched for ${seconds(watchedMs ?? 0)} only; ` +
  `where it arrives later, /uccx check ${id} --loop removes it with its next`;

const waitMsOf = ({ loopWaitSec }: MailTarget): number => (loopWaitSec ?? LOOP_WAIT_SEC) * 1000;

/** `isOther`: who took the message is not Exchange, so no connector of Exchange refused it. */
type Beside = { isLoggedIn: boolean; limits: readonly Limits[]; isOther: boolean; target: MailTarget };

const findingsFor = (loop: Loop, beside: Beside): Body[] => {
  const { stage, code, submittedMs, deliveredMs, watchedMs } = loop;
  const { target } = beside;
  const wasWatched = (watchedMs ?? 0) >= waitMsOf(target);
  switch (stage) {
    case 'mail-from':
    case 'rcpt-to':
      return [refused(stage, loop, beside)];
    case 'data':
      return code === null && watchedMs !== null && !wasWatched ? [] : [refused(stage, loop, beside)];
    case 'delivery':
      return wasWatched ? [notSeen(loop, target)] : [];
    case 'removal':
      return [
        body(loop, 'notice', 'proven', {
          says: 'The message arrived and could not be removed; the next run with --loop removes it, or a person may.',
          asks: [],
        }),
      ];
    case 'done':
      return code === null ? [unanswered(loop, target)] : slowness(loop, submittedMs ?? 0, deliveredMs ?? 0, target);
    case 'not-begun':
      return [];
  }
};

const notSeen = (loop: Loop, target: MailTarget): Body =>
  body(loop, 'critical', target.desktop === 'cad' ? 'possible' : 'likely', {
    says:
      `The SMTP service took the message in ${seconds(loop.submittedMs)}, and it has not shown in INBOX for ${seconds(loop.watchedMs)}: ` +
      'the way between transport and store is slow or broken, the connector is not.',
    asks: [
      whereItIs(loop),
      {
        says: 'Does a rule, the junk filter or the contact centre itself take messages out of INBOX as they come? Then it arrived unseen.',
        steps: [],
      },
      ...askForTransport(target),
    ],
  });

/** Whoever sends gets no answer and sends again: a customer then gets the reply twice. */
const unanswered = (loop: Loop, target: MailTarget): Body =>
  body(loop, 'warning', 'likely', {
    says: 'The message arrived, and the SMTP service never said that it took it: who sends like this sends again, and customers get replies twice.',
    asks: askForTransport(target),
  });

const slowness = (loop: Loop, submittedMs: number, deliveredMs: number, target: MailTarget): Body[] => [
  ...(submittedMs < SLOW_SUBMIT_MS
    ? []
    : [
        body(loop, 'warning', 'likely', {
          says: `The message arrives, but the SMTP service takes ${seconds(submittedMs)} to take it: Exchange delays senders on purpose when it is short of resources, or does not know them.`,
          asks: either(askForPressure(target), askMicrosoft),
        }),
      ]),
  ...(deliveredMs < SLOW_DELIVERY_MS
    ? []
    : [
        body(loop, 'warning', 'likely', {
          says: `The message is taken at once and shows in the mailbox only ${seconds(deliveredMs)} later: it waits in a queue between transport and store.`,
          asks: [whereItIs(loop)],
        }),
      ]),
];

const itsOwnLog: Ask = {
  says: 'What does its own log say of this message? It is not Exchange that refuses, but the server before it.',
  steps: [],
};

const STAGES = { 'mail-from': 'the sender', 'rcpt-to': 'the recipient', data: 'the message' } as const;

const refused = (stage: keyof typeof STAGES, loop: Loop, { isLoggedIn, limits, isOther, target }: Beside): Body => {
  const reading = smtpReading(loop);
  const { words, certainty, asks } = READINGS[reading] ?? UNSAID;
  const rate =
    reading === 'rate' && !isOther && target.exchange.version !== 'online' ? raiseConnectorRate(target, limits) : null;
  const answer = loop.code === null ? 'no answer came' : words;
  return body(loop, 'critical', loop.code === null ? 'possible' : certainty, {
    says: `${isLoggedIn ? 'The login is accepted' : 'Nobody logs in to SMTP here (smtp.login is not set)'}, and ${STAGES[stage]} is refused at ${target.smtp.host} port ${target.smtp.port}: ${answer}.`,
    asks: isOther ? [itsOwnLog] : either(asks(target), askMicrosoft),
    remedies: rate ? [rate] : [],
  });
};

type Said = { words: string; certainty: Finding['certainty']; asks: (target: MailTarget) => Ask[] };
const UNSAID: Said = { words: 'its answer does not say why', certainty: 'possible', asks: askForConnectors };
const LIMIT: Said = {
  words: 'a limit of the connector stands in the way',
  certainty: 'likely',
  asks: target => [...askForTransportEvents(target), ...askForConnectors(target)],
};

const READINGS: Partial<Record<SmtpReading, Said>> = {
  rate: { ...LIMIT, words: 'one sender sent too much in a minute' },
  'per-source': LIMIT,
  'crowded-source': LIMIT,
  either: LIMIT,
  total: LIMIT,
  crowded: LIMIT,
  pressure: {
    words: 'the server is short of disk or memory and takes no mail',
    certainty: 'likely',
    asks: askForPressure,
  },
  'proxy-hop': {
    words:
      'the front end cannot hand it over to the transport service: its name resolution, its network adapter, or a stopped component',
    certainty: 'likely',
    asks: askForTransport,
  },
  'not-available': {
    words: 'a component of the transport is out of service, which shows only after the login',
    certainty: 'likely',
    asks: askForTransport,
  },
  later: { words: 'it cannot take it now', certainty: 'possible', asks: askForTransport },
  'log-in-first': {
    words:
      'this connector does not let the account send: its PermissionGroups leave ExchangeUsers out, or another connector answers than meant',
    certainty: 'likely',
    asks: askForConnectors,
  },
  relay: {
    words: 'this connector takes no mail for that recipient from this sender',
    certainty: 'likely',
    asks: askForConnectors,
  },
  'send-as': {
    words: 'the account may not send as this address',
    certainty: 'likely',
    asks: target => [
      {
        says: `May ${target.mailbox.user} send as ${target.loopAddress ?? 'that address'}? Only the owner of the mailbox can say, and grant «Send As».`,
        steps: [],
      },
    ],
  },
  'no-mailbox': {
    words: 'it knows no such recipient',
    certainty: 'likely',
    asks: target => [{ says: `Is ${target.loopAddress ?? 'loopAddress'} the address of the mailbox?`, steps: [] }],
  },
};

const whereItIs = ({ messageId }: Loop): Ask => ({
  says: 'Where does it wait?',
  steps: [byHand(`In message tracking and in the queues of the Exchange servers, look for the message ${messageId}.`)],
});

const body = (
  loop: Loop,
  severity: Finding['severity'],
  certainty: Finding['certainty'],
  rest: { says: string; asks: Ask[]; remedies?: Finding['remedies'] },
): Body => ({
  severity,
  certainty,
  because: [
    quoteOf(loop, loop.text, `ended at ${loop.stage}`),
    `${placeOf(loop.source)}: taken in ${seconds(loop.submittedMs)}, seen after ${seconds(loop.deliveredMs)}`,
  ],
  remedies: [],
  ...rest,
});
