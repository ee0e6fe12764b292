import type { IsoTime } from '../domain/clock.js';
import type { EvidenceOf } from '../domain/evidence/index.js';
import { shortName } from '../domain/server-name.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { raiseConnectorRate } from '../remedies/raise-connector-rate.js';
import { askForConnectors, askForSmtpLogins, askForTransportEvents } from './asks-smtp.js';
import { connectorFindings, isItUccx, isOfConnectors, mayBeUccx } from './connector-events.js';
import { atStanding, byStanding, type Standing, standingAt } from './event-time.js';
import { defineRule, healthy, type Judgement, notApplicable, problem, type Seen } from './rule.js';
import { alike, inOrder, listed, quoteOf } from './seen.js';
import { raising } from './smtp-raising.js';
import { type SmtpReading, smtpReading } from './smtp-replies.js';

type Event = EvidenceOf<'exchange-event'>;
type Refusal = EvidenceOf<'smtp-refusal'>;
type Limits = EvidenceOf<'connector-limits'>;
type Body = Omit<Finding, 'rule'>;

export const connectorRefusals = defineRule({
  id: 'connector-refusals',
  for: 'uccx-mail',
  leg: 'smtp',
  asks: 'Did a receive connector turn replies of UCCX away?',
  explains:
    'Event 1021 of MSExchangeTransport names connector, address and limit, and is full proof where the address is that of UCCX. A refusal in a recorded ' +
    'conversation names the kind of limit by its words. Of another sender neither says anything, and a higher limit that was read later, a login or a ' +
    'message that was taken later, outlives it. Limits that were merely read prove nothing, but a rate below two replies a minute for each agent is ' +
    'worth a question. The connector that counts is the one of the port, whatever its name.',
  source: 'https://learn.microsoft.com/exchange/mail-flow/message-rate-limits',
  needs: [],
  uses: ['exchange-event', 'smtp-refusal', 'connector-limits', 'smtp-login', 'mail-loop'],
  behind: [],

  judge(seen, target, now): Judgement {
    if (target.exchange.version === 'online')
      return notApplicable('connectors and their events in Exchange Online are seen by Microsoft only');
    const limits = inOrder(seen['connector-limits']);
    const isRefused = seen['smtp-login'].some(({ outcome }) => outcome === 'refused');
    const events = inOrder(seen['exchange-event']).filter(
      // Of a login that was tried and refused smtp-login tells, and the event may be of that very one.
      event => isOfConnectors(event, target) && !(isRefused && event.about === 'smtp-login'),
    );
    const refusals = inOrder(seen['smtp-refusal']).filter(({ remote }) => mayBeUccx(remote, target));
    const byTime = byStanding(events, now, overSince(seen, target));
    const groups = alike(refusals, refusal => {
      const reading = smtpReading(refusal);
      return `${reading} ${standingAt(refusal.at, now, takenSince(reading, seen, target))}`;
    }).map(({ key, all }) => {
      const [reading, standing] = key.split(' ') as [SmtpReading, Standing];
      return { reading, standing, all };
    });
    const findings = [
      ...byTime
        .filter(({ standing }) => standing !== 'outlived')
        .flatMap(({ standing, all }) =>
          connectorFindings(all, limits, target).map(finding => atStanding(finding, standing)),
        ),
      ...groups
        .filter(({ standing }) => standing !== 'outlived')
        .map(({ reading, standing, all }) => atStanding(byWords(reading, all, limits, target), standing)),
    ];
    const rate = findings.length === 0 ? slowRate(limits, target) : null;
    if (rate) findings.push(rate);
    if (findings.length > 0) return problem(...findings);

    const over = [
      ...byTime.flatMap(({ all }) => connectorFindings(all, [], target)),
      ...groups.map(({ reading, all }) => byWords(reading, all, [], target)),
    ].map(({ says }) => says.replace(/\.$/, ''));
    if (over.length > 0) return healthy(`it is over, by what was seen since: ${over.join('; ')}`);
    return notApplicable(notRead(seen));
  },
});

const notRead = (seen: Facts): string => {
  if (seen['smtp-refusal'].length > 0) return 'the refusals that were read are of other senders than UCCX';
  return seen['connector-limits'].length === 0
    ? 'nobody has read a receive connector, an event or a recorded conversation of this target'
    : 'no event and no recorded conversation of this target was read, and limits alone prove nothing';
};

type Facts = Seen<'exchange-event' | 'smtp-refusal' | 'connector-limits' | 'smtp-login' | 'mail-loop'>;

/** What shows that such an event is over: a higher limit that was read later, a login or a message that was taken later. */
const overSince =
  ({ 'connector-limits': limits, 'smtp-login': logins, 'mail-loop': loops }: Facts, target: MailTarget) =>
  (event: Event): readonly { at: IsoTime }[] => {
    const { about, limit } = event;
    switch (about) {
      case 'connector-per-source':
        return limits.filter(read => isNamed(read, event, target) && isAbove(read.connectionsPerSource, limit));
      case 'connector-in-all':
        return limits.filter(read => isNamed(read, event, target) && isAbove(read.connections, limit));
      case 'smtp-login':
        return logins.filter(isAccepted);
      default:
        return takenBy(loops, target);
    }
  };

/** `EX01\Client Frontend EX01` and `Client Frontend EX01` are one; of several servers each may have one of that name. */
const isNamed = ({ connector }: Limits, { of, server }: Event, { exchange: { servers } }: MailTarget): boolean => {
  const bare = (words: string) => words.slice(words.lastIndexOf('\\') + 1).toLowerCase();
  if (of === null || bare(connector) !== bare(of)) return false;
  if (servers.length === 1) return true;
  return (
    server !== null &&
    connector
      .toLowerCase()
      .split(/[\\ .]/)
      .includes(shortName(server))
  );
};
const isAbove = (value: Limits['connections'], limit: number | null): boolean =>
  limit !== null && (value === 'unlimited' || (value ?? 0) > limit);
const isAccepted = ({ outcome }: EvidenceOf<'smtp-login'>): boolean => outcome === 'accepted';
const wasTaken = ({ stage, code }: EvidenceOf<'mail-loop'>): boolean =>
  code === 250 && (stage === 'delivery' || stage === 'removal' || stage === 'done');

/** Messages that were taken, where it is known by which server. */
const takenBy = (loops: readonly EvidenceOf<'mail-loop'>[], { exchange: { servers } }: MailTarget) =>
  servers.length === 1 ? loops.filter(wasTaken) : [];

/** A limit that is met now and then no single success outlives, and the right to send depends on the address that sends. */
const takenSince = (reading: SmtpReading, { 'smtp-login': logins, 'mail-loop': loops }: Facts, target: MailTarget) => {
  if (reading === 'credentials') return logins.filter(isAccepted);
  return reading === 'pressure' ? takenBy(loops, target) : [];
};

const WORDS: Partial<Record<SmtpReading, string>> = {
  'per-source': 'turned a connection away because one address holds too many',
  either: 'turned a connection away because one address or all together hold too many',
  total: 'turned a connection away because all senders together hold too many',
  rate: 'turned a message away because one sender sent too much in a minute',
  credentials: 'refused the login',
  relay: 'would not take mail for that recipient from this sender',
  'send-as': 'would not let this account send under that address',
  'log-in-first': 'wanted a login first',
  'encrypt-first': 'wanted encryption first',
  pressure: 'was short of disk or memory',
  size: 'would not take a message of that size',
  'no-mailbox': 'knows no such recipient',
};

const byWords = (
  reading: SmtpReading,
  all: readonly Refusal[],
  limits: readonly Limits[],
  target: MailTarget,
): Body => {
  const isLimit = reading === 'per-source' || reading === 'rate';
  // A protocol log of a connector has everybody who sends over it.
  const isAnybody = target.clientAddress === undefined && all.every(({ remote }) => remote !== null);
  const remedies = isLimit && !isAnybody ? raising(reading, limits, target) : [];
  const known = reading === 'either' ? raising('per-source', limits, target) : [];
  const connectors = listed([...new Set(all.flatMap(({ connector }) => connector ?? []))]);
  return {
    severity: OF_ONE_MESSAGE.has(reading) ? 'warning' : 'critical',
    certainty: remedies.length > 0 ? 'likely' : 'possible',
    says: `${connectors || 'The SMTP service in this record'} ${WORDS[reading] ?? 'refused it'} (${isAnybody ? `${listed([...new Set(all.flatMap(({ remote }) => remote ?? []))])}, ` : ''}after ${listed([...new Set(all.map(({ after }) => PHASES[after]))])}).`,
    because: all.map(refusal => quoteOf(refusal, refusal.text)),
    asks: [
      ...(isAnybody ? [isItUccx] : []),
      ...(reading === 'per-source' || reading === 'either' || reading === 'total'
        ? askForTransportEvents(target, known[0])
        : []),
      ...(isLimit || reading === 'either' || reading === 'size' || WORDS[reading] === undefined
        ? askForConnectors(target)
        : []),
      ...(reading === 'no-mailbox' ? [isItRight] : []),
      ...(reading === 'credentials' ? askForSmtpLogins(target) : []),
    ],
    remedies,
  };
};

const OF_ONE_MESSAGE: ReadonlySet<SmtpReading> = new Set(['size', 'no-mailbox']);
const isItRight: Ask = {
  says: 'Is the address right to which the agent replied? It stands in the mail of the customer.',
  steps: [],
};

const PHASES: Record<Refusal['after'], string> = {
  connect: 'connecting',
  ehlo: 'EHLO',
  starttls: 'STARTTLS',
  auth: 'AUTH',
  'mail-from': 'MAIL FROM',
  'rcpt-to': 'RCPT TO',
  data: 'DATA',
  other: 'another command',
};

/** Replies of all agents go out under one account, so a rate by user is one for all of them. Nobody says how fast agents answer. */
const slowRate = (limits: readonly Limits[], target: MailTarget): Body | null => {
  const { connector, port } = target.smtp;
  const slow = limits.filter(
    ({ messagesPerMinute, connector: name, ports }) =>
      typeof messagesPerMinute === 'number' &&
      messagesPerMinute < REPLIES_A_MINUTE * target.agents &&
      (name === connector || ports?.includes(port)),
  );
  const [first] = slow;
  if (!first || port !== 587) return null;
  const remedy = raiseConnectorRate(target, limits);
  return {
    severity: 'notice',
    certainty: 'possible',
    says: `${listed(slow.map(({ connector: name }) => name))} takes ${first.messagesPerMinute} messages a minute of one account, and the replies of ${target.agents} agents share one.`,
    because: slow.map(item => quoteOf(item, `MessageRateLimit ${item.messagesPerMinute} on port ${port}`)),
    asks: [
      {
        says: 'Does UCCX meet it? «421 4.4.2 Message submission rate» in its log, or in the protocol log of the connector, says yes.',
        steps: [],
        ...(remedy ? { ifSo: remedy } : {}),
      },
    ],
    remedies: [],
  };
};
/** More than anybody writes; an assumption, as in the remedy. */
const REPLIES_A_MINUTE = 2;
