import type { ConfiguredTarget } from '../domain/configured-target.js';
import { ZONES, zoneNamed } from '../domain/digest-when.js';
import { Because } from '../domain/quiet-limits.js';
import { typedWord } from '../domain/typed-word.js';
import { readDay, readWallTime, spanIn, type WallTime } from '../domain/wall-time.js';
import { findTarget, hint, type Known, mistake, type Parsed, unknownTarget, wants } from './command.js';

type Mistake = Extract<Parsed, { is: 'mistake' }>;
const no = (says: string) => mistake(says) as Mistake;

const MUTE = '`/uccx mute <target> 2h because …`, or one finding alone: `/uccx mute <target> <rule> 2h because …`';
const ACCEPT = '`/uccx accept <target> <rule> until 2026-12-31 because …`';

/** `mute prod 2h because …`, `mute prod tls-certificate until 14:00 Europe/Paris because …`, `mute list`. */
export const parseMute = (words: readonly string[], known: Known): Parsed => {
  if (isList(words)) return wants({ do: 'quiet-list' });
  const read = withReason(words, '`mute`', MUTE);
  if (read.is === 'mistake') return read;
  const zoned = withZone(read.words);
  if (zoned.is === 'mistake') return zoned;
  const [word, ...rest] = zoned.words;
  if (!word) return mistake(`\`mute\` wants a target: ${MUTE}.`);
  const target = findTarget(word, known);
  if (!target) return unknownTarget(word, known);
  const isTime = (each = '') => /^\d/.test(each) || /^(?:until|for)$/i.test(each);
  const rule = isTime(rest[0]) || rest[0] === undefined ? null : ruleNamed(rest[0], known);
  if (rule && typeof rule !== 'string') return rule;
  const until = readEnd(rule === null ? rest : rest.slice(1));
  if (!until)
    return mistake(`\`mute\` wants how long, as in \`2h\`, \`until 14:00\` or \`until 2026-12-31\`: ${MUTE}.`);
  return wants({ do: 'mute', target: target.id, rule, until, zone: zoned.zone, because: read.because });
};

/** `unmute prod`, `unmute prod tls-certificate`. */
export const parseUnmute = (words: readonly string[], known: Known): Parsed => {
  const about = readAbout(words, known, '`unmute` wants what `mute` was given: `/uccx unmute <target> [rule]`.');
  return about.is === 'mistake' ? about : wants({ do: 'unmute', target: about.target.id, rule: about.rule });
};

/** `accept prod tls-certificate until 2026-12-31 because …`; `tls-certificate#2` where a rule has several findings. */
export const parseAccept = (words: readonly string[], known: Known): Parsed => {
  if (isList(words)) return wants({ do: 'quiet-list' });
  const read = withReason(words, '`accept`', ACCEPT);
  if (read.is === 'mistake') return read;
  const zoned = withZone(read.words);
  if (zoned.is === 'mistake') return zoned;
  const [word, finding, ...rest] = zoned.words;
  if (!word || !finding) return mistake(`\`accept\` wants a target and one of its findings: ${ACCEPT}.`);
  const target = findTarget(word, known);
  if (!target) return unknownTarget(word, known);
  const [name = '', nth] = finding.split('#', 2);
  const rule = ruleNamed(name, known);
  if (typeof rule !== 'string') return rule;
  if (nth !== undefined && !/^[1-9]\d?$/.test(nth))
    return mistake(`Behind \`#\` stands which finding of the rule is meant, as in \`${rule}#2\`.`);
  const until = readEnd(rest);
  if (!until) return mistake(`\`accept\` wants until when: ${ACCEPT}.`);
  const { zone } = zoned;
  const { because } = read;
  return wants({ do: 'accept', target: target.id, rule, nth: nth ? Number(nth) : null, until, zone, because });
};

/** `unaccept prod tls-certificate`. */
export const parseUnaccept = (words: readonly string[], known: Known): Parsed => {
  const says = '`unaccept` wants what `accept` was given: `/uccx unaccept <target> <rule>`.';
  const about = readAbout(words, known, says);
  if (about.is === 'mistake') return about;
  return about.rule === null ? mistake(says) : wants({ do: 'unaccept', target: about.target.id, rule: about.rule });
};

export const isList = (words: readonly string[]): boolean => words.length === 1 && /^list$/i.test(words[0] ?? '');

/** What stands before `because`, and the reason behind it. */
export const withReason = (
  words: readonly string[],
  verb: string,
  example: string,
): Mistake | { is: 'read'; words: string[]; because: string } => {
  const index = words.findIndex(word => /^because:?$/i.test(word));
  if (index < 0 && words.length === 0) return no(`${verb} is asked for so: ${example}.`);
  const reason = index < 0 ? '' : words.slice(index + 1).join(' ');
  if (reason === '') return no(`${verb} wants a reason at its end, for whoever reads it later: \`because …\`.`);
  const because = Because.safeParse(reason);
  return because.success
    ? { is: 'read', words: words.slice(0, index), because: because.data }
    : no('A reason has at most 200 characters.');
};

/** A time zone, wherever it stands. */
export const withZone = (words: readonly string[]): Mistake | { is: 'read'; words: string[]; zone: string | null } => {
  const isZone = (word: string) => /^[a-z]+\/[a-z]/i.test(word) || /^(?:utc|gmt)$/i.test(word);
  const [word, second] = words.filter(isZone);
  if (word === undefined) return { is: 'read', words: [...words], zone: null };
  const zone = zoneNamed(word);
  if (!zone) return no(`I know no time zone \`${typedWord(word)}\`.${hint(word, ZONES)}`);
  return second === undefined
    ? { is: 'read', words: words.filter(each => !isZone(each)), zone }
    : no('One time zone is enough.');
};

/** `2h`, `for 2h`, `until 14:00`, `until mon 08:00`, `until 2026-12-31`: a day is meant to its end. */
const readEnd = (words: readonly string[]): WallTime | null => {
  const [first = '', ...rest] = words;
  if (/^until$/i.test(first)) {
    const day = rest.length === 1 ? readDay(rest[0] ?? '') : null;
    const read = day ? null : readWallTime(rest);
    return day ?? (read && read.rest.length === 0 && read.time.is === 'clock' ? read.time : null);
  }
  const [span, ...more] = /^for$/i.test(first) ? rest : words;
  const ms = spanIn(span ?? '');
  return ms === null || more.length > 0 ? null : { is: 'in', ms };
};

const readAbout = (
  words: readonly string[],
  known: Known,
  says: string,
): Mistake | { is: 'read'; target: ConfiguredTarget; rule: string | null } => {
  const [word, name, ...more] = words;
  if (!word || more.length > 0) return no(says);
  const target = findTarget(word, known);
  if (!target) return unknownTarget(word, known) as Mistake;
  const rule = name === undefined ? null : ruleNamed(name.split('#', 1)[0] ?? '', known);
  return rule === null || typeof rule === 'string' ? { is: 'read', target, rule } : rule;
};

const ruleNamed = (word: string, { rules }: Known): string | Mistake =>
  rules.find(id => id === word.toLowerCase()) ??
  no(
    `There is no finding \`${typedWord(word)}\`.${hint(word, rules)} It has the name that stands behind it in brackets.`,
  );
