import { ConfigError, UsageError } from '../domain/errors.js';
import { nearest } from '../domain/nearest.js';
import { typedWord } from '../domain/typed-word.js';
import { type Command, type CommandToLoad, parseGiven } from './command.js';
import { commandHelp, helpText } from './help-text.js';
import { EXIT, type Io, line } from './io.js';
import { visible } from './render-text.js';

/** The commands that need neither chat nor Redis. Who runs one waits for no other to be read: a worker holds no reader and no rule. */
const COMMANDS: readonly CommandToLoad[] = [
  { name: 'check', load: async () => (await import('./check.js')).checkCommand() },
  { name: 'diagnose', load: async () => (await import('./diagnose.js')).diagnoseCommand },
  { name: 'read', load: async () => (await import('./read.js')).readCommand },
  { name: 'fix', load: async () => (await import('./fix.js')).fixCommand },
  { name: 'validate', load: async () => (await import('./validate.js')).validateCommand },
  { name: 'targets', load: async () => (await import('./targets.js')).targetsCommand },
  { name: 'explain', load: async () => (await import('./explain.js')).explainCommand },
  { name: 'remedies', load: async () => (await import('./remedies.js')).remediesCommand },
];

/**
 * Runs one command line and gives back the exit code. Results go to `stdout`, everything about the run itself to `stderr`,
 * so that `--json` can be piped. `more` are the commands of the composition root, also those that it knows better.
 */
export const runCli = async (
  argv: readonly string[],
  io: Io,
  more: readonly (Command | CommandToLoad)[] = [],
): Promise<number> => {
  const own = COMMANDS.map(each => more.find(({ name }) => name === each.name) ?? each);
  const commands = [...new Set([...own, ...more])];
  const [name = 'help', ...rest] = argv;
  try {
    if (['version', '--version', '-v', '-V'].includes(name)) {
      io.stdout(line(io.version));
      return EXIT.healthy;
    }
    const wantsHelp = rest.slice(0, rest.includes('--') ? rest.indexOf('--') : rest.length).some(isHelp);
    if (name === 'help' || isHelp(name) || wantsHelp)
      return await help(name === 'help' || isHelp(name) ? rest[0] : name);
    const command = await find(name);
    return await command.run(parseGiven(command, rest), io);
  } catch (error) {
    return tell(error);
  }

  async function find(word: string): Promise<Command> {
    const command = commands.find(each => each.name === word);
    if (command) return loaded(command);
    const near = nearest(word, [...commands.map(each => each.name), 'help', 'version']);
    throw new UsageError(
      `There is no command ${typedWord(word)}.${near ? ` Did you mean ${near}?` : ''} «uccx-doctor help» lists them.`,
    );
  }

  async function help(word: string | undefined): Promise<number> {
    const one = word === undefined || isHelp(word) ? null : await find(word);
    io.stdout(one ? commandHelp(one) : helpText(await Promise.all(commands.map(loaded))));
    return EXIT.healthy;
  }

  function tell(error: unknown): number {
    if (error instanceof UsageError || error instanceof ConfigError) {
      io.stderr(line(error.message.split('\n').map(visible).join('\n')));
      return EXIT.wrongUse;
    }
    if (io.signal.aborted && error === io.signal.reason) {
      io.stderr(line('Stopped before there was an answer.'));
      return EXIT.unknown;
    }
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr(line(`This is a fault of uccx-doctor, and no verdict: ${words.split('\n').map(visible).join('\n')}`));
    return EXIT.bug;
  }
};

const loaded = async (command: Command | CommandToLoad): Promise<Command> =>
  'load' in command ? command.load() : command;

const isHelp = (word: string): boolean => word === '--help' || word === '-h';
