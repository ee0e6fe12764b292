import type { z } from 'zod';
import { nearest } from '../domain/nearest.js';

type Issue = z.core.$ZodIssue;

/**
 * Says what was expected and what is there, in plain words. Of what is there only numbers, yes and no and misspelt choices
 * are shown, and nothing at all where a reference to a secret belongs: people paste passwords into the wrong line.
 */
export const issueText = (issue: Issue, found: unknown, secret: boolean): string => {
  if (issue.code === 'custom') return issue.message;
  if (found === undefined) return `is missing; ${expected(issue)}`;
  if (secret) return typeof found === 'string' ? expected(issue) : `${expected(issue)}, found ${kind(found)}`;
  switch (issue.code) {
    case 'invalid_type':
      return `${expected(issue)}, found ${shown(found)}${quotesHint(issue.expected, found)}`;
    case 'too_small':
    case 'too_big':
      return `${expected(issue)}, found ${amount(found)}`;
    case 'invalid_value':
      return `${expected(issue)}, found ${choice(found)}${meant(found, issue.values)}`;
    case 'invalid_union':
      return `${expected(issue)}, found ${choice(found)}${meant(found, optionsOf(issue))}`;
    default:
      return expected(issue);
  }
};

const expected = (issue: Issue): string => {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${TYPES[issue.expected] ?? issue.expected}`;
    case 'too_small':
      return `expected ${bound(issue.origin, 'at least', Number(issue.minimum))}`;
    case 'too_big':
      return `expected ${bound(issue.origin, 'at most', Number(issue.maximum))}`;
    case 'invalid_value':
      return issue.values.length === 1
        ? `expected ${String(issue.values[0])}`
        : `expected one of ${issue.values.join(', ')}`;
    case 'invalid_format':
      return issue.message.startsWith('expected') ? issue.message : `expected ${FORMATS[issue.format] ?? issue.format}`;
    case 'invalid_union': {
      const options = optionsOf(issue);
      if (options.length > 0) return `expected one of ${options.join(', ')}`;
      const each = issue.errors.flatMap(([first]) => (first ? [expected(first).replace(/^expected /, '')] : []));
      return `expected ${[...new Set(each)].join(' or ')}`;
    }
    default:
      return issue.message;
  }
};

const TYPES: Record<string, string> = {
  string: 'text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  object: 'a mapping (lines of «key: value»)',
  array: 'a list (lines that begin with a dash)',
};
const FORMATS: Record<string, string> = {
  date: 'a date such as 2026-11-21',
  ipv4: 'an IPv4 address',
  ipv6: 'an IPv6 address',
  url: 'a URL',
};

const bound = (origin: string, words: string, limit: number): string => {
  if (origin === 'string') return limit === 1 ? 'some text' : `${words} ${limit} characters`;
  if (origin === 'array') return `${words} ${limit} ${limit === 1 ? 'entry' : 'entries'}`;
  return `a number of ${words} ${limit}`;
};

const optionsOf = (issue: Extract<Issue, { code: 'invalid_union' }>): string[] =>
  'options' in issue && Array.isArray(issue.options) ? issue.options.map(String) : [];

const kind = (value: unknown): string => {
  if (value === null || value === undefined) return 'nothing';
  if (Array.isArray(value)) return 'a list';
  if (typeof value === 'object') return 'a mapping';
  return { string: 'text', number: 'a number', boolean: 'true or false' }[typeof value as string] ?? 'something else';
};

const shown = (value: unknown): string => {
  if (typeof value === 'number') return `the number ${value}`;
  return typeof value === 'boolean' ? `${value}` : kind(value);
};

const choice = (value: unknown): string =>
  typeof value === 'string' && /^[\w. -]{1,24}$/.test(value) ? `«${value}»` : shown(value);

const amount = (value: unknown): string => {
  if (Array.isArray(value)) return value.length === 0 ? 'none' : `${value.length}`;
  if (typeof value === 'string') return value === '' ? 'none' : `${value.length} characters`;
  return typeof value === 'number' ? `${value}` : kind(value);
};

const meant = (value: unknown, options: readonly unknown[]): string => {
  const near = typeof value === 'string' ? nearest(value, options.map(String)) : null;
  return near ? `; did you mean ${near}?` : '';
};

const quotesHint = (wanted: string, value: unknown): string => {
  if (wanted === 'string' && (typeof value === 'number' || typeof value === 'boolean')) return '; put it in quotes';
  const isNumber = typeof value === 'string' && value.trim() !== '' && Number.isFinite(Number(value));
  return (wanted === 'number' || wanted === 'int') && isNumber ? ' that looks like a number; remove the quotes' : '';
};
