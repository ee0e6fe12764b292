import type { EvidenceOf } from '../domain/evidence/index.js';
import { countsFailedLogins } from '../domain/login-words.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { byHand } from '../remedies/steps.js';
import { askForConnectionEvents, askForCredentials, askForImapServices, askMicrosoft, either } from './asks.js';
import { turnedAwayAt } from './imap-connection-limits.js';
import type { ServiceLimits } from './known-limits.js';
import { codeIn, matches, says } from './replies.js';
import { defineRule, healthy, problem, toldBy } from './rule.js';
import { alike, inOrder, placeOf, placesOf, quoteOf } from './seen.js';
import { readings } from './service-limits.js';

type Greeting = EvidenceOf<'imap-greeting'>;
type Body = Omit<Finding, 'rule'>;
type Kind =
  | 'exchange'
  | 'unity'
  | 'other'
  | 'bye-failed'
  | 'bye-limit'
  | 'bye-later'
  | 'bye-idle'
  | Exclude<Greeting['outcome'], 'ok'>;

export const imapGreeting = defineRule({
  id: 'imap-greeting',
  for: 'uccx-mail',
  leg: 'imap',
  asks: 'Does Exchange greet whoever connects to its IMAP port?',
  explains:
    'A connection that stays silent or ends at once is not a login problem: a balancer without a live server, a stopped back end, a limit on ' +
    'connections of one address or of all, or a port that expects encryption from the first byte. Where another site is greeted at the same time, ' +
    'the server lives, and the address or the way of the one that is turned away is what differs.',
  source: 'RFC 9051, 7.1 and 7.1.5; https://learn.microsoft.com/powershell/module/exchangepowershell/set-imapsettings',
  needs: ['imap-greeting'],
  uses: ['exchange-event', 'imap-service-limits'],
  behind: ['imap-port', 'tls-version'],

  judge({ 'imap-greeting': seen, 'exchange-event': events, 'imap-service-limits': limits }, target) {
    const greetings = inOrder(seen);
    const isTold = (greeting: Greeting) =>
      LIKE_A_LIMIT.includes(kindOf(greeting)) && turnedAwayAt(greeting.at, events, target);
    if (greetings.every(isTold))
      return toldBy(
        'imap-connection-limits',
        `the connection from ${placesOf(greetings)} ends before the greeting, and an event of that hour names the limit that was met`,
        ['imap-greeting'],
      );
    const greeted = greetings.filter(({ outcome }) => outcome === 'ok' || outcome === 'preauth');
    const exchange = greetings.filter(greeting => kindOf(greeting) === 'exchange');
    const findings = alike(greetings, kindOf)
      // Where Exchange greets as well, that another greeting is heard beside it is for imap-balancer to say.
      .filter(({ key }) => key !== 'other' || exchange.length === 0)
      .flatMap(({ key, all }) => findingFor(key as Kind, all, greeted, limits, target));
    if (findings.length > 0) return problem(...findings);
    return healthy(`Exchange greets ${placesOf(exchange)}${lateWords(exchange)}`);
  },
});

/** Exchange greets at once. A busy prober is slow as well, so that it is late is told and is no fault. */
const SLOW_MS = 5000;

const lateWords = (exchange: readonly Greeting[]): string => {
  const slow = exchange.filter(({ tookMs }) => tookMs >= SLOW_MS);
  const longest = Math.round(Math.max(...slow.map(({ tookMs }) => tookMs)) / 1000);
  return slow.length === 0 ? '' : `; ${placesOf(slow)} waited ${longest} s for it, which is longer than clients may`;
};

const LIKE_A_LIMIT: readonly Kind[] = ['closed', 'bye', 'bye-limit'];

const kindOf = ({ outcome, text }: Greeting): Kind => {
  if (outcome === 'bye') return byeKindOf(text);
  if (outcome !== 'ok') return outcome;
  if (/Microsoft Exchange/i.test(text ?? '')) return 'exchange';
  // Unity Connection greets with the name of its message store: «UMSS IMAP4rev1 Server».
  return /\bUMSS IMAP4|Unity Connection/i.test(text ?? '') ? 'unity' : 'other';
};

/** Failed logins come first, then a limit, then «try again»: servers say two of them in one line. */
const byeKindOf = (text: string | null): Kind => {
  if (countsFailedLogins(text) || matches(says.locked, text)) return 'bye-failed';
  const code = codeIn(text);
  if (code === 'LIMIT' || matches(says.tooMany, text)) return 'bye-limit';
  if (matches(says.idleTooLong, text)) return 'bye-idle';
  return code === 'UNAVAILABLE' || matches(says.unavailable, text) || /shutting down/i.test(text ?? '')
    ? 'bye-later'
    : 'bye';
};

const findingFor = (
  kind: Kind,
  all: readonly Greeting[],
  greeted: readonly Greeting[],
  limits: readonly ServiceLimits[],
  target: MailTarget,
): Body[] => {
  const { host, port, security } = target.imap;
  const where = `${host} port ${port}, seen from ${placesOf(all)},`;
  const beside = greeted.length > 0 && kind !== 'other' && kind !== 'unity' && kind !== 'preauth';
  const because = [
    ...(beside ? [...all, ...greeted] : all).map(greeting =>
      quoteOf(greeting, greeting.text, `${greeting.outcome} after ${Math.round(greeting.tookMs)} ms`),
    ),
    ...(LIKE_A_LIMIT.includes(kind) ? readings(limits, target) : []),
  ];
  const whatDiffers: Ask[] = beside
    ? [
        {
          says:
            `What differs between ${placesOf(all)} and ${placesOf(greeted)}? The server lives. Many clients behind one address (NAT, Citrix) ` +
            'share what Exchange grants one address, or a balancer sends them to another server.',
          steps: [],
        },
      ]
    : [];
  const turnedAway = (words: string, asks: Ask[], certainty: Finding['certainty'] = 'possible'): Body[] => [
    {
      severity: beside ? 'warning' : 'critical',
      certainty,
      says: `${where} ${words}${beside ? `; it greets ${placesOf(greeted)}` : ''}.`,
      because,
      asks: either([...whatDiffers, ...asks], askMicrosoft),
      remedies: [],
    },
  ];
  const another = (severity: Finding['severity'], certainty: Finding['certainty'], words: string): Body[] => [
    {
      severity,
      certainty,
      says: `${where} ${words}.`,
      because,
      asks: [{ says: `Is ${host} the Exchange server? Unity Connection has an IMAP server of its own.`, steps: [] }],
      remedies: [],
    },
  ];
  const expectsTls: Ask[] =
    security === 'tls'
      ? []
      : [
          {
            says: `Does port ${port} expect encryption from the first byte, as 993 does? Then this target needs security: tls.`,
            steps: [byHand('Compare the port with SSLBindings and UnencryptedOrTLSBindings of Get-ImapSettings.')],
          },
        ];
  switch (kind) {
    case 'exchange':
      return [];
    case 'unity':
      return another(
        'critical',
        'likely',
        'is the IMAP server of Unity Connection itself, for voice mail, and not Exchange',
      );
    case 'other':
    case 'preauth':
      return another(
        'notice',
        'possible',
        'greets in words that are not those of Exchange: its banner was changed, or it is another server',
      );
    case 'silent':
      return turnedAway('takes the connection and says nothing', [...expectsTls, ...askForImapServices(target)]);
    case 'closed':
      return turnedAway('takes the connection and ends it before the greeting', [
        ...askForConnectionEvents(target),
        ...askForImapServices(target),
        ...expectsTls,
      ]);
    case 'bye':
      return turnedAway('turns the connection away in place of a greeting', askForConnectionEvents(target));
    case 'bye-failed':
      return turnedAway(
        'turns the connection away in place of a greeting and speaks of failed logins or of a block; nobody should log in before the reason is known',
        [...askForCredentials(target), ...askForConnectionEvents(target)],
      );
    case 'bye-limit':
      return turnedAway(
        'turns the connection away in place of a greeting and says that there are too many',
        askForConnectionEvents(target),
        'likely',
      );
    case 'bye-later':
      return turnedAway(
        'turns the connection away in place of a greeting and says that it cannot serve it now',
        askForImapServices(target),
        'likely',
      );
    case 'bye-idle':
      return turnedAway(
        'ends the connection as idle in place of a greeting, which Exchange does when what stands behind it does not answer',
        askForImapServices(target),
      );
    case 'not-imap':
      return turnedAway('does not speak IMAP', [
        { says: `Are the address and the port right? ${placeList(all)}`, steps: [] },
        ...expectsTls,
      ]);
    case 'too-much':
      return turnedAway('sends without end and is not an IMAP server in its right mind', [
        { says: 'Which machine has this address? Exchange greets in one short line.', steps: [] },
      ]);
  }
};

const placeList = (all: readonly Greeting[]): string =>
  `Seen from ${all.map(({ source }) => placeOf(source)).join(', ')}.`;
