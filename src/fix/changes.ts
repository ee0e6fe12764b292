import type { Remedy, Step } from '../domain/remedy.js';
import type { ShellCommand, ShellValue } from '../domain/shell-command.js';
import type { ExchangeVersion } from '../domain/target.js';
import { catalogue, faultOf } from '../ems/catalogue.js';
import { toShell } from '../ems/to-shell.js';
import { invokeCommand, removeItemProperty } from '../ems/windows-cmdlets.js';
import { SHIPPED_STORE_SESSIONS } from '../remedies/raise-store-sessions.js';

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
    const [inner, ...others] = block.commands;
    const change = inner && others.length === 0 ? registryChange(remedy, server, inner) : null;
    if (change) part.changes.push(change);
    return change !== null;
  }
  const changes = command.cmdlet.startsWith('New-')
    ? creation(remedy, command, version)
    : settings(remedy, command, version);
  part.changes.push(...changes);
  return changes.length > 0;
};

/** Whose `Get-` shows each parameter of its `Set-` under the same name; of any other it is not known how to read back what was set. */
const SETTABLE: ReadonlySet<string> = new Set([
  'ImapSettings',
  'CASMailbox',
  'Mailbox',
  'ReceiveConnector',
  'ThrottlingPolicy',
  'WebServicesVirtualDirectory',
]);
/** Found by their name among what `Get-` lists. */
const CREATABLE: ReadonlySet<string> = new Set([
  'ReceiveConnector',
  'ThrottlingPolicy',
  'ManagementRoleAssignment',
  'ManagementScope',
]);

/** `Set-Noun` with a server or an identity is read by `Get-Noun` with the same; one change a parameter. */
const settings = (remedy: Remedy, command: ShellCommand, version: ExchangeVersion): Change[] => {
  const key = command.args.find(({ name }) => name === 'Server' || name === 'Identity');
  const noun = /^Set-(.+)$/.exec(command.cmdlet)?.[1];
  if (!noun || !SETTABLE.has(noun) || key?.value.is !== 'text') return [];
  const read: ShellCommand = { cmdlet: `Get-${noun}`, args: [key], pipe: null };
  if (faultOf(read, version) !== null) return [];
  const where = key.value.text;
  const changes = command.args
    .filter(arg => arg !== key)
    .map(({ name, value }): Change | null => {
      const rule = value.is === 'null' && noun !== 'ThrottlingPolicy' ? null : ruleFor(name, value);
      return rule === null
        ? null
        : {
            remedy: remedy.id,
            where,
            property: name,
            rule,
            wanted: value,
            blank: noun === 'ThrottlingPolicy' ? 'unlimited' : null,
            read,
            pick: null,
            topic: `${noun} ${where}`,
            apply: { ...command, args: [key, { name, value }] },
            undo: { line: `${toShell({ ...command, args: [key] })} -${name} `, takesValue: true },
            undoIfBlank: null,
            after: [],
          };
    });
  return changes.every(change => change !== null) ? changes : [];
};

const ruleFor = (name: string, value: ShellValue): Change['rule'] | null => {
  if (name === 'ThrottlingPolicy') return value.is === 'text' ? 'name' : null;
  if (value.is === 'number' || value.is === 'null') return 'raise';
  if (value.is === 'text') return value.text === 'Unlimited' ? 'raise' : 'equal';
  return value.is === 'bool' ? 'equal' : null;
};

/** `New-Noun -Name`: found by that name among what `Get-Noun` lists, taken back by `Remove-Noun`. */
const creation = (remedy: Remedy, command: ShellCommand, version: ExchangeVersion): Change[] => {
  const noun = command.cmdlet.slice('New-'.length);
  const name = textOf(command, 'Name');
  if (name === null || !CREATABLE.has(noun)) return [];
  const server = command.args.filter(arg => arg.name === 'Server');
  const read: ShellCommand = { cmdlet: `Get-${noun}`, args: server, pipe: null };
  const owner = textOf(command, 'Server');
  const identity: ShellValue = { is: 'text', text: owner === null ? name : `${owner}\\${name}` };
  const confirm = catalogue.get(`Remove-${noun}`)?.parameters.Confirm;
  const remove: ShellCommand = {
    cmdlet: `Remove-${noun}`,
    args: [
      { name: 'Identity', value: identity },
      ...(confirm ? [{ name: 'Confirm', value: { is: 'switch-off' } as const }] : []),
    ],
    pipe: null,
  };
  if (faultOf(read, version) !== null || faultOf(remove, version) !== null) return [];
  return [
    {
      remedy: remedy.id,
      where: identity.text,
      property: noun,
      rule: 'create',
      wanted: { is: 'text', text: name },
      blank: null,
      read,
      pick: name,
      topic: `${noun}s ${owner ?? 'all'}`,
      apply: command,
      undo: { line: toShell(remove), takesValue: false },
      undoIfBlank: null,
      after: [],
    },
  ];
};

const STORE_SESSIONS = 'Maximum Allowed Service Sessions Per User';

/** A registry value on one machine: only this one, of which it is known what counts where it is absent. */
const registryChange = (remedy: Remedy, server: string, inner: ShellCommand): Change | null => {
  const [path, name, value] = [textOf(inner, 'Path'), textOf(inner, 'Name'), argOf(inner, 'Value')];
  if (inner.cmdlet !== 'New-ItemProperty' || path === null || value?.is !== 'number') return null;
  if (name !== STORE_SESSIONS) return null;
  const on = (command: ShellCommand) => invokeCommand({ ComputerName: server, ScriptBlock: [command] });
  const withArgument: ShellCommand = {
    ...inner,
    args: inner.args.map(arg => (arg.name === 'Value' ? { name: 'Value', value: { is: 'argument' } } : arg)),
  };
  const read: ShellCommand = {
    cmdlet: 'Get-ItemProperty',
    args: [{ name: 'Path', value: { is: 'text', text: path } }],
    pipe: null,
  };
  return {
    remedy: remedy.id,
    where: server,
    property: name,
    rule: 'raise',
    wanted: value,
    blank: SHIPPED_STORE_SESSIONS,
    read: on(read),
    pick: null,
    topic: `Registry ${server} ${path}`,
    apply: on(inner),
    undo: { line: `${toShell(on(withArgument))} -ArgumentList `, takesValue: true },
    undoIfBlank: toShell(on(removeItemProperty({ Path: path, Name: name }))),
    after: [],
  };
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

const argOf = ({ args }: ShellCommand, name: string): ShellValue | null =>
  args.find(arg => arg.name === name)?.value ?? null;
const textOf = (command: ShellCommand, name: string): string | null => {
  const value = argOf(command, name);
  return value?.is === 'text' ? value.text : null;
};
const serverOf = (command: ShellCommand): string | null => textOf(command, 'Server') ?? textOf(command, 'ComputerName');
