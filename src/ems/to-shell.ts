import { UccxDoctorError } from '../domain/errors.js';
import type { ShellCommand, ShellValue } from '../domain/shell-command.js';
import { faultOf } from './catalogue.js';

/** The command cannot be written as one line that does what it says. The message names the field, never its value. */
export class UnprintableError extends UccxDoctorError {}

/**
 * Writes a command as one line of PowerShell, and is the only place that writes any. Names and values from elsewhere stand in single
 * quotes, where nothing is expanded. Throws `UnprintableError` for what the catalogue does not hold and for text that cannot be pasted.
 */
export const toShell = (command: ShellCommand): string => {
  const fault = faultOf(command, null);
  if (fault) throw new UnprintableError(fault, { cmdlet: command.cmdlet });
  return commandText(command);
};

const commandText = ({ cmdlet, args, pipe }: ShellCommand): string => {
  const head = [cmdlet, ...args.map(({ name, value }) => argumentText(name, value, `${cmdlet} -${name}`))].join(' ');
  return pipe ? `${head} | ${commandText(pipe)}` : head;
};

const argumentText = (name: string, value: ShellValue, field: string): string => {
  if (value.is === 'switch') return `-${name}`;
  if (value.is === 'switch-off') return `-${name}:$false`;
  return `-${name} ${valueText(value, field)}`;
};

const valueText = (value: ShellValue, field: string): string => {
  switch (value.is) {
    case 'text':
      return quoted(value.text, field);
    case 'number':
      if (!Number.isSafeInteger(value.number))
        throw new UnprintableError(`${field}: expected a whole number`, { field });
      return String(value.number);
    case 'bool':
      return value.on ? '$true' : '$false';
    case 'null':
      return '$null';
    case 'argument':
      return '$args[0]';
    case 'list':
      if (value.items.length === 0) throw new UnprintableError(`${field}: expected at least one item`, { field });
      return value.items.map(item => valueText(item, field)).join(',');
    case 'block':
      return blockText(value.commands);
    case 'choice':
      return `{ if (${valueText(value.if, field)}) ${blockText(value.yes)} else ${blockText(value.no)} }`;
    case 'member':
      return `(${commandText(value.of)}).${memberText(value.member, field)}`;
    default:
      throw new UnprintableError(`${field}: a ${value.is} cannot stand here`, { field });
  }
};

const blockText = (commands: readonly ShellCommand[]): string => `{ ${commands.map(commandText).join('; ')} }`;

const memberText = (member: string, field: string): string =>
  /^[A-Za-z][A-Za-z0-9]*$/.test(member) ? member : quoted(member, `${field}, member`);

/** PowerShell ends a single-quoted string at any of these, the typographic ones too; two in a row stand for the second. */
const SINGLE_QUOTES = /['\u2018\u2019\u201a\u201b]/gu;

/**
 * Line ends run what stands before them, other control characters edit the line or start a completion, halves of a surrogate pair turn
 * into something else on the way, and direction marks make a line read differently from what it is.
 */
const UNPASTEABLE = /[\p{Cc}\p{Zl}\p{Zp}\p{Cs}\u202a-\u202e\u2066-\u2069]/u;

/** A text as one single-quoted argument; also for the scripts of `fix/`. Throws `UnprintableError` naming the field. */
export const quoted = (text: string, field: string): string => {
  const bad = UNPASTEABLE.exec(text)?.[0]?.codePointAt(0);
  if (bad !== undefined) {
    const code = `U+${bad.toString(16).toUpperCase().padStart(4, '0')}`;
    throw new UnprintableError(`${field}: holds ${code}, which cannot stand in one pasted line`, { field, code });
  }
  return `'${text.replace(SINGLE_QUOTES, '$&$&')}'`;
};
