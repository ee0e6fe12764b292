import type { EvidenceOf } from '../domain/evidence/index.js';
import type { MailTarget } from '../domain/target.js';
import type { Ask, Finding } from '../domain/verdict.js';
import { askForCredentials } from './asks.js';
import { listed, placeOf } from './seen.js';
import { raising } from './smtp-raising.js';
import { eventWords } from './whose.js';

type Event = EvidenceOf<'exchange-event'>;
type Limits = EvidenceOf<'connector-limits'>;
type Body = Omit<Finding, 'rule'>;

const ABOUT = ['connector-per-source', 'connector-in-all', 'smtp-login', 'pressure'] as const;
type About = (typeof ABOUT)[number];

/** What the transport service says of its connectors, and of whom UCCX may be one. */
export const isOfConnectors = ({ about, subject }: Event, target: MailTarget): boolean =>
  (ABOUT as readonly string[]).includes(about) && mayBeUccx(subject, target);

/** Nobody but the configuration knows the address of UCCX; a record without an address may be of anybody. */
export const mayBeUccx = (address: string | null, { clientAddress }: MailTarget): boolean =>
  address === null || clientAddress === undefined || address === clientAddress;

export const isItUccx: Ask = {
  says: 'Is it the address of UCCX, SocialMiner or CCP? Only then it is about replies; clientAddress of this target tells next time.',
  steps: [],
};

/** One finding for each thing that these events say. An address that nobody has called UCCX's may be that of anybody who sends. */
export const connectorFindings = (
  events: readonly Event[],
  limits: readonly Limits[],
  target: MailTarget,
): readonly Body[] =>
  ABOUT.flatMap(about => {
    const all = events.filter(event => event.about === about);
    if (all.length === 0) return [];
    const names = listed([...new Set(all.flatMap(event => event.of ?? []))]) || 'A receive connector';
    const whom = listed([...new Set(all.flatMap(({ subject }) => subject ?? []))]) || 'somebody';
    const isSure = target.clientAddress !== undefined || !NAMES_ADDRESS.includes(about);
    const { says, asks, remedies } = SAID[about]({ all, names, whom, limits, target });
    return [
      {
        severity: 'critical' as const,
        certainty: isSure ? ('proven' as const) : ('possible' as const),
        says,
        because: all.map(event => `${placeOf(event.source)}: ${eventWords(event)}`),
        asks: [...(isSure ? [] : [isItUccx]), ...asks],
        remedies: isSure ? remedies : [],
      },
    ];
  });

const NAMES_ADDRESS: readonly About[] = ['connector-per-source', 'smtp-login'];

type Told = {
  all: readonly Event[];
  names: string;
  whom: string;
  limits: readonly Limits[];
  target: MailTarget;
};
const SAID: Record<About, (told: Told) => Pick<Body, 'says' | 'asks' | 'remedies'>> = {
  'connector-per-source': ({ all, names, whom, limits, target }) => ({
    says: `${names} turned connections of ${whom} away: one address may hold ${limitIn(all)} at once.`,
    asks: [],
    remedies: raising('per-source', limits, target),
  }),
  'connector-in-all': ({ all, names }) => ({
    says: `${names} was full: it takes ${limitIn(all)} connections of all senders together.`,
    asks: [
      {
        says: 'Who fills it? The protocol log of the connector names every address; a flood is not cured by a higher limit.',
        steps: [],
      },
    ],
    remedies: [],
  }),
  'smtp-login': ({ names, whom, target }) => ({
    says: `${names} refused logins of ${whom}.`,
    asks: askForCredentials(target),
    remedies: [],
  }),
  pressure: ({ names }) => ({
    says: `The transport service was short of ${names}, and takes no mail while it is.`,
    asks: [
      {
        says: 'Is it over? Event 15005 of MSExchangeTransport says so; free what is short, no limit of a connector helps.',
        steps: [],
      },
    ],
    remedies: [],
  }),
};

const limitIn = (events: readonly Event[]): string =>
  listed([...new Set(events.map(({ limit }) => String(limit ?? 'a number of')))]);
