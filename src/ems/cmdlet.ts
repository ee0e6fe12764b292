import { NotInThisVersionError, UccxDoctorError } from '../domain/errors.js';
import type { ShellCommand, ShellValue } from '../domain/shell-command.js';
import { EXCHANGE_VERSIONS, type ExchangeVersion } from '../domain/target.js';
import { type Member, ON_PREMISES, type Parameter } from './parameter.js';

/** A value that the cmdlet does not take was asked for; the message names cmdlet and parameter, never the value. */
export class BadParameterError extends UccxDoctorError {}

/** What the catalogue knows of a cmdlet. `home` is where it comes from: Windows ones do not depend on the Exchange version. */
export type CmdletCard = {
  cmdlet: string;
  home: 'exchange' | 'windows';
  versions: readonly ExchangeVersion[];
  source: string;
  parameters: Readonly<Record<string, Parameter<never>>>;
};

type Parameters = Record<string, Parameter<never>>;
type Given<P extends Parameters> = {
  readonly [Name in keyof P]?: P[Name] extends { toValue: (given: infer G) => ShellValue } ? G : never;
};
type Described = { source: string; versions?: readonly ExchangeVersion[] };

/** A cmdlet of the Exchange Management Shell. A misspelt parameter does not compile; one that the version lacks throws. */
export const cmdlet = <const P extends Parameters>(name: string, described: Described, parameters: P) => {
  const card: CmdletCard = {
    cmdlet: name,
    home: 'exchange',
    versions: described.versions ?? ON_PREMISES,
    source: described.source,
    parameters,
  };
  const make = (version: ExchangeVersion, given: Given<P>): ShellCommand => build(card, given, version);
  return Object.assign(make, { card });
};

/** A cmdlet of Windows PowerShell, in which the Exchange Management Shell runs. It acts on the machine that it runs on. */
export const windows = <const P extends Parameters>(name: string, described: Described, parameters: P) => {
  const card: CmdletCard = {
    cmdlet: name,
    home: 'windows',
    versions: EXCHANGE_VERSIONS,
    source: described.source,
    parameters,
  };
  const make = (given: Given<P>): ShellCommand => build(card, given, null);
  return Object.assign(make, { card });
};

/** `first | second | third`. */
export const piped = (...[first, ...rest]: readonly [ShellCommand, ...ShellCommand[]]): ShellCommand => {
  const [next, ...others] = rest;
  if (!next) return first;
  const after = piped(next, ...others);
  return { ...first, pipe: first.pipe ? piped(first.pipe, after) : after };
};

/** `(…).Member`. */
export const memberOf = (of: ShellCommand, member: string): Member => ({ is: 'member', of, member });

const build = (
  card: CmdletCard,
  given: Readonly<Record<string, unknown>>,
  version: ExchangeVersion | null,
): ShellCommand => {
  const args = Object.entries(given).map(([name, value]) => {
    const parameter = card.parameters[name];
    if (!parameter)
      throw new BadParameterError(`${card.cmdlet} has no parameter ${name}`, { cmdlet: card.cmdlet, name });
    return { name, value: parameter.toValue(value as never) };
  });
  const command: ShellCommand = { cmdlet: card.cmdlet, args, pipe: null };
  refuse(card, command, version);
  return command;
};

const refuse = (card: CmdletCard, command: ShellCommand, version: ExchangeVersion | null): void => {
  const facts = { cmdlet: card.cmdlet, version };
  if (version && !card.versions.includes(version))
    throw new NotInThisVersionError(`${card.cmdlet} does not exist in Exchange ${version}`, facts);
  for (const { name, value } of command.args) {
    const parameter = card.parameters[name];
    if (version && parameter && !parameter.versions.includes(version))
      throw new NotInThisVersionError(`${card.cmdlet} -${name} does not exist in Exchange ${version}`, facts);
    const fault = parameter?.fault(value, version);
    if (fault) throw new BadParameterError(`${card.cmdlet} -${name}: ${fault}`, { ...facts, name });
  }
};
