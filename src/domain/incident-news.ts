import type { IsoTime } from './clock.js';
import type { Zone } from './digest-when.js';
import { type RunId, runIdOf, type TargetId } from './ids.js';
import { type Board, type Case, type Happened, type Incident, isOpen, isUntold } from './incident.js';
import type { Finding } from './verdict.js';
import type { WatchNews } from './watch.js';
import type { WatchId } from './watch-slots.js';

/** What a look at one target says, with what is needed to tell it. */
export type Heard = {
  watch: WatchId;
  target: TargetId;
  to: Incident['to'];
  zone: Zone;
  news: WatchNews;
  servers: readonly string[];
  dead: readonly string[];
  findings: readonly Finding[];
  why: string | null;
};

/** A look that is brought again finds its line so long after; then it is told and over. */
const KEPT_MS = 24 * 3_600_000;
const MOST_LINES = 60;
const MOST_FINDINGS = 6;

/**
 * The board with what a look says: what breaks joins the open incident of its cause or opens one, everything else changes the one that
 * it is about. Pure, and the same news twice is once.
 */
export const withNews = (board: Board, heard: Heard): Board => {
  const { news, watch, target } = heard;
  const key = `${watch} ${target} ${news.say} ${news.at}`;
  if (board.incidents.some(({ story }) => story.some(line => line.key === key))) return board;
  const open = board.incidents.find(incident => openCase(incident, heard) !== undefined);
  // That it is fixed comes with it, and tells both.
  if (news.say === 'settled' && !news.isBroken && open && openCase(open, heard)?.was === 'broken') return board;
  const line = lineOf(key, heard, open && openCase(open, heard));
  if (open) return replaced(board, changed(open, heard, line));
  const opens = news.say === 'broke' || news.say === 'blind' || news.say === 'flaps' || isSettledBroken(news);
  if (!opens) return board;
  const joined = board.incidents.find(incident => hasSameCause(incident, heard));
  const added = caseOf(heard);
  if (joined) return replaced(board, grown(joined, line, [...joined.cases.filter(isOther(heard)), added]));
  const told = { revision: 0, shown: 0, lines: 0, message: null, by: null };
  const incident: Incident = {
    id: incidentId(board.place, key),
    to: heard.to,
    zone: heard.zone,
    cases: [added],
    story: [line],
    revision: 1,
    told,
  };
  return { ...board, incidents: [...board.incidents, incident] };
};

/** Nobody looks there any more: whatever was open is told so. */
export const withoutWatch = (board: Board, isEnded: (each: Case) => boolean, at: IsoTime): Board => {
  const ended = board.incidents.flatMap(({ cases }) => cases).filter(each => each.is !== 'over' && isEnded(each));
  return ended.reduce((all, { watch, target, since }) => {
    const incident = all.incidents.find(each => openCase(each, { watch, target }) !== undefined);
    if (!incident) return all;
    const key = `${watch} ${target} unwatched ${at}`;
    const line: Happened = {
      key,
      at,
      target,
      say: 'unwatched',
      since,
      until: null,
      changes: null,
      dead: [],
      gained: [],
      gone: [],
    };
    const cases = incident.cases.map(each =>
      isOther({ watch, target })(each) ? each : { ...each, is: 'over' as const },
    );
    return replaced(all, grown(incident, line, cases));
  }, board);
};

/** What is over, told, and old enough that nobody brings its news again is forgotten. */
export const tidied = (board: Board, now: number): Board => ({
  ...board,
  incidents: board.incidents.filter(
    incident => isOpen(incident) || isUntold(incident) || now - Date.parse(incident.story.at(-1)?.at ?? '') < KEPT_MS,
  ),
});

const incidentId = (place: string, key: string): RunId => runIdOf('watch', `${place} ${key}`);

const openCase = ({ cases }: Incident, { watch, target }: Pick<Heard, 'watch' | 'target'>): Case | undefined =>
  cases.find(each => each.watch === watch && each.target === target && each.is !== 'over');

const isOther =
  ({ watch, target }: Pick<Heard, 'watch' | 'target'>) =>
  (each: Case): boolean =>
    each.watch !== watch || each.target !== target;

const isSettledBroken = (news: WatchNews): boolean => news.say === 'settled' && news.isBroken;

/** What cannot be seen at one time has one cause: nobody looks. What breaks is on one server, and either nothing answers there or the same rules are broken. */
const hasSameCause = (incident: Incident, { news, servers, dead, findings }: Heard): boolean =>
  (news.say === 'blind' && incident.cases.some(({ is }) => is === 'blind')) ||
  ((news.say === 'broke' || isSettledBroken(news)) &&
    incident.cases.some(
      each =>
        each.is === 'broken' &&
        (each.dead.some(host => dead.includes(host)) ||
          (each.servers.some(server => servers.includes(server)) &&
            each.findings.some(({ rule }) => findings.some(finding => finding.rule === rule)))),
    ));

const caseOf = ({ watch, target, news, servers, dead, findings, why }: Heard): Case => {
  const is = news.say === 'blind' ? 'blind' : news.say === 'flaps' ? 'flaps' : 'broken';
  return {
    watch,
    target,
    is,
    was: is,
    since: sinceOf(news),
    until: null,
    servers: [...servers],
    dead: [...dead],
    findings: is === 'blind' ? [] : kept(findings),
    why: is === 'blind' ? why : null,
  };
};

/** The first way to put it right is enough for a message; whoever wants all asks for the script. */
const kept = (findings: readonly Finding[]): Finding[] =>
  findings
    .slice(0, MOST_FINDINGS)
    .map(each => ({ ...each, because: each.because.slice(0, 2), asks: [], remedies: each.remedies.slice(0, 1) }));

const changed = (incident: Incident, heard: Heard, line: Happened): Incident =>
  grown(
    incident,
    line,
    incident.cases.map(each => (isOther(heard)(each) || each.is === 'over' ? each : after(each, heard))),
  );

const after = (each: Case, { news, dead, findings, why }: Heard): Case => {
  switch (news.say) {
    case 'broke':
      return { ...each, is: 'broken', was: 'broken', since: news.since, dead: [...dead], findings: kept(findings) };
    case 'develops':
    case 'reminder':
      return { ...each, dead: [...dead], findings: kept(findings) };
    case 'flaps':
      return { ...each, is: 'flaps', was: each.was === 'broken' ? 'broken' : 'flaps' };
    case 'settled':
      return news.isBroken
        ? { ...each, is: 'broken', was: 'broken', dead: [...dead], findings: kept(findings) }
        : { ...each, is: 'over', until: news.at };
    case 'blind':
      return { ...each, why };
    case 'sees-again':
      return each.is === 'blind' ? { ...each, is: 'over', until: news.at } : { ...each, why: null };
    case 'recovered':
      return { ...each, is: 'over', until: news.until };
  }
};

const grown = (incident: Incident, line: Happened, cases: Case[]): Incident => {
  const [first, ...rest] = [...incident.story, line];
  const cut = Math.max(0, rest.length + 1 - MOST_LINES);
  return {
    ...incident,
    cases,
    story: first ? [first, ...rest.slice(cut)] : [line],
    revision: incident.revision + 1,
    told: { ...incident.told, lines: Math.max(0, incident.told.lines - cut) },
  };
};

const replaced = (board: Board, incident: Incident): Board => ({
  ...board,
  incidents: board.incidents.map(each => (each.id === incident.id ? incident : each)),
});

const sinceOf = (news: WatchNews): IsoTime => (news.say === 'settled' ? news.flappedSince : news.since);

const lineOf = (key: string, { news, target, findings, dead }: Heard, before: Case | undefined): Happened => {
  const known = new Set(before?.findings.map(({ rule }) => rule));
  const now = new Set(findings.map(({ rule }) => rule));
  const develops = news.say === 'develops';
  const broke = news.say === 'broke' || isSettledBroken(news);
  const fresh = develops ? findings.filter(({ rule }) => !known.has(rule)) : broke ? findings.slice(0, 1) : [];
  return {
    key,
    at: news.at,
    target,
    say: sayOf(news, before),
    since: sinceOf(news),
    until: news.say === 'recovered' ? news.until : null,
    changes: news.say === 'flaps' ? news.changes : null,
    dead: broke ? [...dead] : develops ? dead.filter(host => !before?.dead.includes(host)) : [],
    gained: fresh.map(({ rule, says }) => ({ rule, says })),
    gone: develops ? [...known].filter(rule => !now.has(rule)) : [],
  };
};

const sayOf = (news: WatchNews, before: Case | undefined): Happened['say'] => {
  if (news.say === 'settled') return news.isBroken ? 'settled-broken' : 'settled-well';
  return news.say === 'recovered' && before?.is === 'flaps' ? 'settled-fixed' : news.say;
};
