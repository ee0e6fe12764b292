import { nameOf } from './names.js';

/** A whole number, with the grouping of any Windows locale; `unlimited` as Exchange says it; null for everything else. */
export const amountIn = (text: string | undefined): number | 'unlimited' | null => {
  const words = text?.trim() ?? '';
  if (nameOf(words) === 'unlimited') return 'unlimited';
  if (/^\d{1,10}$/.test(words)) return Number(words);
  // One sign throughout, three digits behind each: 2,400 and 2.400 and 2'400 are one number, 2,4 is none. A blank joins no two numbers.
  const grouped = /^\d{1,3}([.,'’\u00a0\u202f])\d{3}(?:\1\d{3}){0,2}$/.test(words);
  return grouped ? Number(words.replaceAll(/\D/g, '')) : null;
};

export const countIn = (text: string | undefined): number | null => {
  const amount = amountIn(text);
  return typeof amount === 'number' ? amount : null;
};

export const flagIn = (text: string | undefined): boolean | null => {
  const words = text?.trim().toLowerCase();
  if (words === 'true' || words === '$true') return true;
  return words === 'false' || words === '$false' ? false : null;
};

/** `{[::]:25, 0.0.0.0:25}`; an ellipsis at the end (FormatEnumerationLimit) makes it null, for then the rest is not known. */
export const listIn = (text: string | undefined): string[] | null => {
  const inner = /^\{(.*)\}$/.exec(text?.trim() ?? '')?.[1] ?? text?.trim();
  if (inner === undefined || inner === '' || /(?:\.\.\.|…)$/.test(inner)) return null;
  return inner
    .split(',')
    .map(item => item.trim())
    .filter(item => item !== '');
};

/** `Version 15.1 (Build 2507.6)` is 15.1.2507.6, however a console broke it. */
export const buildIn = (text: string | undefined): string | null => {
  const parts = /^Version(\d{1,2})\.(\d{1,2})\(Build(\d{1,5})\.(\d{1,5})\)$/i.exec(
    (text ?? '').slice(0, 200).replaceAll(/\s/g, ''),
  );
  return parts ? parts.slice(1).join('.') : null;
};
