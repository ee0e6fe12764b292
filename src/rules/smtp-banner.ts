import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { askMicrosoft, either } from './asks.js';
import { askForConnectors, askForPressure, askForTransport, askForTransportEvents } from './asks-smtp.js';
import { defineRule, healthy, problem, unknown } from './rule.js';
import { alike, inOrder, placesOf, quoteOf, standsAt } from './seen.js';
import { raising } from './smtp-raising.js';
import { type SmtpReading, smtpReading } from './smtp-replies.js';
import { isItInspected, type OtherSmtp, otherSmtp } from './smtp-servers.js';

type Banner = EvidenceOf<'smtp-banner'>;
type Limits = EvidenceOf<'connector-limits'>;
type Body = Omit<Finding, 'rule'>;
type Kind = SmtpReading | Exclude<Banner['outcome'], 'rejected'>;

export const smtpBanner = defineRule({
  id: 'smtp-banner',
  for: 'uccx-mail',
  leg: 'smtp',
  asks: 'Does Exchange greet whoever connects to send a reply?',
  explains:
    '421 4.3.2 is three different things, and only its words tell them apart: too many connections of one address, too many in all, or a transport service ' +
    'that is paused. Which address Exchange counts is that of the site that looked. A server that calls itself something else than Exchange is named, since ' +
    'commands for Exchange do not change it.',
  source: 'https://learn.microsoft.com/exchange/mail-flow/message-rate-limits',
  needs: ['smtp-banner'],
  uses: ['connector-limits'],
  behind: ['smtp-port', 'tls-version'],

  judge({ 'smtp-banner': seen, 'connector-limits': limits }, target) {
    const banners = inOrder(seen);
    const failed = banners.filter(({ outcome }) => outcome !== 'greeted');
    const greeted = banners.filter(({ outcome }) => outcome === 'greeted');
    if (failed.length > 0)
      return problem(
        ...alike(failed, kindOf).map(({ key, all }) => finding(key as Kind, all, greeted, inOrder(limits), target)),
      );
    const strangers = alike(
      greeted.filter(banner => otherSmtp(banner) !== null),
      banner => JSON.stringify(otherSmtp(banner)),
    );
    if (strangers.length > 0)
      return problem(...strangers.map(({ key, all }) => stranger(JSON.parse(key) as OtherSmtp, all, target)));
    return greeted.length > 0 ? healthy(`the SMTP server greets ${placesOf(greeted)}`) : unknown('nobody looked');
  },
});

/** Nothing is wrong with a relay before Exchange; only, what its connectors allow is not what counts on this hop. */
const stranger = (other: OtherSmtp, all: readonly Banner[], target: MailTarget): Body => ({
  severity: 'notice',
  certainty: 'likely',
  says:
    `${target.smtp.host} port ${target.smtp.port}, seen from ${placesOf(all)}, ` +
    (other.is === 'masked'
      ? 'greets in stars: a firewall that inspects SMTP stands in between, and takes out what it does not know.'
      : `is ${other.name} by its own words, and not Exchange: limits and rights on this hop are its own, and no command for a receive connector changes them.`),
  because: all.map(banner => quoteOf(banner, banner.text)),
  asks:
    other.is === 'masked'
      ? [isItInspected]
      : [
          {
            says: `Is UCCX meant to send by way of ${other.name}? Then it must take the replies and hand them on to Exchange; its own log tells what it did.`,
            steps: [],
          },
        ],
  remedies: [],
});

const kindOf = (banner: Banner): Kind => (banner.outcome === 'rejected' ? smtpReading(banner) : banner.outcome);

const finding = (
  kind: Kind,
  all: readonly Banner[],
  greeted: readonly Banner[],
  limits: readonly Limits[],
  target: MailTarget,
): Body => {
  const where = `${target.smtp.host} port ${target.smtp.port}`;
  const elsewhere = greeted.length > 0 ? `; it greets ${placesOf(greeted)}` : '';
  const because = [...all, ...greeted].map(banner => quoteOf(banner, banner.text, banner.outcome));
  const plain = (says: string, asks: Ask[]): Body => ({
    severity: greeted.length > 0 ? 'warning' : 'critical',
    certainty: 'possible',
    says: `${where}, seen from ${placesOf(all)}, ${says}${elsewhere}.`,
    because,
    asks: either(asks, askMicrosoft),
    remedies: [],
  });
  switch (kind) {
    case 'per-source':
    case 'either':
    case 'rate': {
      const isAtUccx = all.some(banner => standsAt('uccx-side', banner));
      const known = isAtUccx ? raising(kind === 'rate' ? 'rate' : 'per-source', limits, target) : [];
      const remedies = kind === 'either' ? [] : known;
      return {
        ...plain(`${LIMIT_WORDS[kind]} (Exchange counts the address of that site)`, [
          ...askForTransportEvents(target, kind === 'either' ? known[0] : undefined),
          ...askForConnectors(target),
        ]),
        certainty: remedies.length > 0 ? 'likely' : 'possible',
        remedies,
      };
    }
    case 'total':
      return plain(
        'turns connections away because there are too many of all senders together',
        askForTransportEvents(target),
      );
    case 'crowded-source':
    case 'crowded':
      return plain(
        `turns connections away because ${kind === 'crowded' ? 'it' : 'one address'} holds too many, in words that are not those of Exchange`,
        [gatewayInBetween, ...askForConnectors(target)],
      );
    case 'pressure':
      return {
        ...plain('takes no mail because it is short of disk or memory', askForPressure(target)),
        certainty: 'likely',
      };
    case 'proxy-hop':
      return plain('cannot hand connections over to the transport service behind it', askForTransport(target));
    case 'later':
      return plain('turns the connection away for now', [...askForTransport(target), gatewayInBetween]);
    case 'not-available':
      return plain(
        'answers that its service is not available: a component is out of service, or a connector has the wrong role',
        askForTransport(target),
      );
    case 'silent':
      return plain('takes the connection and says nothing', askForTransport(target));
    case 'closed':
      return plain('takes the connection and ends it before a greeting', [
        ...askForTransportEvents(target),
        ...askForTransport(target),
      ]);
    case 'not-smtp':
    case 'too-much':
      return plain('does not speak SMTP', [
        {
          says: 'Are the address and the port right, and does the port expect encryption from the first byte?',
          steps: [],
        },
      ]);
    default:
      return plain('turns the connection away for good', [...askForConnectors(target), gatewayInBetween]);
  }
};

/** A gateway or filter has limits and lists of its own, which no command of Exchange changes. */
const gatewayInBetween: Ask = {
  says: 'Is it Exchange that answers there, or a gateway or filter in between? Its first words and its name tell.',
  steps: [],
};

const LIMIT_WORDS = {
  'per-source': 'turns connections away because one address holds too many',
  either: 'turns connections away because one address or all together hold too many',
  rate: 'turns mail away because one sender sent too much in a minute',
};
