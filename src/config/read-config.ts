import type { z } from 'zod';
import { ConfiguredInboxTarget, ConfiguredMailTarget } from '../domain/configured-target.js';
import { nearest } from '../domain/nearest.js';
import { Config } from './config.js';
import { issueText } from './issue-text.js';
import { inOrder, type Mistake, type Path } from './mistake.js';
import { crossMistakes, crossWarnings } from './references.js';
import { isRecord, isSecretAt, keysAt } from './schema-at.js';
import { type Places, readYaml } from './yaml-file.js';

export type ReadConfig =
  | { is: 'good'; config: Config; warnings: Mistake[] }
  | { is: 'bad'; mistakes: Mistake[]; warnings: Mistake[] };

/** Reads a configuration and tells everything that is wrong with it at once, each with its line. Never tells a secret. */
export const readConfig = (text: string): ReadConfig => {
  const file = readYaml(text);
  if (file.is === 'unreadable') return { is: 'bad', mistakes: file.mistakes, warnings: [] };
  const raw = withVersionsAsText(file.raw);
  const parsed = Config.safeParse(raw);
  const warnings = inOrder(crossWarnings(raw, file.places));
  const across = crossMistakes(raw, file.places);
  const mistakes = inOrder([
    // the backslash in "DOMAIN\user" is told once, with its path
    ...file.mistakes.filter(({ line, says }) => !across.some(other => other.line === line && other.says === says)),
    ...(parsed.success ? [] : parsed.error.issues.flatMap(issue => mistakesOf(issue, raw, file.places))),
    ...(parsed.success ? [] : insideUnknownKinds(raw, file.places)),
    ...across,
  ]);
  return parsed.success && mistakes.length === 0
    ? { is: 'good', config: parsed.data, warnings }
    : { is: 'bad', mistakes, warnings };
};

const mistakesOf = (issue: z.core.$ZodIssue, raw: unknown, places: Places, schema: z.ZodType = Config): Mistake[] => {
  if (issue.code !== 'unrecognized_keys') {
    const says = issueText(issue, valueAt(raw, issue.path), isSecretAt(schema, raw, issue.path));
    return [{ ...places.value(issue.path), says }];
  }
  const known = keysAt(schema, raw, issue.path);
  const given = valueAt(raw, issue.path);
  return issue.keys.map(key => {
    const near = nearest(
      key,
      known.filter(other => !(isRecord(given) && other in given)),
    );
    const path = [...issue.path, key];
    return {
      ...places.key(path),
      path: places.key(issue.path).path,
      says: unknownKey(key, near, known, valueAt(raw, path)),
    };
  });
};

/** A key without a value and near to nothing may be a value in the wrong place, and that a password. */
const unknownKey = (key: string, near: string | null, known: readonly string[], value: unknown): string => {
  if (key === '<<') return 'merge keys (<<) are YAML 1.1; write the lines out';
  if (near) return `unknown key «${key}»; did you mean ${near}?`;
  const name = value !== null && value !== undefined && /^[\w.-]{1,40}$/.test(key) ? ` «${key}»` : '';
  return `unknown key${name}; expected one of ${known.join(', ')}`;
};

/** `version: 2016` can mean nothing else, so it needs no quotes. */
const withVersionsAsText = (raw: unknown): unknown => {
  if (!isRecord(raw) || !Array.isArray(raw.targets)) return raw;
  const targets = raw.targets.map((target: unknown) => {
    const exchange = isRecord(target) ? target.exchange : undefined;
    if (!isRecord(target) || !isRecord(exchange) || typeof exchange.version !== 'number') return target;
    return { ...target, exchange: { ...exchange, version: String(exchange.version) } };
  });
  return { ...raw, targets };
};

/** A target whose kind is misspelt is judged by what it looks like, so that its other mistakes are told too. */
const insideUnknownKinds = (raw: unknown, places: Places): Mistake[] => {
  const targets = isRecord(raw) && Array.isArray(raw.targets) ? (raw.targets as unknown[]) : [];
  return targets.flatMap((target, index) => {
    if (!isRecord(target)) return [];
    const kinds = [ConfiguredMailTarget, ConfiguredInboxTarget] as const;
    if (kinds.some(schema => schema.shape.kind.value === target.kind)) return [];
    const guess = 'cuc' in target ? ConfiguredInboxTarget : ConfiguredMailTarget;
    const guessed = { ...(raw as object), targets: targets.with(index, { ...target, kind: guess.shape.kind.value }) };
    const parsed = guess.safeParse(valueAt(guessed, ['targets', index]));
    return (parsed.error?.issues ?? []).flatMap(issue =>
      mistakesOf({ ...issue, path: ['targets', index, ...issue.path] }, guessed, places),
    );
  });
};

const valueAt = (raw: unknown, path: Path): unknown =>
  path.reduce<unknown>(
    (value, step) =>
      isRecord(value) || Array.isArray(value) ? (value as Record<PropertyKey, unknown>)[step] : undefined,
    raw,
  );
