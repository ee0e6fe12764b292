import type { ShellCommand, ShellValue } from '../domain/shell-command.js';

/** One argument of a line, by its name; null: it has none of that name, or none that is a text. */
export const argOf = ({ args }: ShellCommand, name: string): ShellValue | null =>
  args.find(arg => arg.name === name)?.value ?? null;
export const textOf = (command: ShellCommand, name: string): string | null => {
  const value = argOf(command, name);
  return value?.is === 'text' ? value.text : null;
};
