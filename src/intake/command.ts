import type { ConfiguredTarget } from '../domain/configured-target.js';
import { Leg } from '../domain/evidence/evidence.js';
import { RunId } from '../domain/ids.js';
import { nearest } from '../domain/nearest.js';
import type { Wants } from '../domain/request.js';
import { typedWord } from '../domain/typed-word.js';
import { parseAudit } from './audit-command.js';
import { parseDigest } from './digest-command.js';
import { parseHistory } from './history-command.js';
import { parseMaintenance } from './maintenance-command.js';
import { parseAccept, parseMute, parseUnaccept, parseUnmute } from './quiet-command.js';
import { parseWatch } from './watch-command.js';

export type Known = {
  /** Only the targets that this person may see: a hint must not give away the others. */
  targets: readonly ConfiguredTarget[];
  rules: readonly string[];
};
export type Parsed = { is: 'wants'; wants: Wants } | { is: 'mistake'; says: string };

/** What can be asked. The buttons of a card ask more, which nobody types. */
export const VERBS = [
  'check',
  'stop',
  'fix',
  'read',
  'digest',
  'mute',
  'unmute',
  'maintenance',
  'accept',
  'unaccept',
  'reads',
  'audit',
  'watch',
  'targets',
  'sites',
  'last',
  'history',
  'explain',
  'help',
] as const;
export const isCommand = (word: string): boolean => VERBS.some(verb => verb === word.toLowerCase());
export const CHECK_FLAGS = ['--only', '--login-anyway', '--deep', '--loop', '--nobody-at-work'] as const;
const MAX_COMMAND = 500;
const MAX_PASTED = 20_000;
/** Whatever takes commands in needs to take no more. */
export const MAX_ASKED = MAX_COMMAND + MAX_PASTED;

/** Understands one command, with or without its leading `/uccx`, or says what is wrong with the nearest right spelling. Pure. */
export const parseCommand = (whole: string, known: Known): Parsed => {
  const { text, from } = READING.test(whole) ? belowFirstLine(whole) : withoutPasted(whole);
  if (text.length > MAX_COMMAND) return mistake(`A command has at most ${MAX_COMMAND} characters.`);
  const words = normalised(text);
  if (words[0]?.toLowerCase() === '/uccx') words.shift();
  const [verb = 'help', ...rest] = words;
  if (from !== null && !['fix', 'read'].includes(verb.toLowerCase())) return mistake('`--from` goes with `fix` alone.');
  switch (verb.toLowerCase()) {
    case 'check':
      return parseCheck(rest, known);
    case 'confirm':
      return parseConsent('confirm', rest, known);
    case 'cancel':
      return parseConsent('cancel', rest, known);
    case 'stop':
      return parseStop(rest, known);
    case 'fix':
      return parseFix(rest, known, from);
    case 'digest':
      return parseDigest(rest, known);
    case 'mute':
      return parseMute(rest, known);
    case 'unmute':
      return parseUnmute(rest, known);
    case 'maintenance':
      return parseMaintenance(rest, known);
    case 'accept':
      return parseAccept(rest, known);
    case 'unaccept':
      return parseUnaccept(rest, known);
    case 'watch':
      return parseWatch(rest, known);
    case 'read':
      return parseRead(rest, known, from ?? '');
    case 'audit':
      return parseAudit(rest, known);
    case 'reads':
      return parseReads(rest, known);
    case 'targets':
      return rest.length === 0 ? wants({ do: 'targets' }) : mistake('`targets` takes nothing behind it.');
    case 'sites':
      return rest.length === 0 ? wants({ do: 'sites' }) : mistake('`sites` takes nothing behind it.');
    case 'last':
      return parseLast(rest, known);
    case 'history':
      return parseHistory(rest, known);
    case 'explain':
      return parseExplain(rest, known);
    case 'help':
      return wants({ do: 'help' });
    default:
      return mistake(`There is no command \`${typedWord(verb)}\`.${hint(verb, VERBS)} \`/uccx help\` lists them.`);
  }
};

const parseCheck = (words: readonly string[], known: Known): Parsed => {
  const targets: ConfiguredTarget[] = [];
  const only: Leg[] = [];
  let loginAnyway = false;
  let deep = false;
  let nobodyAtWork: true | undefined;
  let loop = false;
  for (let i = 0; i < words.length; i++) {
    const word = words[i] as string;
    if (word === '--login-anyway') loginAnyway = true;
    else if (word === '--deep') deep = true;
    else if (word === '--nobody-at-work') nobodyAtWork = true;
    else if (word === '--loop') loop = true;
    else if (word === '--only' || word.startsWith('--only=')) {
      const value = word === '--only' ? (words[++i] ?? '') : word.slice('--only='.length);
      const asked = value.split(',').filter(Boolean);
      if (asked.length === 0)
        return mistake(`\`--only\` wants one or more of ${Leg.options.join(', ')}, as in \`--only imap,smtp\`.`);
      for (const leg of asked) {
        const found = Leg.options.find(option => option === leg.toLowerCase());
        if (!found)
          return mistake(
            `\`--only\` knows ${Leg.options.join(', ')}, not \`${typedWord(leg)}\`.${hint(leg, Leg.options)}`,
          );
        if (!only.includes(found)) only.push(found);
      }
    } else if (word.startsWith('-'))
      return mistake(`There is no flag \`${typedWord(word)}\`.${hint(word, CHECK_FLAGS)}`);
    else {
      const target = findTarget(word, known);
      if (!target) return unknownTarget(word, known);
      if (!targets.includes(target)) targets.push(target);
    }
  }
  const flag = deep ? '--deep' : '--loop';
  if ((deep || loop) && targets.length !== 1)
    return mistake(`\`${flag}\` wants exactly one target, as in \`/uccx check <target> ${flag}\`.`);
  if (deep && loop)
    return mistake('`--deep` and `--loop` do not go together: the one takes sessions that the other needs.');
  if (nobodyAtWork && !deep) return mistake('`--nobody-at-work` goes with `--deep`: nothing else takes sessions.');
  return wants({
    do: 'check',
    targets: targets.map(({ id }) => id),
    only,
    loginAnyway,
    deep,
    loop,
    ...(nobodyAtWork ? { nobodyAtWork } : {}),
  });
};

/** The words of a card's buttons. Nobody needs to know them. */
const parseConsent = (verb: 'confirm' | 'cancel', words: readonly string[], known: Known): Parsed => {
  const [word, id, ...more] = words;
  const consent = RunId.safeParse(id);
  if (!word || !consent.success || more.length > 0)
    return mistake(`\`${verb}\` is what the card of \`/uccx check <target> --deep\` has a button for.`);
  const target = findTarget(word, known);
  return target ? wants({ do: verb, target: target.id, consent: consent.data }) : unknownTarget(word, known);
};

const parseStop = (words: readonly string[], known: Known): Parsed => {
  const [word, ...more] = words;
  if (!word || more.length > 0) return mistake('`stop` wants the target that is being checked: `/uccx stop <target>`.');
  const target = findTarget(word, known);
  if (target) return wants({ do: 'stop', what: target.id });
  // A run is named as its button names it; everything else is a target that was mistyped.
  const run = /[A-Z_]/.test(word) ? RunId.safeParse(word).data : undefined;
  return run ? wants({ do: 'stop', what: run }) : unknownTarget(word, known);
};

const parseLast = (words: readonly string[], known: Known): Parsed => {
  const transcript = words.includes('--transcript');
  const [word, ...more] = words.filter(each => each !== '--transcript');
  const odd = words.find(each => each.startsWith('-') && each !== '--transcript');
  if (odd) return mistake(`There is no flag \`${typedWord(odd)}\` here.${hint(odd, ['--transcript'])}`);
  if (!word || more.length > 0) return mistake('`last` wants one target: `/uccx last <target> [--transcript]`.');
  const target = findTarget(word, known);
  if (!target) return unknownTarget(word, known);
  return wants({ do: 'last', target: target.id, ...(transcript ? { transcript } : {}) });
};

/** Which findings there are is known from the report only, so what is chosen is looked up there. */
const parseFix = (words: readonly string[], known: Known, from: string | null): Parsed => {
  const [word, ...chosen] = words;
  if (from === '')
    return mistake('`--from` wants the pasted output of `Get-` commands behind it, to the end of the message.');
  if (from !== null && from.length > MAX_PASTED)
    return mistake(`Behind \`--from\` there may be at most ${MAX_PASTED} characters.`);
  if (!word) return mistake('`fix` wants a target, and may name findings: `/uccx fix <target> [finding…]`.');
  const target = findTarget(word, known);
  if (!target) return unknownTarget(word, known);
  const odd = chosen.find(each => !/^[A-Za-z0-9-]{1,60}$/.test(each) || each.startsWith('-'));
  if (odd) return mistake(`\`fix\` takes names of rules or remedies, not \`${typedWord(odd)}\`.`);
  return wants({ do: 'fix', target: target.id, chosen: chosen.map(each => each.toLowerCase()), from });
};

const parseRead = (given: readonly string[], known: Known, pasted: string): Parsed => {
  const [word, ...more] = given.filter(each => each !== FORGET);
  const odd = given.find(each => each.startsWith('-') && each !== FORGET);
  if (odd) return mistake(`There is no flag \`${typedWord(odd)}\` here.${hint(odd, [FORGET])}`);
  if (more.length > 0) return mistake('`read` takes one target, and what was pasted on the lines below it.');
  if (pasted.length > MAX_PASTED)
    return mistake(`Below \`read\` there may be at most ${MAX_PASTED} characters; send more as a file.`);
  const target = word === undefined ? null : findTarget(word, known);
  if (target === undefined) return unknownTarget(word ?? '', known);
  if (given.includes(FORGET))
    return target
      ? wants({ do: 'forget-read', target: target.id })
      : mistake('`--forget` wants the target: `/uccx read <target> --forget`.');
  return wants({ do: 'read', target: target?.id ?? null, pasted: pasted.trim() === '' ? null : pasted });
};
const FORGET = '--forget';

const parseReads = (words: readonly string[], known: Known): Parsed => {
  const [word, ...more] = words;
  if (more.length > 0) return mistake('`reads` takes one target or none: `/uccx reads <target>`.');
  const target = word === undefined ? null : findTarget(word, known);
  if (target === undefined) return unknownTarget(word ?? '', known);
  return wants({ do: 'reads', target: target?.id ?? null });
};

const parseExplain = (words: readonly string[], known: Known): Parsed => {
  const [word, ...more] = words;
  if (!word || more.length > 0) return mistake(`\`explain\` wants one rule: ${known.rules.join(', ')}.`);
  const rule = known.rules.find(id => id === word.toLowerCase());
  return rule
    ? wants({ do: 'explain', rule })
    : mistake(
        `There is no rule \`${typedWord(word)}\`.${hint(word, known.rules)} The rules are ${known.rules.join(', ')}.`,
      );
};

const READING = /^\s*(?:\/uccx\s+)?read(?=\s|$)/i;

/** The fence in which chats show what is not theirs is no part of it; its lines stay, so that the others keep their numbers. */
const belowFirstLine = (whole: string): { text: string; from: string | null } => {
  const [text = '', ...lines] = whole.trimStart().split('\n');
  return { text, from: lines.map(line => (/^\s*```\w*\s*$/.test(line) ? '' : line)).join('\n') };
};

/** What was pasted stands behind `--from`, with its lines as they are, to the end of the message. */
const withoutPasted = (whole: string): { text: string; from: string | null } => {
  const flag = /(?:^|\s)(?:--|[\u2012-\u2015]+)from(?=\s|$)/iu.exec(whole);
  if (!flag) return { text: whole, from: null };
  const from = whole.slice(flag.index + flag[0].length).replace(/^[^\S\n]*\n|^\s+/, '');
  return { text: whole.slice(0, flag.index), from: from.trimEnd() };
};

/** Chat clients turn `--` into a dash and straight quotes into curly ones while people type. */
const normalised = (text: string): string[] =>
  text
    .normalize('NFKC')
    .replace(/(^|\s)[\u2012-\u2015]+(?=[a-z])/giu, '$1--')
    .split(/[\s\u00a0]+/u)
    .filter(Boolean);

export const findTarget = (word: string, { targets }: Known) => targets.find(({ id }) => id === word.toLowerCase());

export const unknownTarget = (word: string, { targets }: Known): Parsed => {
  const ids = targets.map(({ id }) => id as string);
  return mistake(
    `I know no target \`${typedWord(word)}\`.${hint(word, ids)} ${ids.length > 0 ? `You may name ${ids.slice(0, 30).join(', ')}${ids.length > 30 ? ', …' : ''}.` : ''} Only configured targets can be checked, never a host name.`,
  );
};

export const hint = (word: string, known: readonly string[]): string => {
  const near = nearest(word, known);
  return near ? ` Did you mean \`${near}\`?` : '';
};

export const wants = (what: Wants): Parsed => ({ is: 'wants', wants: what });
export const mistake = (says: string): Parsed => ({ is: 'mistake', says });
