import type { TargetId } from '../domain/ids.js';
import { typedWord } from '../domain/typed-word.js';
import {
  LEAST_EVERY_MS,
  LEAST_LOGIN_MS,
  MOST_EVERY_MS,
  spanMs,
  USUAL_LOGIN_MS,
  WatchId,
} from '../domain/watch-slots.js';
import { findTarget, hint, type Known, mistake, type Parsed, unknownTarget, wants } from './command.js';

const EXAMPLE = '`/uccx watch <target> every 5m`';
const FLAGS = ['--after', '--recover', '--remind', '--login', '--agree'] as const;
type Flag = (typeof FLAGS)[number];
type Read<T> = { is: 'read'; value: T } | Extract<Parsed, { is: 'mistake' }>;

/** `watch <target…> every 5m [flags]`, `watch list`, `watch off <id|target>`. */
export const parseWatch = (words: readonly string[], known: Known): Parsed => {
  const [first = '', ...rest] = words;
  switch (first.toLowerCase()) {
    case '':
      return mistake(`\`watch\` wants a target and how often, as in ${EXAMPLE}; or \`list\`, or \`off\`.`);
    case 'list':
      return rest.length === 0 ? wants({ do: 'watch-list' }) : mistake('`watch list` takes nothing behind it.');
    case 'off':
    case 'stop':
      return parseOff(rest, known);
  }
  const targets: TargetId[] = [];
  let everyMs: number | null = null;
  const flags: Partial<Record<Flag, number | null>> = {};
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word.toLowerCase() === 'every') {
      const read = readEvery(words[++i]);
      if (read.is === 'mistake') return read;
      everyMs = read.value;
    } else if (word.startsWith('-')) {
      const [name = '', inside] = word.toLowerCase().split('=');
      const flag = FLAGS.find(each => each === name);
      if (!flag) return mistake(`There is no flag \`${typedWord(name)}\` here.${hint(name, FLAGS)}`);
      const read = readFlag(flag, inside ?? words[++i] ?? '');
      if (read.is === 'mistake') return read;
      flags[flag] = read.value;
    } else {
      const target = findTarget(word, known);
      if (!target) return noTarget(word, words, known);
      if (!targets.includes(target.id)) targets.push(target.id);
    }
  }
  if (everyMs === null) return mistake(`\`watch\` wants to know how often, as in ${EXAMPLE}.`);
  return wants({
    do: 'watch',
    targets,
    everyMs,
    patience: {
      ...(flags['--after'] ? { breaksAfter: flags['--after'] } : {}),
      ...(flags['--recover'] ? { recoversAfter: flags['--recover'] } : {}),
      ...(flags['--remind'] !== undefined ? { remindsAfterMs: flags['--remind'] } : {}),
    },
    logsInEveryMs: flags['--login'] === undefined ? USUAL_LOGIN_MS : flags['--login'],
    agree: flags['--agree'] ?? null,
  });
};

/** A mistyped word in front may have been meant as one of ours, and anywhere as `every`. */
const noTarget = (word: string, words: readonly string[], known: Known): Parsed => {
  const isFirst = words[0] === word;
  const ours = hint(word, isFirst ? ['list', 'off', 'every'] : ['every']);
  const unknown = unknownTarget(word, known);
  return ours && unknown.is === 'mistake' && !unknown.says.includes('Did you mean')
    ? mistake(`There is no \`watch ${typedWord(word)}\`.${ours}`)
    : unknown;
};

const parseOff = ([word, ...more]: readonly string[], known: Known): Parsed => {
  const text = word?.toLowerCase();
  const id = WatchId.safeParse(text);
  if (!text || !id.success || more.length > 0)
    return mistake('`watch off` wants one watch, as `/uccx watch list` names it, or a target.');
  return wants({ do: 'watch-off', what: findTarget(text, known)?.id ?? text });
};

const readEvery = (word = ''): Read<number> => {
  const ms = spanMs(word);
  return ms !== null && ms >= LEAST_EVERY_MS && ms <= MOST_EVERY_MS
    ? { is: 'read', value: ms }
    : no(`\`every\` wants a span from 1m to 24h, as in \`every 5m\`${notThat(word)}.`);
};

const readFlag = (flag: Flag, word: string): Read<number | null> => {
  if (flag === '--remind' || flag === '--login') {
    if (['never', 'off', 'no'].includes(word.toLowerCase())) return { is: 'read', value: null };
    const ms = spanMs(word);
    const least = flag === '--login' ? LEAST_LOGIN_MS : 60_000;
    if (ms !== null && ms >= least) return { is: 'read', value: ms };
    return no(
      `\`${flag}\` wants a span from ${flag === '--login' ? '15m' : '1m'} on, or \`never\`, as in \`${flag} ${flag === '--login' ? '1h' : '4h'}\`${notThat(word)}.`,
    );
  }
  const number = /^\d{1,2}$/.test(word) ? Number(word) : 0;
  if (number >= 1 && number <= 20) return { is: 'read', value: number };
  return no(`\`${flag}\` wants a number from 1 to 20, as in \`${flag} 3\`${notThat(word)}.`);
};

const notThat = (word: string): string => (word === '' ? '' : `, not \`${typedWord(word)}\``);
const no = (says: string) => mistake(says) as Extract<Parsed, { is: 'mistake' }>;
