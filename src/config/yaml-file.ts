import {
  type Document,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  Lexer,
  LineCounter,
  type Node,
  parseDocument,
  type Scalar,
  visit,
  type YAMLError,
} from 'yaml';
import { inOrder, type Mistake, type Path, pathText } from './mistake.js';

/** Some 40,000 targets. */
const MAX_BYTES = 16_000_000;
/** A value that is used again stands for itself; a bomb refers to references (`a: &a [*b, *b, …]`). */
const MAX_ALIASES = 100;
/** The parser calls itself for each level; far less than a thousand levels exhaust the stack. */
const MAX_DEPTH = 50;

/** Where something stands, as a mistake without words. `value` falls back to the key, and to the nearest parent that is there. */
export type Places = {
  value: (path: Path) => Mistake;
  key: (path: Path) => Mistake;
  /** A text as it was written, without its quotes. */
  written: (path: Path) => { text: string; doubleQuoted: boolean } | null;
};

export type YamlFile =
  | { is: 'readable'; raw: unknown; places: Places; mistakes: Mistake[] }
  | { is: 'unreadable'; mistakes: Mistake[] };

/**
 * Reads YAML 1.2 (core schema: `no` and `on` are words, `0o17` is octal) with the place of everything in it.
 * Our own sentences only: those of the parser can quote the line, and a password may stand there.
 */
export const readYaml = (text: string): YamlFile => {
  const bytes = Buffer.byteLength(text);
  if (bytes > MAX_BYTES) return whole(`expected at most ${MAX_BYTES} bytes, found ${bytes}`);
  if (text.includes('\u0000')) return whole('expected text in UTF-8, found binary data or UTF-16');
  if (isTooDeep(text)) return whole(`expected at most ${MAX_DEPTH} levels of nesting`);

  const lines = new LineCounter();
  const doc = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    version: '1.2',
    schema: 'core',
    resolveKnownTags: false,
    stringKeys: true,
    uniqueKeys: false, // quadratic in yaml; duplicates() below also says where the first stands
  });
  const at = (offset: number, says: string, path = ''): Mistake => {
    const { line, col } = lines.linePos(Math.min(offset, text.length));
    return { line: Math.max(line, 1), column: Math.max(col, 1), path, says };
  };
  const faults = [...doc.errors, ...doc.warnings];
  const mistakes = faults.map(fault => at(fault.pos[0], faultText(fault, text)));
  if (doc.directives?.yaml.explicit && doc.directives.yaml.version !== '1.2')
    mistakes.push(at(0, 'expected YAML 1.2; remove the %YAML line'));
  const broken = faults.findIndex(fault => !HARMLESS.has(fault.code));
  if (broken >= 0) return { is: 'unreadable', mistakes: inOrder(mistakes.slice(0, broken + 1)) };

  mistakes.push(...aliases(doc, at), ...duplicates(doc, at));
  try {
    const raw: unknown = doc.toJS({ maxAliasCount: MAX_ALIASES });
    return { is: 'readable', raw, places: placesIn(doc, text, at), mistakes };
  } catch {
    // yaml throws for an alias without its anchor, which aliases() has told, and for a bomb
    const told = mistakes.length > 0 ? mistakes : whole('expected at most a few uses of one anchor').mistakes;
    return { is: 'unreadable', mistakes: inOrder(told) };
  }
};

const whole = (says: string): Extract<YamlFile, { is: 'unreadable' }> => ({
  is: 'unreadable',
  mistakes: [{ line: 1, column: 1, path: '', says }],
});

/** Counts levels without parsing: brackets, the dashes and question marks in one line, and the indentation. */
const isTooDeep = (text: string): boolean => {
  let brackets = 0;
  let inLine = 0;
  for (const token of new Lexer().lex(text)) {
    if (token === '[' || token === '{') brackets++;
    else if (token === ']' || token === '}') brackets--;
    else if (token === '-' || token === '?') inLine++;
    else if (/^\r?\n/.test(token)) inLine = 0;
    if (brackets > MAX_DEPTH || inLine > MAX_DEPTH) return true;
  }
  return new RegExp(`^ {${4 * MAX_DEPTH},}\\S`, 'm').test(text);
};

/** After these the rest of the tree is as it was meant; what follows upon any other is most often no mistake of its own. */
const HARMLESS = new Set<YAMLError['code']>([
  'BAD_DQ_ESCAPE',
  'BAD_SCALAR_START',
  'MULTIPLE_ANCHORS',
  'MULTIPLE_DOCS',
  'TAG_RESOLVE_FAILED',
]);

const FAULTS: Partial<Record<YAMLError['code'], string>> = {
  BAD_ALIAS: 'a value that begins with * refers to an anchor, and this one cannot stand here; put the value in quotes',
  BAD_INDENT: 'the indentation does not fit the lines above: what belongs together begins in the same column',
  BAD_SCALAR_START: "a value cannot begin with @, `, % or | without quotes; put it in single quotes: '…'",
  BLOCK_AS_IMPLICIT_KEY: "a second «: » in one value: put the value in single quotes ('…'), or begin a new line",
  BLOCK_IN_FLOW: 'inside [ ] and { } everything is separated by commas, not by lines',
  KEY_OVER_1024_CHARS: 'a key is longer than 1024 characters; is a quote or a colon missing?',
  MULTILINE_IMPLICIT_KEY: 'a key reaches over several lines; is a colon or a quote missing?',
  MULTIPLE_ANCHORS: 'two anchors (&) at one value; a value that begins with & needs quotes',
  MULTIPLE_DOCS: 'expected one document, found a second after ---',
  NON_STRING_KEY: 'expected a word as the key',
  TAB_AS_INDENT: 'a tab indents this line; YAML wants spaces',
  TAG_RESOLVE_FAILED: 'a value that begins with ! is a tag, and this one is not known; put the value in quotes',
  UNEXPECTED_TOKEN: 'this does not belong here; is a quote, a colon or a dash missing before it?',
  RESOURCE_EXHAUSTION: `expected at most ${MAX_DEPTH} levels of nesting`,
};

const faultText = (fault: YAMLError, text: string): string => {
  if (fault.code === 'BAD_DQ_ESCAPE') return escapeText;
  if (fault.code === 'MISSING_CHAR') {
    if (/quote/.test(fault.message)) return 'a quote was opened and not closed';
    if (/map values|colon|:/.test(fault.message)) return 'expected a colon and a space after the key';
    return 'a comma or a closing bracket is missing';
  }
  if (
    fault.code === 'UNEXPECTED_TOKEN' &&
    text[fault.pos[0] - 1] === ' ' &&
    /['"]\s*$/.test(text.slice(0, fault.pos[0]))
  )
    return 'something stands behind a closing quote; a quote inside single quotes is written twice';
  return FAULTS[fault.code] ?? 'this is not YAML';
};

/** What people run into with `"DOMAIN\user"`. */
export const escapeText =
  "inside double quotes YAML reads the backslash as the start of an escape (\\u, \\t, \\n …); write the name without quotes or in single quotes: 'DOMAIN\\user'";

type At = (offset: number, says: string, path?: string) => Mistake;

const aliases = (doc: Document, at: At): Mistake[] => {
  const mistakes: Mistake[] = [];
  visit(doc, {
    Alias: (_, alias) => {
      if (!alias.resolve(doc))
        mistakes.push(
          at(
            alias.range?.[0] ?? 0,
            'a value that begins with * refers to an anchor, and there is none of that name above; put the value in quotes',
          ),
        );
    },
  });
  return mistakes;
};

const duplicates = (doc: Document, at: At): Mistake[] => {
  const mistakes: Mistake[] = [];
  visit(doc, {
    Map: (_, map) => {
      const first = new Map<unknown, number>();
      for (const { key } of map.items) {
        if (!isScalar(key)) continue;
        const offset = key.range?.[0] ?? 0;
        const before = first.get(key.value);
        if (before === undefined) first.set(key.value, offset);
        else mistakes.push(at(offset, `this key stands twice; the first is on line ${at(before, '').line}`));
      }
    },
  });
  return mistakes;
};

const placesIn = (doc: Document, text: string, at: At): Places => {
  const find = (path: Path): { node: Node | null; key: Scalar | null; found: number } => {
    let node = resolve(doc.contents);
    let key: Scalar | null = null;
    for (const [index, step] of path.entries()) {
      if (isMap(node)) {
        const pair = node.items.findLast(({ key }) => isScalar(key) && key.value === step);
        if (!pair) return { node, key, found: index };
        key = pair.key as Scalar;
        node = resolve(pair.value as Node | null);
      } else if (isSeq(node) && typeof step === 'number' && step < node.items.length) {
        node = resolve(node.items[step] as Node | null);
        key = null;
      } else return { node, key, found: index };
    }
    return { node, key, found: path.length };
  };
  const resolve = (node: Node | null): Node | null => (isAlias(node) ? (node.resolve(doc) ?? null) : node);
  const start = (node: Node | null | undefined): number => node?.range?.[0] ?? 0;
  return {
    written: path => {
      const { node, found } = find(path);
      if (found < path.length || !isScalar(node) || !node.range) return null;
      const quoted = node.type === 'QUOTE_DOUBLE' || node.type === 'QUOTE_SINGLE';
      const [from, to] = node.range;
      return {
        text: quoted ? text.slice(from + 1, to - 1) : text.slice(from, to),
        doubleQuoted: node.type === 'QUOTE_DOUBLE',
      };
    },
    key: path => {
      const { node, key } = find(path);
      return at(start(key ?? node), '', pathText(path));
    },
    value: path => {
      const { node, key } = find(path);
      const own = isScalar(node) && node.source !== '' ? node : null;
      return at(start(own ?? key ?? node), '', pathText(path));
    },
  };
};
