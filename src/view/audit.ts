import type { AuditEntry, AuditRecord } from '../domain/audit.js';
import { type Line, quote, type Section, text, type View } from './view.js';
import { count, list, moment } from './words.js';

type About = { target: string | null; hours: number; more: boolean };
type Of<Is extends AuditRecord['is']> = Extract<AuditEntry, { is: Is }>;

/** More would not be read in a chat. */
const MOST_RUNS = 15;
const MOST_LINES = 12;

/** Who asked what, what was looked at for it and what was shown; one section a run, the latest first. `entries` come newest first. */
export const auditView = (entries: readonly AuditEntry[], about: About, most = MOST_RUNS): View => {
  const stories = storiesOf(entries);
  const where = about.target === null ? '' : ` about ${about.target}`;
  const left = stories.length - most;
  return {
    tone: 'plain',
    headline:
      entries.length === 0
        ? `Nothing${where} is on record in the last ${hoursWords(about.hours)}.`
        : `${count(entries.length, 'entry', 'entries')}${where} on record in the last ${hoursWords(about.hours)}${left > 0 ? `; the latest ${most} runs of ${stories.length} here` : ''}.`,
    sections: stories.slice(0, most).map(sectionOf),
    footer: `${about.more ? 'There is more than could be read at once. ' : ''}All of it, as JSON: uccx-doctor audit ${about.target ?? ''}${about.target ? ' ' : ''}${about.hours}h --json. Whether it is whole: uccx-doctor audit verify.`,
    file: 'uccx-audit',
  };
};

/** Entries of one run together, oldest first, where the latest of them stands; what has no run stands alone. */
const storiesOf = (entries: readonly AuditEntry[]): AuditEntry[][] => {
  const stories = new Map<string, AuditEntry[]>();
  for (const entry of entries) {
    const key = 'run' in entry && entry.run !== null ? entry.run : `entry ${entry.seq}`;
    stories.set(key, [entry, ...(stories.get(key) ?? [])]);
  }
  return [...stories.values()];
};

const sectionOf = (story: readonly AuditEntry[]): Section => {
  const [first] = story as [AuditEntry];
  const asked = story.find(entry => entry.is === 'asked');
  const run = 'run' in first && first.run !== null ? [text(`Run ${first.run}.`)] : [];
  const lines = story.flatMap(linesOf);
  const left = lines.length - MOST_LINES;
  return {
    tone: 'plain',
    title: `${moment(first.at)}: ${asked ? askedWords(asked) : titleOf(first)}`,
    lines: [...lines.slice(0, MOST_LINES), ...(left > 0 ? [text(`And ${count(left, 'more line')}.`)] : []), ...run],
    commands: [],
    detail: false,
  };
};

const askedWords = ({ by, wants, taken, with: by_ }: Of<'asked'>): string =>
  `${by.user} on ${by.platform}${by.channel ? ` in ${by.channel}` : ''} ${
    taken === 'understood' ? `asked for ${wantsWords(wants)}${by_ === 'button' ? ', by a button' : ''}` : TAKEN[taken]
  }`;
const TAKEN: Readonly<Record<Exclude<Of<'asked'>['taken'], 'understood'>, string>> = {
  mistake: 'asked something that was not understood',
  stranger: 'asked and has no right to anything here',
  'too-often': 'asked too often',
};

/** The command, and what was said with it in the order in which people say it. */
const wantsWords = (wants: Of<'asked'>['wants']): string => {
  if (!wants) return 'something';
  const { do: verb, target, targets, because, ...rest } = wants;
  const flags = Object.entries(rest).flatMap(([name, value]) => flagOf(name, value));
  const named = Array.isArray(targets) && targets.length > 0 ? targets.join(', ') : target;
  const said = [verb, named, ...flags].filter(each => typeof each === 'string' && each !== '').join(' ');
  return `${said}${typeof because === 'string' ? ` because ${because}` : ''}`;
};

const flagOf = (name: string, value: unknown): string[] => {
  if (value === true) return [name];
  if (typeof value === 'string' || typeof value === 'number') return [`${name} ${value}`];
  if (Array.isArray(value) && value.length > 0 && value.every(each => typeof each === 'string'))
    return [`${name} ${value.join(',')}`];
  return [];
};

const titleOf = (entry: AuditEntry): string => {
  switch (entry.is) {
    case 'bot':
      return `the bot on ${entry.machine} ${entry.did}, version ${entry.version}`;
    case 'cut':
      return `entries up to ${entry.upTo} were let go by ${entry.why}`;
    case 'ordered':
      return `looked by itself, for the ${entry.by.is} ${entry.by.id}`;
    case 'read':
      return `${entry.by.user} on ${entry.by.platform} had files read`;
    default:
      return 'said';
  }
};

const linesOf = (entry: AuditEntry): Line[] => {
  switch (entry.is) {
    case 'ordered':
      return entry.looks.map(({ target, site, server, account, probes }) =>
        quote(`${site} → ${server} (${target})${account ? ` as ${account}` : ''}: ${probes.join(', ')}`),
      );
    case 'looked':
      return [
        text(
          `${entry.target} is ${entry.state}${entry.problems.length > 0 ? `: ${entry.problems.join(', ')}` : ''}.${
            entry.silent.length > 0
              ? ` No answer: ${entry.silent.map(({ probe, site, why }) => `${probe} at ${site} (${why})`).join(', ')}.`
              : ''
          }`,
        ),
        ...entry.logins.map(({ probe, site, account, outcome }) =>
          quote(`${probe} at ${site}: login${account ? ` as ${account}` : ''} ${outcome}`),
        ),
      ];
    case 'shown':
      return [text(`${HOW[entry.how]}${entry.place ? ` in ${entry.place}` : ''}: ${entry.headline}`)];
    case 'read':
      return [
        text(`Read${entry.targets.length > 0 ? ` for ${list(entry.targets)}` : ''}:`),
        ...entry.files.map(({ name, sha256 }) => quote(`${name}, SHA-256 ${sha256 ?? 'unknown, not read to its end'}`)),
      ];
    default:
      return [];
  }
};
const HOW: Readonly<Record<Of<'shown'>['how'], string>> = {
  post: 'Said to everybody',
  edit: 'Said to everybody',
  tell: 'Said to the asker alone',
};

const hoursWords = (hours: number): string => (hours % 24 === 0 && hours > 24 ? `${hours / 24} days` : `${hours} h`);
