import type { Remedy, Step } from '../domain/remedy.js';
import type { ShellCommand, ShellValue } from '../domain/shell-command.js';
import type { ExchangeVersion } from '../domain/target.js';
import { argOf, textOf } from './arguments.js';
import { registryChange, serviceChange } from './machine-changes.js';
import { creation, settings } from './object-changes.js';

/**
 * One value that a script sets, with how to read it, to know when it is enough already, and to put it back.
 * `raise`: a limit, which is never lowered. `equal`: a switch or a word. `name`: an object that Exchange may show by its path.
 * `create`: an object that is made unless it is there.
 */
export type Change = {
  remedy: string;
  /** Server, mailbox or connector, as people name it. */
  where: string;
  property: string;
  rule: 'raise' | 'equal' | 'name' | 'create';
  wanted: ShellValue;
  /** What a blank value means for a limit; null: it could not be read, and nothing may be changed. */
  blank: number | 'unlimited' | null;
  read: ShellCommand;
  /** Which of the objects that `read` lists is meant, by its name; null: it gives only one. */
  pick: string | null;
  /** Changes of one topic are read from one object and saved in one file. */
  topic: string;
  apply: ShellCommand;
  /** The line that puts a value back; behind it comes the value itself, unless it is whole. */
  undo: { line: string; takesValue: boolean };
  /** The way back where there was no value, if it is another one. */
  undoIfBlank: string | null;
  /** Services, as in `restarts`, that must start anew before it counts. */
  after: string[];
};

/** Services of one server, restarted together, with what that drops. */
export type Restart = { server: string; services: string[]; drops: string[] };

/** A remedy that the script cannot carry out, and why; its lines are left to a person. */
export type LeftOut = { remedy: Remedy; why: string };

export type Work = { changes: Change[]; restarts: Restart[]; byHand: string[]; leftOut: LeftOut[] };

/** What a script has to do for these remedies. A remedy with a line that is not understood here is left out whole, never in part. */
export const workOf = (remedies: readonly Remedy[], version: ExchangeVersion): Work => {
  const work: Work = { changes: [], restarts: [], byHand: [], leftOut: [] };
  for (const remedy of remedies) {
    const part = partOf(remedy, version);
    if (typeof part === 'string') work.leftOut.push({ remedy, why: part });
    else {
      for (const change of part.changes) addChange(work.changes, change);
      for (const restart of part.restarts) addRestart(work.restarts, restart);
      work.byHand.push(...part.byHand.filter(text => !work.byHand.includes(text)));
    }
  }
  return work;
};

type Part = Pick<Work, 'changes' | 'restarts' | 'byHand'>;

const partOf = (remedy: Remedy, version: ExchangeVersion): Part | string => {
  if (!remedy.complete)
    return `a value is missing: ${remedy.placeholders.map(({ name, where }) => `${name} (${where})`).join(', ')}`;
  const part: Part = { changes: [], restarts: [], byHand: [] };
  for (const step of remedy.apply) {
    if (step.do === 'by-hand') part.byHand.push(step.text);
    else if (!takeShell(part, remedy, step, version))
      return 'a script does not know how to save and take back its lines';
  }
  if (part.changes.length === 0) return 'it is done by hand';
  for (const made of part.changes.filter(({ rule }) => rule === 'create')) {
    // Asking for an object by its identity fails while it does not exist: it is looked for where its creation looks.
    for (const change of part.changes)
      if (change.where === made.where && change !== made)
        Object.assign(change, { read: made.read, pick: made.pick, topic: made.topic });
  }
  for (const change of part.changes) {
    const here = part.restarts.filter(({ server }) => serverOf(change.apply) === server);
    change.after = (here.length > 0 ? here : part.restarts).map(({ server }) => server);
  }
  return part;
};

type ShellStep = Extract<Step, { do: 'shell' }>;

const takeShell = (part: Part, remedy: Remedy, { command, drops }: ShellStep, version: ExchangeVersion): boolean => {
  if (command.pipe) return false;
  if (command.cmdlet === 'Invoke-Command') {
    const server = textOf(command, 'ComputerName');
    const block = argOf(command, 'ScriptBlock');
    if (server === null || block?.is !== 'block') return false;
    const services = block.commands.map(inner => (inner.cmdlet === 'Restart-Service' ? textOf(inner, 'Name') : null));
    if (services.every(name => name !== null)) {
      part.restarts.push({ server, services, drops: drops ? [drops] : [] });
      return true;
    }
    const changes = block.commands.map(
      inner => registryChange(remedy, server, inner) ?? serviceChange(remedy, server, inner),
    );
    if (changes.some(change => change === null)) return false;
    part.changes.push(...changes.flatMap(change => change ?? []));
    return true;
  }
  const changes = command.cmdlet.startsWith('New-')
    ? creation(remedy, command, version)
    : settings(remedy, command, version);
  part.changes.push(...changes);
  return changes.length > 0;
};

/** Two remedies may want the same limit: the higher proposal counts. */
const addChange = (changes: Change[], change: Change): void => {
  const same = changes.find(({ topic, property, rule }) => {
    return topic === change.topic && property === change.property && rule === change.rule && rule !== 'create';
  });
  if (!same) changes.push(change);
  else if (same.wanted.is === 'number' && change.wanted.is === 'number' && same.wanted.number < change.wanted.number)
    Object.assign(same, { wanted: change.wanted, apply: change.apply });
};

const addRestart = (restarts: Restart[], { server, services, drops }: Restart): void => {
  const same = restarts.find(each => each.server === server);
  if (!same) restarts.push({ server, services: [...services], drops: [...drops] });
  else {
    same.services.push(...services.filter(name => !same.services.includes(name)));
    same.drops.push(...drops.filter(text => !same.drops.includes(text)));
  }
};

const serverOf = (command: ShellCommand): string | null => textOf(command, 'Server') ?? textOf(command, 'ComputerName');
