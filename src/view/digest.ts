import type { Digest, DigestTold } from '../domain/digest.js';
import { type Headroom, hasChanged, type TargetNews } from '../domain/digest-news.js';
import { nextSlot, wallWords } from '../domain/digest-slots.js';
import { whenWords } from '../domain/digest-when.js';
import type { Told } from '../domain/quiet-of.js';
import type { Finding, Severity } from '../domain/verdict.js';
import { type DigestTrend, digestPicture } from './digest-picture.js';
import { silenceWords } from './quiet.js';
import { section } from './section.js';
import { remedySection } from './steps.js';
import type { Action, Section, Table, Tone, View } from './view.js';
import { count, duration, lasted, list, severityWord } from './words.js';

export type DigestSaid = {
  digest: Pick<Digest, 'id' | 'when' | 'zone' | 'onlyChanges' | 'by'>;
  /** When it was due; null for a preview. */
  slot: number | null;
  now: number;
  /** The digest before, null where this is the first one. */
  before: DigestTold | null;
  news: readonly TargetNews[];
  /** Of those that `inPicture` names; without it there is no picture. */
  trends?: readonly DigestTrend[];
};

/** What comes after this is no longer «at eight». */
const LATE_MS = 60_000;
/** Sections of a message; whoever has more than this in trouble wants names first. */
const MOST_TARGETS = 20;
const MOST_NAMES = 30;
const MOST_REMEDIES = 3;
const MOST_SCRIPTS = 4;

/** A digest as it is told, or null where it is to say nothing unless something has changed. Pure. */
export const digestView = (said: DigestSaid): View | null => {
  const { digest, before, news, slot } = said;
  const entries = new Map(before?.entries.map(entry => [entry.target, entry]));
  const entryBefore = (each: TargetNews) => entries.get(each.entry.target) ?? null;
  if (digest.onlyChanges && slot !== null && before && !news.some(each => hasChanged(each, entryBefore(each))))
    return null;
  const actions = [...scripts(news, slot ?? said.now), ...(slot === null ? [] : [table(digest)])];
  const picture = digestPicture(said.trends ?? [], said.now, news.length);
  return {
    tone: toneOf(news),
    headline: `${slot === null ? 'Preview, from the latest reports: ' : ''}${headline(news)}`,
    sections: [
      ...late(said),
      ...troubles(said),
      ...since(said),
      ...unknowns(news),
      ...silenced(said),
      ...headroom(news),
      ...names('Healthy', 'healthy', withState(news, 'healthy')),
    ],
    footer: footer(said),
    file: `uccx-digest-${wallWords(slot ?? said.now, digest.zone).slice(0, 10)}`,
    ...(picture ? { picture } : {}),
    ...(actions.length > 0 ? { actions } : {}),
  };
};

const table = ({ id }: DigestSaid['digest']): Action => ({
  id: `table-${id}`,
  label: 'Full table as a file',
  command: `/uccx digest table ${id}`,
});

const withState = (news: readonly TargetNews[], state: Told): TargetNews[] => news.filter(({ told }) => told === state);

const headline = (news: readonly TargetNews[]): string => {
  const [ill, well, unknown] = (['problem', 'healthy', 'unknown'] as const).map(state => withState(news, state).length);
  const [only] = news;
  if (!only) return 'This digest has no targets any more.';
  const silent = SILENT.flatMap(told => {
    const amount = withState(news, told).length;
    return amount > 0 ? [`${amount} ${IN[told]}`] : [];
  });
  // Silence makes nothing clear.
  if (ill === 0 && unknown === 0 && silent.length === 0)
    return news.length === 1 ? `All clear: ${only.entry.target} is healthy` : `All clear · ${well} of ${well} healthy`;
  return [
    `${ill} of ${news.length} ${ill === 1 ? 'needs' : 'need'} you`,
    ...(well ? [`${well} healthy`] : []),
    ...(unknown ? [`${unknown} unknown`] : []),
    ...silent,
  ].join(' · ');
};
const SILENT = ['accepted', 'muted', 'maintenance'] as const;
const IN = { accepted: 'accepted', muted: 'muted', maintenance: 'in maintenance' } as const;

const isCritical = ({ entry }: TargetNews): boolean =>
  entry.findings.some(({ severity, silent }) => severity === 'critical' && !silent);

const toneOf = (news: readonly TargetNews[]): Tone => {
  const ill = withState(news, 'problem');
  if (ill.length > 0) return ill.some(isCritical) ? 'critical' : 'warning';
  if (news.length === 0 || withState(news, 'unknown').length > 0) return 'unknown';
  return news.every(({ told }) => told === 'healthy') ? 'healthy' : 'notice';
};

const late = ({ digest, slot, now }: DigestSaid): Section[] =>
  slot === null || now - slot < LATE_MS
    ? []
    : [
        section(
          'notice',
          `Late: this digest was due at ${wallWords(slot, digest.zone)} and comes ${duration(now - slot)} after it.`,
        ),
      ];

/** Those that are worst come first, and among them those that have been so for longest. */
const troubles = (said: DigestSaid): Section[] => {
  const ill = withState(said.news, 'problem').sort(
    (a, b) => Number(isCritical(b)) - Number(isCritical(a)) || ((a.entry.since ?? '') < (b.entry.since ?? '') ? -1 : 1),
  );
  let remedies = MOST_REMEDIES;
  return [
    ...ill.slice(0, MOST_TARGETS).flatMap(each => {
      const cures = each.gained.flatMap(finding => finding.remedies.slice(0, 1)).slice(0, remedies);
      remedies -= cures.length;
      return [trouble(each, said), ...cures.map(remedy => remedySection(remedy))];
    }),
    ...names('Also broken', 'critical', ill.slice(MOST_TARGETS)),
  ];
};

const trouble = (news: TargetNews, { digest, now, before }: DigestSaid): Section => {
  const { target, since: from, findings } = news.entry;
  const at = (time: string) => wallWords(Date.parse(time), digest.zone);
  const gained = (rule: string) => before !== null && news.gained.some(finding => finding.rule === rule);
  const old = before?.entries.find(entry => entry.target === target)?.findings;
  const opening = (rule: string, severity: Severity) => {
    if (!gained(rule)) return severityWord[severity];
    const wasSilent = old?.some(each => each.rule === rule && each.silent) ?? false;
    return `${wasSilent ? 'No longer silenced' : 'New'}, ${severityWord[severity].toLowerCase()}`;
  };
  return section(
    isCritical(news) ? 'critical' : 'warning',
    from === null
      ? `${target} needs you`
      : `${target}: ${isCritical(news) ? 'seen broken' : 'a warning seen'} since ${at(from)} (${lasted(now - Date.parse(from))})`,
    [
      ...findings.flatMap(({ rule, severity, says, since: found, silent }) =>
        silent ? [] : [`${opening(rule, severity)}: ${says} [${rule}]${found === from ? '' : ` Since ${at(found)}.`}`],
      ),
      ...silencedLines(news, digest.zone),
    ],
  );
};

/** What has come and gone since the digest before. */
const since = ({ digest, before, news, slot }: DigestSaid): Section[] => {
  if (slot === null) return [];
  if (!before) return [section('plain', 'This is the first digest here, so there is nothing to compare it with.')];
  const at = (time: string) => wallWords(Date.parse(time), digest.zone);
  const heard = news.filter(({ told }) => told !== 'muted' && told !== 'maintenance');
  const lines = heard.flatMap(({ entry: { target }, events, gone }) => [
    ...story(target, events, at),
    ...gone.map(
      ({ rule, says, since: found }) => `${target}: gone, it had been so since ${at(found)}: ${says} [${rule}]`,
    ),
  ]);
  const known = new Set(before.entries.map(({ target }) => target));
  const added = news.filter(({ entry }) => !known.has(entry.target)).map(({ entry }) => entry.target);
  if (added.length > 0) lines.push(`New in this digest: ${list(added.slice(0, MOST_NAMES))}.`);
  const title = `Since the digest of ${at(before.at)}`;
  return [
    lines.length === 0
      ? section(
          'plain',
          `${title}: nothing ${heard.some(({ gained }) => gained.length > 0) ? 'else ' : ''}has changed.`,
        )
      : section('notice', title, [
          ...lines.slice(0, MOST_NAMES),
          ...(lines.length > MOST_NAMES ? [`… and ${lines.length - MOST_NAMES} more.`] : []),
        ]),
  ];
};

const story = (target: string, events: TargetNews['events'], at: (time: string) => string): string[] => {
  if (events.length === 0) return [];
  const told = events.slice(0, 6).map((event, index) => {
    const before = events[index - 1];
    const after = before ? ` after ${lasted(Date.parse(event.at) - Date.parse(before.at))}` : '';
    return `${EVENTS[event.is]} at ${at(event.at)}${event.is === 'broke' ? '' : after}`;
  });
  const more = events.length > 6 ? ` and changed ${count(events.length - 6, 'time')} more` : '';
  return [`${target} ${list(told)}${more}.`];
};

const EVENTS = { broke: 'broke', recovered: 'recovered', calmed: 'was back to what is silenced' } as const;

const unknowns = (news: readonly TargetNews[]): Section[] => {
  const all = withState(news, 'unknown');
  if (all.length === 0) return [];
  return [
    section('unknown', 'Unknown', [
      ...all.slice(0, MOST_TARGETS).map(({ entry, why }) => `${entry.target}: ${why}.`),
      ...(all.length > MOST_TARGETS ? [`… and ${all.length - MOST_TARGETS} more.`] : []),
    ]),
  ];
};

/** What keeps silent stays in sight, with who silenced it, why, and until when. */
const silenced = ({ digest: { zone }, news }: DigestSaid): Section[] =>
  SILENT.flatMap(told => {
    const all = news.filter(each => each.told === told || (isHalfSilent(each) && kindOf(each) === told));
    if (all.length === 0) return [];
    const lines = all.slice(0, MOST_TARGETS).flatMap(each => {
      const { whole, findings } = each.quiet;
      const { target } = each.entry;
      if (!whole) return silencedLines(each, zone).map(line => `${target}: ${line}`);
      const meanwhile = findings.slice(0, MOST_SILENCED).map(({ finding }) => wordsOf(finding));
      const more = findings.length > MOST_SILENCED ? [`and ${findings.length - MOST_SILENCED} more`] : [];
      const how = findings.length > 0 ? [...meanwhile, ...more].join('; ') : `Unknown: ${each.why}.`;
      return [`${target}: ${silenceWords(whole, ms => wallWords(ms, zone))} ${how}`];
    });
    const more = all.length > MOST_TARGETS ? [`… and ${all.length - MOST_TARGETS} more.`] : [];
    return [section('notice', TITLES[told], [...lines, ...more])];
  });
/** What else there is cannot be told, so the target is unknown; its silenced findings stay in sight all the same. */
const isHalfSilent = ({ told, quiet }: TargetNews): boolean => told === 'unknown' && quiet.findings.length > 0;
const kindOf = ({ quiet }: TargetNews) =>
  quiet.findings.some(({ silence }) => silence?.quiet.is === 'mute') ? 'muted' : 'accepted';

const TITLES = { accepted: 'Accepted', muted: 'Muted', maintenance: 'In maintenance' } as const;
const MOST_SILENCED = 3;

/** The findings of a target that are silenced by themselves. */
const silencedLines = ({ quiet: { findings } }: TargetNews, zone: string): string[] =>
  findings.flatMap(({ finding, silence }) =>
    silence ? [`${silenceWords(silence, ms => wallWords(ms, zone))} ${wordsOf(finding)}`] : [],
  );
const wordsOf = ({ severity, says, rule }: Finding): string => `${severityWord[severity]}: ${says} [${rule}]`;

/** The tightest first: too few sessions, then the certificate that ends first. */
const headroom = (news: readonly TargetNews[]): Section[] => {
  const known = news.flatMap(({ entry, headroom: room }) => (room ? [{ target: entry.target, ...room }] : []));
  if (known.length === 0) return [];
  const left = ({ needed, possible }: (typeof known)[number]) =>
    needed === null || possible === null ? Number.MAX_SAFE_INTEGER : possible - needed;
  const days = ({ certificateDays }: (typeof known)[number]) => certificateDays ?? Number.MAX_SAFE_INTEGER;
  const rows = known.sort((a, b) => Math.min(left(a), days(a)) - Math.min(left(b), days(b)));
  const shown = COLUMNS.filter(({ always, cell }) => always || rows.some(row => cell(row) !== null));
  const table: Table = {
    caption: 'Needed and possible',
    columns: ['Target', ...shown.map(({ says }) => says)],
    rows: rows.slice(0, MOST_TARGETS).map(row => [row.target, ...shown.map(({ cell }) => cell(row) ?? '–')]),
  };
  const more = rows.length > MOST_TARGETS ? [`The ${MOST_TARGETS} tightest of ${rows.length}.`] : [];
  return [{ ...section('plain', 'Headroom', more), table }];
};

type Room = Headroom & { target: string };
/** Some are known seldom: a column without a value says nothing. */
const COLUMNS: readonly { says: string; always?: true; cell: (room: Room) => string | null }[] = [
  { says: 'Sessions needed', always: true, cell: ({ needed }) => (needed === null ? null : String(needed)) },
  {
    says: 'Possible',
    always: true,
    cell: ({ needed, possible }) =>
      possible === null ? 'not known' : `${possible}${needed !== null && possible < needed ? ', too few' : ''}`,
  },
  {
    says: 'Certificate ends in',
    always: true,
    cell: ({ certificateDays: days }) => (days === null ? null : days < 0 ? 'has ended' : count(days, 'day')),
  },
  { says: 'Connector', cell: ({ connector }) => connector && connectorWords(connector) },
  { says: 'Longest pause', cell: ({ gapMs }) => (gapMs === null ? null : duration(gapMs)) },
];

const connectorWords = ({ perSource, messagesPerMinute }: NonNullable<Headroom['connector']>): string =>
  [
    ...(perSource === null ? [] : [`${perSource} a source`]),
    ...(messagesPerMinute === null ? [] : [`${messagesPerMinute} mails a minute`]),
  ].join(', ');

const names = (title: string, tone: Tone, news: readonly TargetNews[]): Section[] => {
  if (news.length === 0) return [];
  const all = news.map(({ entry }) => entry.target as string);
  const more = all.length > MOST_NAMES ? ` and ${all.length - MOST_NAMES} more` : '';
  return [section(tone, `${title}: ${all.slice(0, MOST_NAMES).join(', ')}${more}`)];
};

const scripts = (news: readonly TargetNews[], at: number): Action[] =>
  withState(news, 'problem')
    .filter(({ report }) =>
      report?.verdicts.some(
        verdict => verdict.is === 'problem' && verdict.findings.some(({ remedies }) => remedies.length > 0),
      ),
    )
    .slice(0, MOST_SCRIPTS)
    .map(({ entry: { target } }) => ({
      id: `fix-${target}-${at}`,
      label: `Script for ${target}`,
      command: `/uccx fix ${target}`,
    }));

const footer = ({ digest, slot, now }: DigestSaid): string => {
  const next = nextSlot(digest, Math.max(slot ?? 0, now));
  const when = whenWords(digest.when);
  return [
    ...(slot === null
      ? []
      : [
          `${when[0]?.toUpperCase()}${when.slice(1)}${digest.onlyChanges ? ', only changes' : ''}`,
          ...(next === null ? [] : [`next ${wallWords(next, digest.zone)}`]),
        ]),
    `times of ${digest.zone}`,
    ...(slot === null
      ? ['nothing was looked at for this']
      : [digest.by ? `/uccx digest off ${digest.id} ends it` : `${digest.id} stands in the configuration`]),
  ].join(' · ');
};
