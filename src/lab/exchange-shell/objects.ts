import { LabError } from '../lab-error.js';
import type { Cmdlet } from './cmdlets.js';
import { asText, same, type Thing, type Value } from './values.js';

type Given = ReadonlyMap<string, Value>;

/** Objects of one noun, as `Get-`, `Set-`, `New-` and `Remove-` of it handle them. */
export type Kind = {
  noun: string;
  things: Thing[];
  /** The parameter that says which one is meant. `Identity` takes the name as well. */
  by: 'server' | 'identity';
  /** What `New-` makes; absent: nobody makes or removes these. */
  make?: (given: Given) => Thing;
  /** Throws where the values cannot be taken. */
  checks?: (given: Given) => void;
  /** Throws where something else needs it. */
  mayGo?: (object: Thing) => void;
  changed?: (object: Thing) => void;
};

/** Arguments that say how to behave, or how much to show. */
const MANNERS = new Set(['confirm', 'adpropertiesonly', 'geteffectiveusers', 'status', 'erroraction']);

export const objectCmdlets = ({ noun, things, by, make, checks, mayGo, changed }: Kind): [string, Cmdlet][] => {
  const meant = (given: Given) => find(things, by, given.get(by) ?? null);
  return [
    [`get-${noun}`, ({ given }) => (given.has(by) ? meant(given) : things.filter(each => fits(each, given)))],
    [
      `set-${noun}`,
      ({ given }) => {
        const object = meant(given);
        checks?.(given);
        for (const [name, value] of settingsIn(given, by)) {
          if (!object.properties.has(name)) throw new LabError(`A parameter cannot be found that matches '${name}'.`);
          object.properties.set(name, value);
        }
        changed?.(object);
      },
    ],
    ...(make ? makingCmdlets({ noun, things, by, make, checks, mayGo, changed }, meant) : []),
  ];
};

const makingCmdlets = (
  {
    noun,
    things,
    make,
    checks,
    mayGo,
    changed,
  }: Pick<Kind, 'noun' | 'things' | 'by'> & {
    make: (given: Given) => Thing;
  } & { [Name in 'checks' | 'mayGo' | 'changed']: Kind[Name] | undefined },
  meant: (given: Given) => Thing,
): [string, Cmdlet][] => [
  [
    `new-${noun}`,
    ({ given }) => {
      checks?.(given);
      const made = make(given);
      if (things.some(each => same(nameOf(each), nameOf(made))))
        throw new LabError(`The object ${nameOf(made)} exists.`);
      things.push(made);
      changed?.(made);
    },
  ],
  [
    `remove-${noun}`,
    ({ given }) => {
      const object = meant(given);
      mayGo?.(object);
      things.splice(things.indexOf(object), 1);
      changed?.(object);
    },
  ],
];

export const find = (things: readonly Thing[], by: 'server' | 'identity', wanted: Value): Thing => {
  const properties = by === 'identity' ? ['identity', 'name'] : [by];
  const found = things.find(({ properties: has }) => properties.some(name => is(has.get(name), wanted)));
  if (!found)
    throw new LabError(`The operation couldn't be performed because object '${asText(wanted)}' couldn't be found.`);
  return found;
};

/** The settings of a line: neither what says which object is meant nor how to behave. */
const settingsIn = (given: Given, by: string): [string, Value][] =>
  [...given].filter(([name]) => name !== by && !MANNERS.has(name));

const fits = ({ properties }: Thing, given: Given): boolean =>
  settingsIn(given, '').every(([name, value]) => is(properties.get(name), value));

const is = (present: Value | undefined, wanted: Value): boolean =>
  present !== undefined && asText(present).toLowerCase() === asText(wanted).toLowerCase();

const nameOf = ({ properties }: Thing): string => asText(properties.get('identity') ?? properties.get('name') ?? null);
