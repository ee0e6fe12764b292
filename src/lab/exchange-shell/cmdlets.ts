import { LabError } from '../lab-error.js';
import { asText, type Block, gathered, isBlock, isThing, listed, thing, type Value, wildcard } from './values.js';

type Given = {
  /** By parameter, in lower case; a switch alone is `true`. */
  given: ReadonlyMap<string, Value>;
  words: readonly Value[];
  input: readonly Value[];
  invoke: (block: Block, args: Value[]) => Promise<Value[]>;
  warn: (text: string) => void;
};
// biome-ignore lint/suspicious/noConfusingVoidType: what gives nothing back is written as a plain effect
export type Cmdlet = (given: Given) => Promise<Value | void> | Value | void;

/** Files that scripts write: what was exported as it was, texts as their lines. */
export type Files = Map<string, Value>;

const argument = (name: string, at: number, { given, words }: Given): string =>
  asText(given.get(name) ?? words[at] ?? null);

/** The cmdlets of Windows PowerShell that our scripts use, on files in memory. */
export const windowsCmdlets = (files: Files, now: () => Date): [string, Cmdlet][] => {
  const isThere = (path: string) => files.has(path);
  return [
    ['split-path', parentOf],
    ['join-path', given => `${argument('path', 0, given)}\\${argument('childpath', 1, given)}`],
    ['get-date', () => now().toISOString().replace(/[-:]/g, '').slice(0, 15).replace('T', '-')],
    ['test-path', given => isThere(argument('path', 0, given))],
    [
      'new-item',
      given => {
        const path = argument('path', 0, given);
        if (isThere(path)) throw new LabError(`An item with the specified name ${path} already exists.`);
        files.set(path, null);
        return thing({ FullName: path });
      },
    ],
    ['write-output', ({ words }) => [...words]],
    ['write-warning', given => given.warn(argument('message', 0, given))],
    ['out-null', () => null],
    ['format-list', shown],
    ['format-table', shown],
    [
      'select-object',
      ({ given, input }) =>
        input.flatMap(value => {
          const name = asText(given.get('expandproperty') ?? null).toLowerCase();
          return isThing(value) ? listed(value.properties.get(name) ?? null) : [];
        }),
    ],
    ['export-clixml', given => void files.set(argument('path', 0, given), copyOf(gathered(given.input)))],
    [
      'import-clixml',
      given => {
        const path = argument('path', 0, given);
        if (!files.has(path)) throw new LabError(`Could not find file '${path}'.`);
        return files.get(path) ?? null;
      },
    ],
    ['set-content', given => void files.set(argument('path', 0, given), given.input.map(asText).join('\r\n'))],
  ];
};

/** Only the named properties, in which `*` stands for the rest of a name. */
const shown: Cmdlet = ({ given, input }) => {
  const names = listed(given.get('property') ?? null).map(name => wildcard(asText(name)));
  if (names.length === 0) return [...input];
  return input.map(value =>
    isThing(value)
      ? thing(Object.fromEntries([...value.properties].filter(([name]) => names.some(each => each.test(name)))))
      : value,
  );
};

/** What is saved does not change with what it was read from. */
const copyOf = (value: Value): Value => structuredClone(value);

/** `Invoke-Command` on the named machine, which must be one of `servers`. `at` hears which machine its block runs on. */
export const invokeCommand =
  (servers: readonly string[], at: (server: string | null) => void): Cmdlet =>
  async ({ given, invoke }) => {
    const server = servers.find(each => each.toLowerCase() === asText(given.get('computername') ?? null).toLowerCase());
    const block = given.get('scriptblock') ?? null;
    if (!server || !isBlock(block)) throw new LabError('Connecting to the remote server failed.');
    at(server);
    try {
      return await invoke(block, listed(given.get('argumentlist') ?? null));
    } finally {
      at(null);
    }
  };

const parentOf = (given: Given): string => {
  const path = asText(given.words[0] ?? given.given.get('parent') ?? null);
  return path.slice(0, path.lastIndexOf('\\'));
};
