import type { IsoTime } from '../domain/clock.js';
import type { WithRead } from '../domain/report.js';
import { quote, type Section } from './view.js';
import { duration } from './words.js';

const FEW = 8;

/** What counts beside what was looked at: which files were read, and how long before. */
export const withReadSections = (withRead: WithRead, at: IsoTime, name = ''): Section[] => {
  const [first, ...others] = withRead.map(reading => withReadWords(reading, at));
  if (first === undefined) return [];
  const title = `${name}${name === '' ? 'With' : 'with'} ${first}`;
  return [{ tone: 'notice', title, lines: others.slice(-FEW).map(quote), commands: [], detail: false }];
};

/** `what was read 3 h ago: settings.txt, jetty.log`. */
const withReadWords = (reading: WithRead[number], at: IsoTime): string => {
  const rest = reading.files.length > FEW ? [`and ${reading.files.length - FEW} more`] : [];
  return `what was read ${agoOf(reading.at, at)}: ${[...reading.files.slice(0, FEW), ...rest].join(', ')}`;
};

const agoOf = (then: IsoTime, now: IsoTime): string => {
  const ms = Date.parse(now) - Date.parse(then);
  return ms < 60_000 ? 'just now' : `${duration(ms)} ago`;
};
