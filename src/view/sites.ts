import { type Backlog, CLOCKS_APART_MS, isAlive, type SiteState, type WorkerHeard } from '../domain/site-state.js';
import { type CommandBlock, type Section, text, type View } from './view.js';
import { count, duration, list } from './words.js';

type Bot = { now: number; version: string };

/** A worker takes fifty orders at a time; what waits for longer than this beside one that lives shows that the site falls behind. */
const BEHIND_MS = 15_000;

/** Who looks from where, so that «did not answer» has a reason: an unserved site first, with what to do about it. */
export const sitesView = (sites: readonly SiteState[], bot: Bot): View => {
  const judged = sites.map(state => ({ state, tone: toneOf(state, bot) }));
  const unserved = sites.filter(({ heard }) => !heard.some(isAlive)).map(({ site }) => site.id);
  const ordered = [...judged].sort((a, b) => RANK[a.tone] - RANK[b.tone]);
  return {
    tone: ordered[0]?.tone ?? 'plain',
    headline: headlineOf(
      unserved,
      sites.length,
      judged.some(({ tone }) => tone === 'warning'),
    ),
    sections: ordered.map(({ state, tone }) => sectionOf(state, tone, bot)),
    footer: `The bot runs version ${bot.version}. Clocks are compared with its own.`,
    file: 'uccx-sites',
  };
};

const RANK = { critical: 0, warning: 1, healthy: 2 } as const;
type SiteTone = keyof typeof RANK;

const headlineOf = (unserved: readonly string[], all: number, ailing: boolean): string => {
  if (unserved.length > 0)
    return `Nobody looks from ${list(unserved)}${unserved.length === all ? '' : `; ${count(all - unserved.length, 'other site is', 'other sites are')} served`}.`;
  if (all === 0) return 'No site looks at what you may see.';
  const served = all === 1 ? 'The site is served' : all === 2 ? 'Both sites are served' : `All ${all} sites are served`;
  return ailing ? `${served}, but not everything is well there.` : `${served}.`;
};

const toneOf = ({ heard, backlog }: SiteState, bot: Bot): SiteTone => {
  const alive = heard.filter(isAlive);
  if (alive.length === 0) return 'critical';
  const odd = alive.some(worker => worker.version !== bot.version || isApart(worker) || trustWords(worker) !== null);
  return odd || waitedMs(backlog, bot) > BEHIND_MS ? 'warning' : 'healthy';
};

const sectionOf = (state: SiteState, tone: SiteTone, bot: Bot): Section => {
  const { site, heard, backlog } = state;
  const alive = heard.filter(isAlive);
  const name = `${site.id}${site.title ? ` (${site.title})` : ''}`;
  return {
    tone,
    title: `${name}: ${alive.length === 0 ? 'nobody looks from here' : count(alive.length, 'worker')}`,
    lines: [
      `Stands for ${list(site.vantages)}.`,
      ...(alive.length === 0
        ? [goneWords(heard[0]), 'Until a worker runs, every check says that this site did not answer.']
        : [...alive.slice(0, MOST).map(worker => workerWords(worker, bot)), ...moreWords(alive.length - MOST)]),
      ...backlogWords(backlog, alive.length, bot),
    ].map(text),
    commands: alive.length === 0 ? [remedy(site.id)] : [],
    detail: false,
  };
};

/** Of one site; more would not be read. */
const MOST = 8;
const moreWords = (more: number): string[] => (more > 0 ? [`And ${count(more, 'more worker')}.`] : []);

const workerWords = (worker: WorkerHeard, bot: Bot): string => {
  const { machine, version, silentMs, startedAt } = worker;
  const upMs = bot.now - Date.parse(startedAt) + worker.aheadMs;
  const other = version === bot.version ? '' : `, not the bot’s ${bot.version}: make both the same`;
  const clock = isApart(worker) ? ': set one of the two, or times in reports are wrong' : '';
  const trust = trustWords(worker);
  return `${machine}: version ${version}${other}; heard ${duration(silentMs)} ago, runs for ${duration(Math.max(0, upMs))}; clock ${clockWords(worker)}${clock}.${trust ? ` ${trust}` : ''}`;
};

/** What a worker signs must count here, and what a bot signs there. */
const trustWords = ({ distrust, refuses }: WorkerHeard): string | null => {
  if (distrust) return `What it signs does not count, because ${distrust}.`;
  return refuses ? `It did not carry out an order lately, because ${refuses}.` : null;
};

const clockWords = ({ aheadMs }: WorkerHeard): string => {
  const apart = Math.abs(aheadMs);
  return apart < 500 ? 'the same' : `${duration(apart)} ${aheadMs > 0 ? 'ahead' : 'behind'}`;
};
const isApart = ({ aheadMs }: WorkerHeard): boolean => Math.abs(aheadMs) > CLOCKS_APART_MS;

const goneWords = (last: WorkerHeard | undefined): string => {
  if (!last) return 'No worker of it has been heard for a week.';
  const ago = `${duration(last.silentMs)} ago`;
  return last.left
    ? `The last worker, on ${last.machine} (version ${last.version}), was told to end ${ago}.`
    : `The last worker, on ${last.machine} (version ${last.version}), fell silent ${ago}: it was killed, hangs, or no longer reaches Redis.`;
};

const backlogWords = (backlog: Backlog | null, alive: number, bot: Bot): string[] => {
  if (!backlog) return ['What waits in its queue could not be asked.'];
  const { waiting, underWay } = backlog;
  const taken = underWay > 0 ? `${count(underWay, 'order')} under way` : '';
  if (waiting === 0) return [taken ? `${taken}, none waits.` : 'No order waits.'];
  const oldest = backlog.oldestAt ? `, the oldest for ${duration(waitedMs(backlog, bot))}` : '';
  const waits = `${count(waiting, 'order waits', 'orders wait')}${oldest}${taken ? `; ${taken}` : ''}.`;
  if (alive === 0) return [`${waits} The deadline of their checks takes them away.`];
  return waitedMs(backlog, bot) > BEHIND_MS
    ? [`${waits} It falls behind: start another worker there; they share the queue.`]
    : [waits];
};

const waitedMs = (backlog: Backlog | null, { now }: Bot): number =>
  backlog?.oldestAt ? Math.max(0, now - Date.parse(backlog.oldestAt)) : 0;

const remedy = (site: string): CommandBlock => ({
  label: 'On the machine that stands there, see why it does not run, and start it',
  lines: [
    `systemctl status uccx-doctor-worker@${site}`,
    `uccx-doctor worker --config /etc/uccx-doctor/config.yaml --site ${site}`,
  ],
  note: 'It dials out to Redis and opens no port; the second line, run by hand, says what it misses.',
  other: true,
});
