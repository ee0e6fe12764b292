import type { Statement } from './syntax.js';

/** What the lab's shell handles. Names of properties ignore case, as in PowerShell. */
export type Value = null | string | number | boolean | Value[] | Thing | Block;
export type Thing = { is: 'thing'; properties: Map<string, Value> };
export type Block = { is: 'block'; body: Statement[] };

export const thing = (properties: Readonly<Record<string, Value>>): Thing => ({
  is: 'thing',
  properties: new Map(Object.entries(properties).map(([name, value]) => [name.toLowerCase(), value])),
});

export const isThing = (value: Value): value is Thing =>
  typeof value === 'object' && value !== null && 'is' in value && value.is === 'thing';
export const isBlock = (value: Value): value is Block =>
  typeof value === 'object' && value !== null && 'is' in value && value.is === 'block';

export const asText = (value: Value): string => {
  if (value === null) return '';
  if (typeof value === 'boolean') return value ? 'True' : 'False';
  if (Array.isArray(value)) return value.map(asText).join(' ');
  return typeof value === 'object' ? `(${value.is})` : value === Infinity ? 'Infinity' : String(value);
};

export const isTrue = (value: Value): boolean => {
  if (Array.isArray(value)) return value.length > 1 || isTrue(value[0] ?? null);
  return typeof value === 'object' ? value !== null : Boolean(value);
};

/** Comparison as PowerShell does it: texts without case, the kind of the left side decides. */
export const same = (left: Value, right: Value): boolean => {
  if (left === null || right === null) return left === right;
  if (typeof left === 'number') return left === Number(asText(right));
  return asText(left).toLowerCase() === asText(right).toLowerCase();
};

/** What a pipeline gave: nothing is `$null`, one is itself. */
export const gathered = (all: readonly Value[]): Value => (all.length > 1 ? [...all] : (all[0] ?? null));
export const listed = (value: Value): Value[] => (Array.isArray(value) ? value : value === null ? [] : [value]);

/** `EWS*`, as PowerShell matches it: without case. */
export const wildcard = (pattern: string): RegExp =>
  new RegExp(
    `^${pattern
      .replace(/[.+^${}()|[\]\\]/g, '\\$&')
      .replaceAll('*', '.*')
      .replaceAll('?', '.')}$`,
    'iu',
  );
