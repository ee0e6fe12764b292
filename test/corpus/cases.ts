import { type Chance, chance } from './chance.js';
import { IMAP_FAULTS } from './faults-imap.js';
import { INBOX_FAULTS } from './faults-inbox.js';
import { LOG_FAULTS, LOG_NEAR_MISSES } from './faults-logs.js';
import { SMTP_FAULTS } from './faults-smtp.js';
import { type Fault, type Setting, settingName, VERSIONS } from './ground.js';
import { NEAR_MISSES, REPLAYS } from './near-misses.js';
import { OTHER_WORDS } from './words.js';

/** One contact centre with its faults. `shown` must be found; `hidden` lies behind one of them, so nobody can have seen it. */
export type Case = {
  /** Also the id of its target. */
  name: string;
  id: string;
  family: Family;
  kind: 'mail' | 'inbox';
  setting: Setting;
  /** In the order in which they are made: what comes first on the way is made last. */
  faults: readonly Fault[];
  shown: readonly Fault[];
  hidden: readonly Fault[];
};

export const FAMILIES = [
  'IMAP port and greeting',
  'IMAP encryption and offer',
  'IMAP login',
  'IMAP mailbox and sessions',
  'SMTP port and greeting',
  'SMTP encryption and offer',
  'SMTP login and sending',
  'port 7080',
  'EWS',
  'recorded dialogues',
  'words of other servers',
  'near misses',
  'two faults, two conversations',
  'two faults, one conversation',
  'papers alone',
  'papers, two faults',
  'papers, near misses',
  'papers, a fault among others',
] as const;
type Family = (typeof FAMILIES)[number];

type Size = {
  /** How often each fault is made, each time in another setting. */
  settings: { imap: number; others: number };
  /** Of the words of other servers, one in so many. */
  wordsIn: number;
  pairs: { apart: number; together: number; inbox: number; papers: number };
};
const WHOLE: Size = {
  settings: { imap: 3, others: 2 },
  wordsIn: 1,
  pairs: { apart: 60, together: 50, inbox: 8, papers: 60 },
};
/** Every fault once. */
const SLICE: Size = {
  settings: { imap: 1, others: 1 },
  wordsIn: 3,
  pairs: { apart: 5, together: 5, inbox: 1, papers: 12 },
};

/** The corpus of one seed: the same every time. */
export const casesFor = (seed: number, size: 'whole' | 'slice'): readonly Case[] => {
  const { settings, wordsIn, pairs } = size === 'whole' ? WHOLE : SLICE;
  const random = chance(seed);
  const words = OTHER_WORDS.filter((_, index) => index % wordsIn === seed % wordsIn);
  const drafts = [
    ...[...IMAP_FAULTS, ...SMTP_FAULTS, ...INBOX_FAULTS, ...words, ...REPLAYS, ...NEAR_MISSES].flatMap(fault =>
      some(
        random,
        size === 'slice' ? quickest(fault) : settingsFor([fault]),
        fault.leg === 'imap' ? settings.imap : settings.others,
      ).map(setting => alone(fault, setting)),
    ),
    ...apart(random, IMAP_FAULTS, SMTP_FAULTS, pairs.apart),
    ...apart(
      random,
      INBOX_FAULTS.filter(({ leg }) => leg === 'notify'),
      INBOX_FAULTS.filter(({ leg }) => leg === 'web'),
      pairs.inbox,
    ),
    ...together(random, [...IMAP_FAULTS, ...SMTP_FAULTS, ...INBOX_FAULTS], pairs.together),
    ...ofPapers(random, settings.others, pairs.papers),
  ];
  return drafts.map((draft, index) => ({ ...draft, name: `c-${index + 1}` }));
};

type Draft = Omit<Case, 'name'>;

const isInbox = ({ leg }: Fault): boolean => leg === 'notify' || leg === 'web';

const caseOf = (family: Family, setting: Setting, shown: readonly Fault[], hidden: readonly Fault[]): Draft => ({
  id: `${[...shown, ...hidden].map(({ id }) => id).join(' + ')} (${settingName(setting)})`,
  family,
  kind: shown.some(isInbox) ? 'inbox' : 'mail',
  setting,
  faults: [...hidden, ...shown],
  shown,
  hidden,
});

const alone = (fault: Fault, setting: Setting): Draft => caseOf(familyOf(fault), setting, [fault], []);

const familyOf = (fault: Fault): Family => {
  if (fault.label === 'healthy' && !REPLAYS.includes(fault)) return 'near misses';
  if (REPLAYS.includes(fault)) return 'recorded dialogues';
  if (OTHER_WORDS.includes(fault)) return 'words of other servers';
  if (fault.leg === 'notify') return 'port 7080';
  if (fault.leg === 'web') return 'EWS';
  if (fault.leg === 'smtp')
    return fault.depth < 2
      ? 'SMTP port and greeting'
      : fault.depth < 4
        ? 'SMTP encryption and offer'
        : 'SMTP login and sending';
  return (
    (['IMAP port and greeting', 'IMAP port and greeting', 'IMAP encryption and offer', 'IMAP login'] as const)[
      fault.depth as 0
    ] ?? 'IMAP mailbox and sessions'
  );
};

/** Nobody looks at a server: the encryption and the sites make no difference. */
const ofPapers = (random: Chance, times: number, pairs: number): readonly Draft[] => {
  const settingsOf = (faults: readonly Fault[]) =>
    settingsFor(faults).filter(({ security, sites }) => security === 'starttls' && sites === 1);
  const make = (family: Family, faults: readonly Fault[], count: number) =>
    some(random, settingsOf(faults), count).map(setting => caseOf(family, setting, faults, []));
  const both = (ones: readonly Fault[], others: readonly Fault[]) =>
    ones.flatMap(one => others.filter(other => isApart(one, other)).map(other => [one, other] as const));
  return [
    ...LOG_FAULTS.flatMap(fault => make('papers alone', [fault], times)),
    ...LOG_NEAR_MISSES.flatMap(fault => make('papers, near misses', [fault], times)),
    ...some(random, both(LOG_FAULTS, LOG_FAULTS), pairs).flatMap(pair => make('papers, two faults', pair, 1)),
    ...some(random, both(LOG_FAULTS, LOG_NEAR_MISSES), pairs).flatMap(pair =>
      make('papers, a fault among others', pair, 1),
    ),
  ];
};

/** Of one target, and not the one the answer to the other: one log tells what another of the same machine does not. */
const isApart = (one: Fault, other: Fault): boolean =>
  one !== other && isInbox(one) === isInbox(other) && one.leg !== other.leg;

const SETTINGS: readonly Setting[] = VERSIONS.flatMap(version =>
  (['cad', 'finesse'] as const).flatMap(desktop =>
    (['starttls', 'tls', 'plain'] as const).flatMap(security =>
      ([1, 2] as const).map(sites => ({ version, desktop, security, sites })),
    ),
  ),
);

/** Every setting in which all of these can be; of single inbox desktop and encryption of IMAP make no difference. */
const settingsFor = (faults: readonly Fault[]): readonly Setting[] =>
  SETTINGS.filter(
    setting =>
      faults.every(({ fits }) => fits?.(setting) ?? true) &&
      (!faults.some(isInbox) || (setting.desktop === 'cad' && setting.security === 'starttls')),
  );

/** Two sites wait one after the other, since a target is given no more than two connections at once. */
const quickest = (fault: Fault): readonly Setting[] => {
  const settings = settingsFor([fault]);
  const single = fault.waits ? settings.filter(({ sites }) => sites === 1) : [];
  return single.length > 0 ? single : settings;
};

const some = <T>(random: Chance, from: readonly T[], count: number): readonly T[] =>
  random.shuffled(from).slice(0, count);

/** Nobody's limits or mailboxes are like those of others in the cloud, and what only a check of its own shows is checked alone. */
const mayBePaired = (fault: Fault): boolean =>
  !/online|basic-off/.test(fault.id) && !(fault.leg === 'smtp' && fault.depth === 4);

/** Two conversations that know nothing of each other: both faults show. */
const apart = (random: Chance, ones: readonly Fault[], others: readonly Fault[], count: number): readonly Draft[] => {
  const pairs = ones.flatMap(one => others.map(other => [one, other] as const)).filter(pair => pair.every(mayBePaired));
  return some(random, pairs, count).flatMap(pair =>
    some(random, settingsFor(pair), 1).map(setting => caseOf('two faults, two conversations', setting, pair, [])),
  );
};

/** One conversation: what comes first on the way hides the other. */
const together = (random: Chance, faults: readonly Fault[], count: number): readonly Draft[] => {
  const pairs = faults.flatMap(first =>
    faults.filter(second => hides(first, second)).map(second => [first, second] as const),
  );
  const settingsOf = ([first, second]: readonly [Fault, Fault]) =>
    settingsFor([first, second]).filter(setting => !isInsideTls(first, second, setting));
  const possible = pairs.filter(pair => settingsOf(pair).length > 0);
  return some(random, possible, count).flatMap(([first, second]) =>
    some(random, settingsOf([first, second]), 1).map(setting =>
      caseOf('two faults, one conversation', setting, [first], [second]),
    ),
  );
};

/** Where encryption comes first, a greeting hides nothing of it. */
const isInsideTls = (first: Fault, second: Fault, { security }: Setting): boolean =>
  security === 'tls' && first.leg === 'imap' && first.depth === 1 && second.depth === 2;

const hides = (first: Fault, second: Fault): boolean => {
  if (first.leg !== second.leg || first.depth >= second.depth || first.hides === false) return false;
  if (![first, second].every(mayBePaired) || second.isRead) return false;
  // It would be seen all the same: in the file, in the words that end a session, or at another site.
  if (second.hides === false && second.depth === 4) return false;
  // What stands in place of a server leaves nothing of what the server would have done.
  if (second.place && !first.place) return false;
  if (first.needsAgents) return second.id === 'imap-wrong-password';
  return !second.needsAgents || first.depth === 0;
};
