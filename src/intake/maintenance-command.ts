import { DigestId, readWhen } from '../domain/digest-when.js';
import type { TargetId } from '../domain/ids.js';
import { WindowMs } from '../domain/quiet-limits.js';
import { typedWord } from '../domain/typed-word.js';
import { readWallTime, spanIn, type WallTime } from '../domain/wall-time.js';
import { findTarget, hint, type Known, mistake, type Parsed, unknownTarget, wants } from './command.js';
import { isList, withReason, withZone } from './quiet-command.js';

const EXAMPLE = '`/uccx maintenance <target> sat 22:00 for 4h because …`';
const TIMES =
  '`sat 22:00`, `2026-12-05 22:00` or `now`, or for again and again `weekly sat 22:00`, `daily 02:00` or cron as in `0 22 * * 6`';
const AGAIN = ['daily', 'weekdays', 'weekly'];

/** `maintenance prod sat 22:00 for 4h Europe/Paris because …`, `maintenance list`, `maintenance off <id>`. */
export const parseMaintenance = (words: readonly string[], known: Known): Parsed => {
  if (isList(words)) return wants({ do: 'quiet-list' });
  if (/^off$/i.test(words[0] ?? '')) return parseOff(words.slice(1));
  const read = withReason(words, '`maintenance`', EXAMPLE);
  if (read.is === 'mistake') return read;
  const zoned = withZone(read.words);
  if (zoned.is === 'mistake') return zoned;

  const targets: TargetId[] = [];
  let rest = zoned.words;
  for (let target = findTarget(rest[0] ?? '', known); target; target = findTarget(rest[0] ?? '', known)) {
    if (!targets.includes(target.id)) targets.push(target.id);
    rest = rest.slice(1);
  }
  const [first = ''] = rest;
  if (targets.length === 0 && first === '') return mistake(`\`maintenance\` wants a target: ${EXAMPLE}.`);
  const begins = readBegin(rest);
  if (!begins && (targets.length === 0 || !isTimeLike(first)) && first !== '' && !/^for$/i.test(first)) {
    const near = hint(first, AGAIN);
    return near ? mistake(`I know no time \`${typedWord(first)}\`.${near}`) : unknownTarget(first, known);
  }
  if (targets.length === 0) return mistake(`\`maintenance\` wants a target first: ${EXAMPLE}.`);
  if (!begins) return mistake(`\`maintenance\` wants when it begins: ${TIMES}.`);

  const [word = '', span = '', ...more] = begins.rest;
  const forMs = WindowMs.safeParse(/^for$/i.test(word) ? spanIn(span) : null);
  if (!forMs.success || more.length > 0)
    return mistake(`\`maintenance\` wants how long it lasts behind that, from 5m to 7d: \`for 4h\`.`);
  const { zone } = zoned;
  return wants({
    do: 'maintenance',
    targets,
    begins: begins.begins,
    forMs: forMs.data,
    zone,
    because: read.because,
  });
};

const parseOff = ([word, ...more]: readonly string[]): Parsed => {
  const id = DigestId.safeParse(word?.toLowerCase());
  return id.success && more.length === 0
    ? wants({ do: 'maintenance-off', id: id.data })
    : mistake('`maintenance off` wants one window, as `/uccx maintenance list` names it.');
};

const readBegin = (words: readonly string[]): { begins: WallTime | string; rest: string[] } | null => {
  const once = readWallTime(words);
  if (once) return { begins: once.time, rest: once.rest };
  const [first = ''] = words;
  if (!AGAIN.includes(first.toLowerCase()) && !/^[\d*]/.test(first)) return null;
  const again = readWhen(words);
  return again.is === 'when' && again.when.is === 'cron' ? { begins: again.when.pattern, rest: again.rest } : null;
};

const isTimeLike = (word: string): boolean =>
  /^[\d*]/.test(word) || AGAIN.includes(word.toLowerCase()) || readWallTime([word, '00:00']) !== null;
