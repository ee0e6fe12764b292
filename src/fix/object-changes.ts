import type { Remedy } from '../domain/remedy.js';
import type { ShellCommand, ShellValue } from '../domain/shell-command.js';
import type { ExchangeVersion } from '../domain/target.js';
import { catalogue, faultOf } from '../ems/catalogue.js';
import { toShell } from '../ems/to-shell.js';
import { textOf } from './arguments.js';
import type { Change } from './changes.js';

/** Whose `Get-` shows each parameter of its `Set-` under the same name; of any other it is not known how to read back what was set. */
const SETTABLE: ReadonlySet<string> = new Set([
  'ImapSettings',
  'CASMailbox',
  'Mailbox',
  'ReceiveConnector',
  'ThrottlingPolicy',
  'WebServicesVirtualDirectory',
  'AutodiscoverVirtualDirectory',
]);
/** Found by their name among what `Get-` lists. */
const CREATABLE: ReadonlySet<string> = new Set([
  'ReceiveConnector',
  'ThrottlingPolicy',
  'ManagementRoleAssignment',
  'ManagementScope',
]);

/** `Set-Noun` with a server or an identity is read by `Get-Noun` with the same; one change a parameter. */
export const settings = (remedy: Remedy, command: ShellCommand, version: ExchangeVersion): Change[] => {
  const key = command.args.find(({ name }) => name === 'Server' || name === 'Identity');
  const noun = /^Set-(.+)$/.exec(command.cmdlet)?.[1];
  if (!noun || !SETTABLE.has(noun) || key?.value.is !== 'text') return [];
  // What a directory of the web server says of itself is asked of Active Directory, not of the server behind it.
  const quick = catalogue.get(`Get-${noun}`)?.parameters.ADPropertiesOnly
    ? [{ name: 'ADPropertiesOnly', value: { is: 'switch' } as const }]
    : [];
  const read: ShellCommand = { cmdlet: `Get-${noun}`, args: [key, ...quick], pipe: null };
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
export const creation = (remedy: Remedy, command: ShellCommand, version: ExchangeVersion): Change[] => {
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
