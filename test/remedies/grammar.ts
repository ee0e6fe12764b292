import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';
import type { ExchangeVersion } from '../../src/domain/target.js';
import reference from '../fixtures/exchange/cmdlet-reference.json' with { type: 'json' };

/*
 * Checks lines as PowerShell and Exchange would read them, with a grammar that is not ours and a copy of the cmdlet reference, so
 * nothing here rests on `src/ems`. The grammar does not know that PowerShell takes U+2018 to U+201B for quotes: `readQuoted` in
 * `test/ems/to-shell.test.ts` is the model for that. Nor does it take a digit in the name of a parameter, which PowerShell does
 * (language specification 2.3.4), so the one such name that we print is spelt out for it.
 */
type Parameter = { versions?: string[]; range?: string; ranges?: Record<string, string>; values?: string[] };
type Cmdlet = { home: string; versions?: string[]; parameters: Record<string, Parameter> };
const cmdlets = new Map(
  Object.entries(reference.cmdlets as Record<string, Cmdlet>).map(([name, cmdlet]) => [name.toLowerCase(), cmdlet]),
);

const WITH_DIGITS = / -X509CertificateName /g;
const SPELT_OUT = ' -XFiveZeroNineCertificateName ';

const wasm = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');

/** What is wrong with a line for that version; an empty list if nothing is. Give back memory by parsing one line at a time. */
export const loadGrammar = async (): Promise<(line: string, version: ExchangeVersion) => string[]> => {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(wasm));
  return (line, version) => {
    const tree = parser.parse(line.replace(WITH_DIGITS, SPELT_OUT));
    if (!tree) return ['cannot be parsed'];
    try {
      return [
        ...shapeFaults(tree.rootNode),
        ...commandsIn(tree.rootNode).flatMap(node => commandFaults(node, version)),
      ];
    } finally {
      tree.delete();
    }
  };
};

/** One statement, and that a pipeline; a line end without a word of its own would start another. */
const shapeFaults = (root: Node): string[] => {
  const statements = root.namedChildren
    .flatMap(child => (child?.type === 'statement_list' ? child.namedChildren : [child]))
    .filter(child => child?.type !== 'empty_statement');
  return [
    ...(root.hasError ? ['the grammar finds an error'] : []),
    ...(statements.length === 1 ? [] : [`${statements.length} statements`]),
    ...(statements.every(statement => statement?.type === 'pipeline') ? [] : ['not a pipeline']),
  ];
};

const commandsIn = (node: Node): Node[] =>
  node.descendantsOfType('command').flatMap(command => (command ? [command] : []));

const commandFaults = (node: Node, version: ExchangeVersion): string[] => {
  const name = node.childForFieldName('command_name')?.text ?? '';
  const cmdlet = cmdlets.get(name.toLowerCase());
  if (!cmdlet) return [`no cmdlet ${name}`];
  if (cmdlet.versions && !cmdlet.versions.includes(version)) return [`no ${name} in ${version}`];
  const elements = node.childForFieldName('command_elements')?.namedChildren ?? [];
  const words = elements.flatMap(element => (element && element.type !== 'command_argument_sep' ? [element] : []));
  return words.flatMap((word, at) => {
    if (word.type !== 'command_parameter') return [];
    const given = word.text.replace(/^-/, '').replace(/:$/, '').replace('XFiveZeroNine', 'X509');
    const found = Object.entries(cmdlet.parameters).find(([known]) => known.toLowerCase() === given.toLowerCase());
    if (!found) return [`${name} has no -${given}`];
    const [, parameter] = found;
    if (parameter.versions && !parameter.versions.includes(version)) return [`${name} has no -${given} in ${version}`];
    const next = words[at + 1];
    return next && next.type !== 'command_parameter' ? valueFaults(`${name} -${given}`, next, parameter, version) : [];
  });
};

const valueFaults = (
  what: string,
  node: Node,
  { range, ranges, values }: Parameter,
  version: ExchangeVersion,
): string[] => {
  const within = ranges?.[version] ?? range;
  if (within && /^\d+$/.test(node.text)) {
    const [low = 0, high = 0] = within.split('..').map(Number);
    return Number(node.text) < low || Number(node.text) > high ? [`${what} ${node.text} is not in ${within}`] : [];
  }
  const words = [...node.text.matchAll(/^'([A-Za-z]+)'$|(?<=^|,)'([A-Za-z]+)'(?=,|$)/g)].map(
    match => match[1] ?? match[2],
  );
  if (!values || words.length === 0) return [];
  // Texts such as a UPN are described in the reference by their form, not listed.
  if (values.some(value => /[\\@]/.test(value) || value === 'UPN')) return [];
  return words.flatMap(word =>
    isPlaceholder(word) || values.some(value => value.toLowerCase() === word?.toLowerCase())
      ? []
      : [`${what} ${word} is none of ${values.join(', ')}`],
  );
};

/** A person puts the value in before the line is pasted; a test of its own holds that the card says so. */
const isPlaceholder = (word: string | undefined): boolean => word !== undefined && /^[A-Z]{6,}$/.test(word);
