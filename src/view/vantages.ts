import { withoutTime } from '../domain/evidence/imap-greeting.js';
import type { Evidence, EvidenceKind, EvidenceOf } from '../domain/evidence/index.js';
import type { Report } from '../domain/report.js';
import { type Section, text } from './view.js';
import { duration, list } from './words.js';

/** A table has eight columns at most, and the first one names the row. */
const MOST_SITES = 7;
const NOT_LOOKED = '-';

/** What one site saw of one step: `shows` stands in the table, `is` is what must be alike at every site; null: not to be compared. */
type Cell = { shows: string; is: string | null };
type Row = {
  name: string;
  find: (evidence: readonly Evidence[]) => Cell | null;
  /** What it means that the sites differ here, or that by what they saw. */
  means: string | ((seen: readonly string[]) => string);
};

/**
 * The same look from several places side by side: what each saw of each step, what differs and what that means.
 * Nothing where fewer than two sites looked. No server's words stand in it, only what became of each step.
 */
export const vantageSections = ({ observations }: Report, name: string): Section[] => {
  const sites = new Map<string, Evidence[]>();
  for (const observation of observations) {
    if (observation.is !== 'seen' || observation.source.by !== 'probe' || observation.evidence.length === 0) continue;
    const { site } = observation.source;
    sites.set(site, [...(sites.get(site) ?? []), ...observation.evidence]);
  }
  if (sites.size < 2) return [];

  const places = [...sites.keys()].sort();
  const shown = places.slice(0, MOST_SITES);
  const rows = ROWS.map(row => ({ row, cells: shown.map(site => row.find(sites.get(site) ?? [])) })).filter(
    ({ cells }) => cells.some(cell => cell !== null),
  );
  const differing = rows
    .map(({ row, cells }) => ({ row, seen: cells.flatMap(cell => cell?.is ?? []) }))
    .filter(({ seen }) => new Set(seen).size > 1);
  return [
    {
      tone: differing.length > 0 ? 'notice' : 'plain',
      title: `${name}${list(shown)} side by side`,
      lines: [
        ...(differing.length === 0 ? [text('Wherever several of them looked, they saw the same.')] : []),
        ...firstOfEachLeg(differing).map(({ row, seen }) =>
          text(`${row.name} differs: ${typeof row.means === 'string' ? row.means : row.means(seen)}`),
        ),
        ...(places.length > shown.length ? [text(`Not shown: ${list(places.slice(MOST_SITES))}.`)] : []),
      ],
      table: {
        caption: 'What each site saw',
        columns: ['Step', ...shown],
        rows: rows.map(({ row, cells }) => [row.name, ...cells.map(cell => cell?.shows ?? NOT_LOOKED)]),
      },
      commands: [],
      detail: false,
    },
  ];
};

/** What comes after a difference follows from it: one cause, one sentence. */
const firstOfEachLeg = <Differing extends { row: Row }>(all: readonly Differing[]): Differing[] => {
  const legs = new Set<string>();
  return all.filter(({ row: { name } }) => {
    const leg = name.split(' ')[0] ?? '';
    return !legs.has(leg) && legs.add(leg);
  });
};

const last = <Kind extends EvidenceKind>(
  evidence: readonly Evidence[],
  kind: Kind,
  which: (item: EvidenceOf<Kind>) => boolean = () => true,
) =>
  evidence
    .filter((item): item is EvidenceOf<Kind> => item.kind === kind)
    .filter(which)
    .at(-1);

const outcomeOf = (item: { outcome: string; tookMs: number } | undefined): Cell | null =>
  item ? { shows: `${WORDS[item.outcome] ?? item.outcome}, ${duration(item.tookMs)}`, is: item.outcome } : null;

/** What we kept back, or had no way to send, tells nothing of the server. */
const loginOf = (item: { outcome: string; tookMs: number } | undefined): Cell | null => {
  const cell = outcomeOf(item);
  return cell?.is === 'withheld' || cell?.is === 'no-mechanism' ? { ...cell, is: null } : cell;
};

/** How an outcome reads in a table where the evidence's own word would not do. */
const WORDS: Readonly<Record<string, string>> = {
  'timed-out': 'no answer',
  'name-not-found': 'no such name',
  ok: 'greeted',
  preauth: 'greeted',
  bye: 'turned away',
  rejected: 'turned away',
  closed: 'hung up',
  silent: 'no word',
  'not-imap': 'not IMAP',
  'not-smtp': 'not SMTP',
  'not-http': 'not HTTP',
  'too-much': 'a flood',
  'no-mechanism': 'no way to log in',
};

const connect = (leg: 'imap' | 'smtp' | 'notify' | 'web', name: string): Row => ({
  name,
  find: evidence => outcomeOf(last(evidence, 'tcp-connect', item => item.leg === leg)),
  means: 'what differs is the way to it: a firewall, a route, or the name that each place resolves.',
});

const tls = (leg: 'imap' | 'smtp', name: string): Row => ({
  name,
  find: evidence => {
    const item = last(evidence, 'tls-session', session => session.leg === leg);
    if (!item) return null;
    const done = item.outcome === 'established';
    return {
      shows: done ? (item.protocol ?? 'TLS') : (WORDS[item.outcome] ?? item.outcome),
      is: `${item.outcome} ${item.protocol} ${item.certificate?.sha256}`,
    };
  },
  means:
    'another version or certificate is another machine: a balancer before several servers, or something in between that encrypts anew.',
});

const LIMIT_OR_SERVER =
  'the server lives, so it is a limit on the connections of one address (NAT, Citrix), or a balancer sends them to another server.';

const ROWS: readonly Row[] = [
  connect('imap', 'IMAP connect'),
  {
    name: 'IMAP greeting',
    find: evidence => {
      const item = last(evidence, 'imap-greeting');
      const cell = outcomeOf(item);
      return cell && item?.outcome === 'ok' ? { ...cell, is: `ok ${withoutTime(item.text ?? '')}` } : cell;
    },
    means: seen => {
      const greeted = seen.filter(is => is.startsWith('ok '));
      if (greeted.length === seen.length) return 'another server greets there: a balancer before several of them.';
      return greeted.length > 0 ? LIMIT_OR_SERVER : 'neither is greeted: something in between, or another server.';
    },
  },
  tls('imap', 'IMAP TLS'),
  {
    name: 'IMAP login',
    find: evidence => loginOf(last(evidence, 'imap-login')),
    means:
      'the account itself cannot be locked or disabled for one place only: a limit, another server, or another password kept at that site.',
  },
  {
    name: 'IMAP inbox',
    find: evidence => outcomeOf(last(evidence, 'imap-select')),
    means: 'the login passes in both places: a limit that was reached in between, or another server behind it.',
  },
  connect('smtp', 'SMTP connect'),
  {
    name: 'SMTP greeting',
    find: evidence => outcomeOf(last(evidence, 'smtp-banner')),
    means: 'receive connectors are chosen by the address of the client, and each has limits of its own.',
  },
  tls('smtp', 'SMTP TLS'),
  {
    name: 'SMTP offer',
    find: evidence => {
      const item = last(evidence, 'smtp-ehlo');
      if (!item) return null;
      const auth = [...item.auth].sort().join(' ');
      return {
        shows: item.outcome === 'listed' ? auth || 'no login' : (WORDS[item.outcome] ?? item.outcome),
        is: `${item.outcome} ${auth}`,
      };
    },
    means: 'another receive connector answers there: the one with the narrowest RemoteIPRanges that hold the address.',
  },
  {
    name: 'SMTP login',
    find: evidence => loginOf(last(evidence, 'smtp-login')),
    means: 'another receive connector answers there, or that site keeps another password.',
  },
  connect('notify', 'Notification connect'),
  {
    name: 'Notification answer',
    find: evidence => {
      const item = last(evidence, 'notify-http');
      if (!item) return null;
      const who =
        item.via || item.proxyHeaders.length > 0
          ? 'a proxy'
          : /^jetty/i.test(item.server ?? '')
            ? 'Jetty'
            : 'another server';
      const shows = item.outcome === 'answered' ? who : (WORDS[item.outcome] ?? item.outcome);
      return { shows, is: shows };
    },
    means: 'something stands in the way from one of them; what counts is the way from Exchange.',
  },
  connect('web', 'HTTPS connect'),
  {
    name: 'HTTPS answer of EWS',
    find: evidence => {
      const item = last(evidence, 'web-answer', ({ service }) => service === 'ews');
      if (!item) return null;
      const shows = item.outcome === 'answered' ? `status ${item.status}` : (WORDS[item.outcome] ?? item.outcome);
      return { shows, is: shows };
    },
    means:
      'another server answers one of them: a proxy or balancer in between, or another Exchange behind the same name.',
  },
];
