import { ConfigError, UsageError } from '../domain/errors.js';
import { nearest } from '../domain/nearest.js';
import { checkCommand } from './check.js';
import { type Command, parseGiven, shownWord } from './command.js';
import { diagnoseCommand } from './diagnose.js';
import { explainCommand } from './explain.js';
import { fixCommand } from './fix.js';
import { helpText } from './help-text.js';
import { EXIT, type Io, line } from './io.js';
import { readCommand } from './read.js';
import { remediesCommand } from './remedies.js';
import { visible } from './render-text.js';
import { targetsCommand } from './targets.js';
import { validateCommand } from './validate.js';

/** The commands that need neither chat nor Redis. */
const COMMANDS: readonly Command[] = [
  checkCommand,
  diagnoseCommand,
  readCommand,
  fixCommand,
  validateCommand,
  targetsCommand,
  explainCommand,
  remediesCommand,
];

/**
 * Runs one command line and gives back the exit code. Results go to `stdout`, everything about the run itself to `stderr`,
 * so that `--json` can be piped. `more` are the commands of the composition root.
 */
export const runCli = async (argv: readonly string[], io: Io, more: readonly Command[] = []): Promise<number> => {
  const commands = [...COMMANDS, ...more];
  const [name = 'help', ...rest] = argv;
  try {
    if (['version', '--version', '-v', '-V'].includes(name)) {
      io.stdout(line(io.version));
      return EXIT.healthy;
    }
    const wantsHelp = rest.slice(0, rest.includes('--') ? rest.indexOf('--') : rest.length).some(isHelp);
    if (name === 'help' || isHelp(name) || wantsHelp) return help(name === 'help' || isHelp(name) ? rest[0] : name);
    const command = find(name);
    return await command.run(parseGiven(command, rest), io);
  } catch (error) {
    return tell(error);
  }

  function find(word: string): Command {
    const command = commands.find(each => each.name === word);
    if (command) return command;
    const near = nearest(word, [...commands.map(each => each.name), 'help', 'version']);
    throw new UsageError(
      `There is no command ${shownWord(word)}.${near ? ` Did you mean ${near}?` : ''} «uccx-doctor help» lists them.`,
    );
  }

  function help(word: string | undefined): number {
    io.stdout(helpText(commands, word === undefined || isHelp(word) ? null : find(word)));
    return EXIT.healthy;
  }

  function tell(error: unknown): number {
    if (error instanceof UsageError || error instanceof ConfigError) {
      io.stderr(line(error.message.split('\n').map(visible).join('\n')));
      return EXIT.wrongUse;
    }
    const words = error instanceof Error ? (error.stack ?? error.message) : String(error);
    io.stderr(line(`This is a fault of uccx-doctor, and no verdict: ${words.split('\n').map(visible).join('\n')}`));
    return EXIT.bug;
  }
};

const isHelp = (word: string): boolean => word === '--help' || word === '-h';
