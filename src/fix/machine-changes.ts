import type { Remedy } from '../domain/remedy.js';
import type { ShellCommand } from '../domain/shell-command.js';
import { quoted, toShell } from '../ems/to-shell.js';
import {
  getItemProperty,
  getService,
  invokeCommand,
  removeItemProperty,
  setService,
  stopService,
} from '../ems/windows-cmdlets.js';
import { SHIPPED_STORE_SESSIONS } from '../remedies/raise-store-sessions.js';
import { on } from '../remedies/steps.js';
import { argOf, textOf } from './arguments.js';
import type { Change } from './changes.js';

const STORE_SESSIONS = 'Maximum Allowed Service Sessions Per User';

/** A registry value on one machine: only this one, of which it is known what counts where it is absent. */
export const registryChange = (remedy: Remedy, server: string, inner: ShellCommand): Change | null => {
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

/** How a service starts, or that it runs. The way back asks before it stops one, since that drops whoever uses it. */
export const serviceChange = (remedy: Remedy, server: string, inner: ShellCommand): Change | null => {
  const name = textOf(inner, 'Name');
  if (name === null) return null;
  const common = {
    remedy: remedy.id,
    where: `${name} on ${server}`,
    rule: 'equal',
    blank: null,
    pick: null,
    apply: on(server, inner),
    undoIfBlank: null,
    after: [],
  } as const;
  if (inner.cmdlet === 'Set-Service' && textOf(inner, 'StartupType') === 'Automatic') {
    const Path = `HKLM:\\SYSTEM\\CurrentControlSet\\Services\\${name}`;
    const back = on(server, setService({ Name: name, StartupType: { is: 'argument' } }));
    return {
      ...common,
      property: 'Start',
      wanted: { is: 'number', number: AUTOMATIC },
      read: on(server, getItemProperty({ Path, Name: 'Start' })),
      topic: `Start ${name} ${server}`,
      undo: { line: `${toShell(back)} -ArgumentList `, takesValue: true },
      after: [],
    };
  }
  if (inner.cmdlet !== 'Start-Service') return null;
  const stop = toShell(on(server, stopService({ Name: name })));
  const query = quoted(`${name} on ${server} is stopped. That drops whoever uses it.`, 'script');
  return {
    ...common,
    property: 'Status',
    wanted: { is: 'text', text: 'Running' },
    read: on(server, getService({ Name: [name] })),
    topic: `Status ${name} ${server}`,
    undo: {
      line: `if ($Force -or $PSCmdlet.ShouldContinue(${query}, 'Stop it now?')) { ${stop} }`,
      takesValue: false,
    },
    after: [],
  };
};

/** As the registry holds it. */
const AUTOMATIC = 2;
