import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { raiseConnectorRate } from '../remedies/raise-connector-rate.js';
import { askForConnectors, askForSmtpLogins, askForTransportEvents } from './asks-smtp.js';
import { defineRule, type Judgement, notApplicable, problem } from './rule.js';
import { alike, inOrder, listed, placeOf, quoteOf } from './seen.js';
import { raising } from './smtp-raising.js';
import { type SmtpReading, smtpReading } from './smtp-replies.js';
import { eventWords } from './whose.js';

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
    'conversation names the kind of limit by its words. Limits that were merely read prove nothing, but a rate below two replies a minute for each agent is ' +
    'worth a question. The connector that counts is the one of the port, whatever its name.',
  source: 'https://learn.microsoft.com/exchange/mail-flow/message-rate-limits',
  needs: [],
  uses: ['exchange-event', 'smtp-refusal', 'connector-limits'],
  behind: [],

  judge({ 'exchange-event': events, 'smtp-refusal': refusals, 'connector-limits': limits }, target): Judgement {
    if (target.exchange.version === 'online')
      return notApplicable('connectors and their events in Exchange Online are seen by Microsoft only');
    const read = inOrder(limits);
    const findings = [
      ...byEvents(inOrder(events), read, target),
      ...alike(inOrder(refusals), refusal => smtpReading(refusal)).map(({ key, all }) =>
        byWords(key as SmtpReading, all, read, target),
      ),
    ];
    const rate = findings.length === 0 ? slowRate(read, target) : null;
    if (rate) findings.push(rate);
    if (findings.length > 0) return problem(...findings);
    return notApplicable(
      read.length === 0
        ? 'nobody has read a receive connector, an event or a recorded conversation of this target'
        : 'no event and no recorded conversation of this target was read, and limits alone prove nothing',
    );
  },
});

const byEvents = (events: readonly Event[], limits: readonly Limits[], target: MailTarget): Body[] => {
  const { clientAddress } = target;
  const isOurs = ({ subject }: Event) => clientAddress === undefined || subject === clientAddress;
  const certainty = clientAddress === undefined ? 'likely' : 'proven';
  const of = (about: Event['about']) => events.filter(event => event.about === about);
  const because = (all: readonly Event[]) => all.map(event => `${placeOf(event.source)}: ${eventWords(event)}`);
  const names = (all: readonly Event[]) =>
    listed([...new Set(all.flatMap(event => event.of ?? []))]) || 'A receive connector';
  const isUccx: Ask[] =
    clientAddress === undefined
      ? [
          {
            says: 'Is it the address of UCCX, SocialMiner or CCP? Only then it is about replies; `clientAddress` of this target tells next time.',
            steps: [],
          },
        ]
      : [];
  const perSource = of('connector-per-source').filter(isOurs);
  const inAll = of('connector-in-all');
  const logins = of('smtp-login').filter(isOurs);
  const pressure = of('pressure');
  return [
    ...(perSource.length > 0
      ? [
          {
            severity: 'critical' as const,
            certainty,
            says: `${names(perSource)} turned connections of ${listed([...new Set(perSource.flatMap(({ subject }) => subject ?? []))])} away: one address may hold ${listed([...new Set(perSource.map(({ limit }) => String(limit ?? 'a number of')))])} at once.`,
            because: because(perSource),
            asks: isUccx,
            remedies: raising('per-source', limits, target),
          } satisfies Body,
        ]
      : []),
    ...(inAll.length > 0
      ? [
          {
            severity: 'critical' as const,
            certainty: 'proven' as const,
            says: `${names(inAll)} was full: it takes ${listed([...new Set(inAll.map(({ limit }) => String(limit ?? 'a number of')))])} connections of all senders together.`,
            because: because(inAll),
            asks: [
              {
                says: 'Who fills it? The protocol log of the connector names every address; a flood is not cured by a higher limit.',
                steps: [],
              },
            ],
            remedies: [],
          } satisfies Body,
        ]
      : []),
    ...(logins.length > 0
      ? [
          {
            severity: 'critical' as const,
            certainty,
            says: `${names(logins)} refused logins of ${listed([...new Set(logins.flatMap(({ subject }) => subject ?? []))])}.`,
            because: because(logins),
            asks: [...isUccx, ...askForSmtpLogins(target)],
            remedies: [],
          } satisfies Body,
        ]
      : []),
    ...(pressure.length > 0
      ? [
          {
            severity: 'critical' as const,
            certainty: 'proven' as const,
            says: `The transport service was short of ${names(pressure)}, and takes no mail while it is.`,
            because: because(pressure),
            asks: [
              {
                says: 'Is it over? Event 15005 of MSExchangeTransport says so; free what is short, no limit of a connector helps.',
                steps: [],
              },
            ],
            remedies: [],
          } satisfies Body,
        ]
      : []),
  ];
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
};

const byWords = (
  reading: SmtpReading,
  all: readonly Refusal[],
  limits: readonly Limits[],
  target: MailTarget,
): Body => {
  const isLimit = reading === 'per-source' || reading === 'rate';
  const remedies = isLimit ? raising(reading, limits, target) : [];
  const known = reading === 'either' ? raising('per-source', limits, target) : [];
  const connectors = listed([...new Set(all.flatMap(({ connector }) => connector ?? []))]);
  return {
    severity: 'critical',
    certainty: remedies.length > 0 ? 'likely' : 'possible',
    says: `${connectors || 'The SMTP service in this record'} ${WORDS[reading] ?? 'refused it'} (after ${listed([...new Set(all.map(({ after }) => PHASES[after]))])}).`,
    because: all.map(refusal => quoteOf(refusal, refusal.text)),
    asks: [
      ...(reading === 'per-source' || reading === 'either' || reading === 'total'
        ? askForTransportEvents(target, known[0])
        : []),
      ...(isLimit || reading === 'either' || WORDS[reading] === undefined ? askForConnectors(target) : []),
      ...(reading === 'credentials' ? askForSmtpLogins(target) : []),
    ],
    remedies,
  };
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
