import type { ShellCommand, ShellValue } from '../domain/shell-command.js';
import type { ExchangeVersion } from '../domain/target.js';
import type { CmdletCard } from './cmdlet.js';
import * as exchange from './exchange-cmdlets.js';
import * as rights from './rights-cmdlets.js';
import * as web from './web-cmdlets.js';
import * as windows from './windows-cmdlets.js';

/** Every cmdlet that may ever be printed, by its name. */
export const catalogue: ReadonlyMap<string, CmdletCard> = new Map(
  [exchange, rights, web, windows]
    .flatMap(room => Object.values(room))
    .flatMap(entry => ('card' in entry ? [[entry.card.cmdlet, entry.card] as const] : [])),
);

/**
 * What is wrong with a command that came as data, null if nothing is. Without a version it only looks whether cmdlet and
 * parameters exist at all; with one also whether that version has them and takes the values.
 */
export const faultOf = (command: ShellCommand, version: ExchangeVersion | null): string | null => {
  const card = catalogue.get(command.cmdlet);
  if (!card) return `${command.cmdlet} is not in the catalogue`;
  if (version && !card.versions.includes(version)) return `${card.cmdlet} does not exist in Exchange ${version}`;
  for (const { name, value } of command.args) {
    const fault = argumentFault(card, name, value, version) ?? valueFault(value, version);
    if (fault) return fault;
  }
  return command.pipe ? faultOf(command.pipe, version) : null;
};

const argumentFault = (card: CmdletCard, name: string, value: ShellValue, version: ExchangeVersion | null) => {
  const parameter = Object.hasOwn(card.parameters, name) ? card.parameters[name] : undefined;
  if (!parameter) return `${card.cmdlet} has no parameter ${name}`;
  if (!version) return null;
  if (!parameter.versions.includes(version)) return `${card.cmdlet} -${name} does not exist in Exchange ${version}`;
  const fault = parameter.fault(value, version);
  return fault && `${card.cmdlet} -${name}: ${fault}`;
};

/** Faults of the commands that a value holds. */
const valueFault = (value: ShellValue, version: ExchangeVersion | null): string | null => {
  const first = (commands: readonly ShellCommand[]) =>
    commands.map(command => faultOf(command, version)).find(fault => fault !== null) ?? null;
  switch (value.is) {
    case 'block':
      return first(value.commands);
    case 'choice':
      return valueFault(value.if, version) ?? first([...value.yes, ...value.no]);
    case 'member':
      return faultOf(value.of, version);
    case 'list':
      return value.items.map(item => valueFault(item, version)).find(fault => fault !== null) ?? null;
    default:
      return null;
  }
};
