import { createRequire } from 'node:module';
import { Language, type Node, Parser } from 'web-tree-sitter';

const wasm = createRequire(import.meta.url).resolve('tree-sitter-powershell/tree-sitter-powershell.wasm');

/**
 * Reads a whole script with a PowerShell grammar that is not ours: where it finds an error, and every command by its name. The
 * grammar takes no digit in the name of a parameter, which PowerShell does, so the one such name that we print is spelt out for it.
 */
export const loadScriptGrammar = async (): Promise<(script: string) => { errors: string[]; commands: string[] }> => {
  await Parser.init();
  const parser = new Parser();
  parser.setLanguage(await Language.load(wasm));
  return script => {
    const tree = parser.parse(script.replace(/^\ufeff/, '').replaceAll('-X509CertificateName', '-XCertificateName'));
    if (!tree) return { errors: ['cannot be parsed'], commands: [] };
    try {
      const commands = tree.rootNode.descendantsOfType('command').flatMap(node => {
        const name = node?.childForFieldName('command_name')?.text;
        return name ? [name] : [];
      });
      return { errors: errorsIn(tree.rootNode), commands: [...new Set(commands)] };
    } finally {
      tree.delete();
    }
  };
};

const errorsIn = (node: Node): string[] => {
  if (!node.hasError) return [];
  if (node.isError || node.isMissing) return [`${node.startPosition.row + 1}: ${node.text.slice(0, 80)}`];
  return node.children.flatMap(child => (child ? errorsIn(child) : []));
};
