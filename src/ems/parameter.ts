import type { ShellCommand, ShellValue } from '../domain/shell-command.js';
import { EXCHANGE_VERSIONS, type ExchangeVersion } from '../domain/target.js';

/** One parameter of a cmdlet: which versions have it, how a given value is held as data, and what is wrong with a value. */
export type Parameter<in Given> = {
  readonly versions: readonly ExchangeVersion[];
  readonly toValue: (given: Given) => ShellValue;
  /** Why the value does not fit, null if it does. `version` is null for a cmdlet of Windows. */
  readonly fault: (value: ShellValue, version: ExchangeVersion | null) => string | null;
};

/** One value read out of what another command gives back. */
export type Member = Extract<ShellValue, { is: 'member' }>;
type Argument = Extract<ShellValue, { is: 'argument' }>;
type Choice = Extract<ShellValue, { is: 'choice' }>;

export const ON_PREMISES: readonly ExchangeVersion[] = EXCHANGE_VERSIONS.filter(version => version !== 'online');
export const from = (first: ExchangeVersion): readonly ExchangeVersion[] =>
  ON_PREMISES.slice(ON_PREMISES.indexOf(first));
const upTo = (last: ExchangeVersion): readonly ExchangeVersion[] => ON_PREMISES.slice(0, ON_PREMISES.indexOf(last) + 1);

/** Only in this version and later ones on premises. */
export const since = <Given>(first: ExchangeVersion, parameter: Parameter<Given>): Parameter<Given> => ({
  ...parameter,
  versions: from(first),
});

/** Only in these; others refuse the whole line. */
export const only = <Given>(versions: readonly ExchangeVersion[], parameter: Parameter<Given>): Parameter<Given> => ({
  ...parameter,
  versions,
});

export const is2010 = (version: ExchangeVersion | null): boolean => version?.startsWith('2010') ?? false;

const isObject = (given: unknown): given is ShellValue => typeof given === 'object' && given !== null && 'is' in given;

/** Any text, written in single quotes. */
export const text = (): Parameter<string | Member> => ({
  versions: EXCHANGE_VERSIONS,
  toValue: given => (isObject(given) ? given : { is: 'text', text: given }),
  fault: value => (value.is === 'text' || value.is === 'member' ? null : 'expected a text'),
});

/** Text, or nothing at all: `$null` takes a setting away. */
export const textOrNull = (): Parameter<string | null | Member> => ({
  versions: EXCHANGE_VERSIONS,
  toValue: given => (given === null ? { is: 'null' } : text().toValue(given)),
  fault: value => (value.is === 'null' ? null : text().fault(value, null)),
});

export const texts = (): Parameter<readonly string[]> => ({
  versions: EXCHANGE_VERSIONS,
  toValue: given => ({ is: 'list', items: given.map(item => ({ is: 'text', text: item })) }),
  fault: value =>
    value.is === 'list' && value.items.length > 0 && value.items.every(item => item.is === 'text')
      ? null
      : 'expected a list of texts',
});

/** A host and its port, as a constructor takes them: `'cuc.contoso.test',7080`. */
export const hostAndPort = (): Parameter<readonly [string, number]> => ({
  versions: EXCHANGE_VERSIONS,
  toValue: ([host, port]) => ({
    is: 'list',
    items: [
      { is: 'text', text: host },
      { is: 'number', number: port },
    ],
  }),
  fault: value => {
    const [host, port, ...more] = value.is === 'list' ? value.items : [];
    const fits = host?.is === 'text' && port && outside(port, 1, 65_535, null) === null && port.is === 'number';
    return fits && more.length === 0 ? null : 'expected a host and a port from 1 to 65535';
  },
});

/** One of the words that the reference lists. */
export const word = <const Word extends string>(...words: readonly Word[]): Parameter<Word> => ({
  versions: EXCHANGE_VERSIONS,
  toValue: given => ({ is: 'text', text: given }),
  fault: value =>
    value.is === 'text' && (words as readonly string[]).includes(value.text)
      ? null
      : `expected one of ${words.join(', ')}`,
});

/** A word, or the one that was read before. */
export const wordOrMember = <const Word extends string>(...words: readonly Word[]): Parameter<Word | Member> => ({
  versions: EXCHANGE_VERSIONS,
  toValue: given => (isObject(given) ? given : word(...words).toValue(given as Word)),
  fault: value => (value.is === 'member' ? null : word(...words).fault(value, null)),
});

/** A word, or what the outer command hands over. */
export const wordOrArgument = <const Word extends string>(...words: readonly Word[]): Parameter<Word | Argument> => ({
  versions: EXCHANGE_VERSIONS,
  toValue: given => (isObject(given) ? given : word(...words).toValue(given as Word)),
  fault: value => (value.is === 'argument' ? null : word(...words).fault(value, null)),
});

export const words = <const Word extends string>(...allowed: readonly Word[]): Parameter<readonly Word[]> => ({
  versions: EXCHANGE_VERSIONS,
  toValue: given => texts().toValue(given),
  fault: value =>
    value.is === 'list' &&
    value.items.length > 0 &&
    value.items.every(item => word(...allowed).fault(item, null) === null)
      ? null
      : `expected some of ${allowed.join(', ')}`,
});

type Highest = number | ((version: ExchangeVersion | null) => number);
const outside = (value: ShellValue, lowest: number, highest: Highest, version: ExchangeVersion | null) => {
  const top = typeof highest === 'number' ? highest : highest(version);
  if (value.is === 'member' || value.is === 'argument') return null;
  if (value.is !== 'number' || !Number.isSafeInteger(value.number)) return 'expected a whole number';
  return value.number >= lowest && value.number <= top ? null : `expected ${lowest} to ${top}`;
};

/** A whole number in a range, the top of which may differ between versions. */
export const count = (lowest: number, highest: Highest): Parameter<number | Member | Argument> => ({
  versions: EXCHANGE_VERSIONS,
  toValue: given => (isObject(given) ? given : { is: 'number', number: given }),
  fault: (value, version) => outside(value, lowest, highest, version),
});

/** A number or the word `Unlimited`, as receive connectors take it in every version. */
export const countOrUnlimited = (lowest: number, highest: number): Parameter<number | 'Unlimited' | Member> => ({
  versions: EXCHANGE_VERSIONS,
  toValue: given =>
    given === 'Unlimited' ? { is: 'text', text: given } : count(lowest, highest).toValue(given as number | Member),
  fault: (value, version) =>
    value.is === 'text' && value.text === 'Unlimited' ? null : outside(value, lowest, highest, version),
});

/** A limit of a throttling policy of 2010, where `$null` is no limit. */
export const policyLimit2010 = (highest: Highest): Parameter<number | null> => ({
  versions: upTo('2010-sp3'),
  toValue: given => (given === null ? { is: 'null' } : { is: 'number', number: given }),
  fault: (value, version) => (value.is === 'null' ? null : outside(value, 0, highest, version)),
});

/** One of 2013 and later: no limit is the word `Unlimited` there, and `$null` would mean «inherit». */
export const policyLimit2013 = (highest: number): Parameter<number | 'Unlimited'> => ({
  versions: from('2013'),
  toValue: given => countOrUnlimited(0, highest).toValue(given),
  fault: countOrUnlimited(0, highest).fault,
});

export const onOff = (): Parameter<boolean | Member> => ({
  versions: EXCHANGE_VERSIONS,
  toValue: given => (isObject(given) ? given : { is: 'bool', on: given }),
  fault: value => (value.is === 'bool' || value.is === 'member' ? null : 'expected $true or $false'),
});

/** A switch without a value. */
export const flag = (): Parameter<true> => ({
  versions: EXCHANGE_VERSIONS,
  toValue: () => ({ is: 'switch' }),
  fault: value => (value.is === 'switch' ? null : 'expected a switch'),
});

/** `-Confirm:$false`; nothing else is ever needed, since asking is what the cmdlet does by itself. */
export const unasked = (): Parameter<false> => ({
  versions: EXCHANGE_VERSIONS,
  toValue: () => ({ is: 'switch-off' }),
  fault: value => (value.is === 'switch-off' ? null : 'expected -Confirm:$false'),
});

/** Commands that run on the named machine. */
export const block = (): Parameter<readonly ShellCommand[] | Choice> => ({
  versions: EXCHANGE_VERSIONS,
  toValue: given => (isObject(given) ? given : { is: 'block', commands: [...(given as readonly ShellCommand[])] }),
  fault: value =>
    (value.is === 'block' && value.commands.length > 0) || (value.is === 'choice' && value.yes.length > 0)
      ? null
      : 'expected a script block',
});
