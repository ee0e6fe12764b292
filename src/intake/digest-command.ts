import { DigestId, readWhen, ZONES, zoneNamed } from '../domain/digest-when.js';
import type { TargetId } from '../domain/ids.js';
import { typedWord } from '../domain/typed-word.js';
import { findTarget, hint, type Known, mistake, type Parsed, unknownTarget, wants } from './command.js';

const ONLY_CHANGES = '--only-changes';

/** `digest daily 08:00 [Zone] [target…] [--only-changes]`, `digest list`, `digest now [target…]`, `digest table [id | target…]`, `digest off [id]`. */
export const parseDigest = (words: readonly string[], known: Known): Parsed => {
  const [first = '', ...rest] = words;
  switch (first.toLowerCase()) {
    case 'list':
      return rest.length === 0 ? wants({ do: 'digest-list' }) : mistake('`digest list` takes nothing behind it.');
    case 'now': {
      const read = readRest(rest, known);
      if (read.is === 'mistake') return read;
      if (read.zone || read.onlyChanges)
        return mistake('`digest now` takes targets alone: `/uccx digest now [target…]`.');
      return wants({ do: 'digest-now', targets: read.targets });
    }
    case 'table':
      return parseTable(rest, known);
    case 'off':
    case 'stop':
      return parseOff(rest);
  }
  const read = readWhen(words);
  if (read.is === 'mistake') {
    const subcommand = hint(first, ['list', 'now', 'table', 'off']);
    return mistake(
      subcommand && !read.says.includes('Did you mean') && /^[a-z]/i.test(first)
        ? `There is no \`digest ${typedWord(first)}\`.${subcommand}`
        : read.says,
    );
  }
  const more = readRest(read.rest, known);
  if (more.is === 'mistake') return more;
  const { zone, targets, onlyChanges } = more;
  return wants({ do: 'digest', when: read.when, zone, targets, onlyChanges });
};

const parseOff = ([id, ...more]: readonly string[]): Parsed => {
  if (id === undefined) return wants({ do: 'digest-off', id: null });
  const read = DigestId.safeParse(id.toLowerCase());
  return read.success && more.length === 0
    ? wants({ do: 'digest-off', id: read.data })
    : mistake('`digest off` wants one digest, as `/uccx digest list` names it.');
};

/** A word that names no target is the id of a digest. */
const parseTable = (words: readonly string[], known: Known): Parsed => {
  const [only = '', ...more] = words;
  const id = DigestId.safeParse(only.toLowerCase());
  if (more.length === 0 && id.success && !findTarget(only, known))
    return wants({ do: 'digest-table', digest: id.data, targets: [] });
  const read = readRest(words, known);
  if (read.is === 'mistake') return read;
  return read.zone || read.onlyChanges
    ? mistake('`digest table` takes a digest or targets: `/uccx digest table [id | target…]`.')
    : wants({ do: 'digest-table', digest: null, targets: read.targets });
};

type Rest = { is: 'rest'; zone: string | null; targets: TargetId[]; onlyChanges: boolean };

const readRest = (words: readonly string[], known: Known): Rest | Extract<Parsed, { is: 'mistake' }> => {
  const rest: Rest = { is: 'rest', zone: null, targets: [], onlyChanges: false };
  for (const word of words) {
    if (word.toLowerCase() === ONLY_CHANGES) rest.onlyChanges = true;
    else if (word.startsWith('-'))
      return no(`There is no flag \`${typedWord(word)}\` here.${hint(word, [ONLY_CHANGES])}`);
    else if (word.includes('/') || /^(?:utc|gmt)$/i.test(word)) {
      const zone = zoneNamed(word);
      if (!zone) return no(`I know no time zone \`${typedWord(word)}\`.${hint(word, ZONES)}`);
      if (rest.zone) return no('A digest has one time zone.');
      rest.zone = zone;
    } else {
      const target = findTarget(word, known);
      if (!target) return unknownTarget(word, known) as Extract<Parsed, { is: 'mistake' }>;
      if (!rest.targets.includes(target.id)) rest.targets.push(target.id);
    }
  }
  return rest;
};
const no = (says: string) => mistake(says) as Extract<Parsed, { is: 'mistake' }>;
