import type { ConfiguredTarget } from '../domain/configured-target.js';
import { Leg } from '../domain/evidence/evidence.js';
import { nearest } from '../domain/nearest.js';
import type { Wants } from '../domain/request.js';

export type Known = {
  /** Only the targets that this person may see: a hint must not give away the others. */
  targets: readonly ConfiguredTarget[];
  rules: readonly string[];
};
export type Parsed = { is: 'wants'; wants: Wants } | { is: 'mistake'; says: string };

const VERBS = ['check', 'fix', 'targets', 'last', 'explain', 'help'] as const;
const FLAGS = ['--only', '--login-anyway'] as const;
const MAX_COMMAND = 500;

/** Understands one command, with or without its leading `/uccx`, or says what is wrong with the nearest right spelling. Pure. */
export const parseCommand = (text: string, known: Known): Parsed => {
  if (text.length > MAX_COMMAND) return mistake(`A command has at most ${MAX_COMMAND} characters.`);
  const words = normalised(text);
  if (words[0]?.toLowerCase() === '/uccx') words.shift();
  const [verb = 'help', ...rest] = words;
  switch (verb.toLowerCase()) {
    case 'check':
      return parseCheck(rest, known);
    case 'fix':
      return parseFix(rest, known);
    case 'targets':
      return rest.length === 0 ? wants({ do: 'targets' }) : mistake('`targets` takes nothing behind it.');
    case 'last':
      return parseLast(rest, known);
    case 'explain':
      return parseExplain(rest, known);
    case 'help':
      return wants({ do: 'help' });
    default:
      return mistake(`There is no command \`${shown(verb)}\`.${hint(verb, VERBS)} \`/uccx help\` lists them.`);
  }
};

const parseCheck = (words: readonly string[], known: Known): Parsed => {
  const targets: ConfiguredTarget[] = [];
  const only: Leg[] = [];
  let loginAnyway = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--login-anyway') loginAnyway = true;
    else if (word === '--only' || word.startsWith('--only=')) {
      const value = word === '--only' ? (words[++i] ?? '') : word.slice('--only='.length);
      const asked = value.split(',').filter(Boolean);
      if (asked.length === 0)
        return mistake(`\`--only\` wants one or more of ${Leg.options.join(', ')}, as in \`--only imap,smtp\`.`);
      for (const leg of asked) {
        const found = Leg.options.find(option => option === leg.toLowerCase());
        if (!found)
          return mistake(`\`--only\` knows ${Leg.options.join(', ')}, not \`${shown(leg)}\`.${hint(leg, Leg.options)}`);
        if (!only.includes(found)) only.push(found);
      }
    } else if (word.startsWith('-')) return mistake(`There is no flag \`${shown(word)}\`.${hint(word, FLAGS)}`);
    else {
      const target = findTarget(word, known);
      if (!target) return unknownTarget(word, known);
      if (!targets.includes(target)) targets.push(target);
    }
  }
  return wants({ do: 'check', targets: targets.map(({ id }) => id), only, loginAnyway });
};

const parseLast = (words: readonly string[], known: Known): Parsed => {
  const [word, ...more] = words;
  if (!word || more.length > 0) return mistake('`last` wants one target: `/uccx last <target>`.');
  const target = findTarget(word, known);
  return target ? wants({ do: 'last', target: target.id }) : unknownTarget(word, known);
};

/** Which findings there are is known from the report only, so what is chosen is looked up there. */
const parseFix = (words: readonly string[], known: Known): Parsed => {
  const [word, ...chosen] = words;
  if (!word) return mistake('`fix` wants a target, and may name findings: `/uccx fix <target> [finding…]`.');
  const target = findTarget(word, known);
  if (!target) return unknownTarget(word, known);
  const odd = chosen.find(each => !/^[A-Za-z0-9-]{1,60}$/.test(each) || each.startsWith('-'));
  if (odd) return mistake(`\`fix\` takes names of rules or remedies, not \`${shown(odd)}\`.`);
  return wants({ do: 'fix', target: target.id, chosen: chosen.map(each => each.toLowerCase()) });
};

const parseExplain = (words: readonly string[], known: Known): Parsed => {
  const [word, ...more] = words;
  if (!word || more.length > 0) return mistake(`\`explain\` wants one rule: ${known.rules.join(', ')}.`);
  const rule = known.rules.find(id => id === word.toLowerCase());
  return rule
    ? wants({ do: 'explain', rule })
    : mistake(
        `There is no rule \`${shown(word)}\`.${hint(word, known.rules)} The rules are ${known.rules.join(', ')}.`,
      );
};

/** Chat clients turn `--` into a dash and straight quotes into curly ones while people type. */
const normalised = (text: string): string[] =>
  text
    .normalize('NFKC')
    .replace(/(^|\s)[\u2012-\u2015]+(?=[a-z])/giu, '$1--')
    .split(/[\s\u00a0]+/u)
    .filter(Boolean);

const findTarget = (word: string, { targets }: Known) => targets.find(({ id }) => id === word.toLowerCase());

const unknownTarget = (word: string, { targets }: Known): Parsed => {
  const ids = targets.map(({ id }) => id as string);
  return mistake(
    `I know no target \`${shown(word)}\`.${hint(word, ids)} ${ids.length > 0 ? `You may name ${ids.slice(0, 30).join(', ')}${ids.length > 30 ? ', …' : ''}.` : ''} Only configured targets can be checked, never a host name.`,
  );
};

const hint = (word: string, known: readonly string[]): string => {
  const near = nearest(word, known);
  return near ? ` Did you mean \`${near}\`?` : '';
};

/** A person's own word given back to them: short and without anything that a chat would format. */
const shown = (word: string): string => word.replace(/[^\p{L}\p{N}._=-]/gu, '').slice(0, 40);
const wants = (what: Wants): Parsed => ({ is: 'wants', wants: what });
const mistake = (says: string): Parsed => ({ is: 'mistake', says });
