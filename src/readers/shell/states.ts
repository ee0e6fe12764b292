import type { ReadObject } from './cmdlets.js';
import { fact } from './fact.js';
import { askedFor, type ShellObject, textOf } from './object.js';
import { serverOf } from './servers.js';
import { sureText } from './sure.js';
import { flagIn } from './values.js';

/** `Get-Service`, `Get-ServerComponentState` and `Get-MailboxDatabase`: what runs, takes work and is mounted. */
export const states: ReadObject = (object, unread) => [
  ...serviceState(object, unread),
  ...componentState(object, unread),
  ...databaseState(object, unread),
];

/** ConvertTo-Json writes the number of the word. */
const STATUS_WORDS: Readonly<Record<string, string>> = {
  1: 'Stopped',
  2: 'StartPending',
  3: 'StopPending',
  4: 'Running',
  5: 'ContinuePending',
  6: 'PausePending',
  7: 'Paused',
};

const serviceState: ReadObject = (object, unread) => {
  const sign = object.properties.get('status');
  const name = textOf(object, 'name') || textOf(object, 'servicename') || askedFor(object, 'service');
  if (!sign || !name || !/^MSExchange[A-Za-z0-9]{2,40}$/i.test(name)) return [];
  const said = sureText(object, 'status', unread) ?? '';
  const status = STATUS_WORDS[said] ?? said;
  if (!Object.values(STATUS_WORDS).includes(status)) return [];
  const server = machineOf(object);
  return [fact('service-state', { server, service: name, status }, { line: sign.line, server })];
};

const isOfComponents = ({ asked }: ShellObject): boolean => asked.cmdlet === 'get-servercomponentstate';

const COMPONENT_STATES = ['active', 'inactive', 'draining'] as const;

const componentState: ReadObject = (object, unread) => {
  const sign =
    object.properties.get('component') ?? (isOfComponents(object) ? object.properties.get('state') : undefined);
  const component = sureText(object, 'component', unread) || object.asked.component;
  if (sign && !component)
    unread(sign.line, 'a state of a component that is not named; add Component to what is listed');
  const said = sureText(object, 'state', unread)?.toLowerCase();
  const state = COMPONENT_STATES.find(each => each === said);
  if (!sign || !component || !state) return [];
  const server = textOf(object, 'serverfqdn') || serverOf(object);
  return [fact('component-state', { server, component, state }, { line: sign.line, server })];
};

const databaseState: ReadObject = (object, unread) => {
  const sign = object.properties.get('mounted');
  const database = sureText(object, 'name', unread) || textOf(object, 'identity') || askedFor(object, 'database');
  if (!sign || !database) return [];
  const server = textOf(object, 'mountedonserver') || textOf(object, 'server') || null;
  const body = { database, mounted: flagIn(sureText(object, 'mounted', unread)), server };
  return [fact('database-state', body, { line: sign.line, server })];
};

/** `.` is the machine on which it was asked. */
const machineOf = (object: ShellObject): string | null => {
  const named = textOf(object, 'machinename');
  return named && named !== '.' ? named : textOf(object, 'pscomputername') || object.asked.server || null;
};
