import type { Command } from './command.js';

const INTRO = `uccx-doctor looks at the mail path of Cisco UCCX and Unity Connection single inbox on Microsoft Exchange, says what is
wrong, and prints the commands that put it right. It changes nothing.`;

const EXITS = `Exit codes: 0 healthy, 1 a problem, 2 something could not be found out, 64 wrong use or a bad file, 70 a fault of ours.`;

export const commandHelp = (one: Command): string =>
  `${[`uccx-doctor ${usage(one)}`, '', one.summary, ...optionLines(one)].join('\n')}\n`;

/** The help of everything. */
export const helpText = (commands: readonly Command[]): string => {
  const also = [
    ['help [command]', 'This text, or that of one command.'],
    ['version', 'Which version this is.'],
  ] as const;
  const rows = [...commands.map(command => [usage(command), command.summary] as const), ...also];
  return `${[INTRO, '', ...rows.flatMap(([left, right]) => [`  ${left}`, `      ${right}`]), '', EXITS].join('\n')}\n`;
};

const usage = ({ name, takes }: Command): string => (takes ? `${name} ${takes}` : name);

const optionLines = ({ options }: Command): string[] => {
  const rows = Object.entries(options).map(
    ([name, { value, says }]) => [`--${name}${value ? ` ${value}` : ''}`, says] as const,
  );
  const width = Math.max(0, ...rows.map(([left]) => left.length));
  return rows.length === 0 ? [] : ['', ...rows.map(([left, right]) => `  ${left.padEnd(width)}  ${right}`)];
};
