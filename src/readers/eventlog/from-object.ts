import { type PrintedObject, textOf } from '../shell/object.js';
import { listIn } from '../shell/values.js';
import { type EventRecord, timeIn } from './record.js';

/**
 * What Get-EventLog or Get-WinEvent printed of one event; null where the object is none. Lists of Get-EventLog show no id: the lower half
 * of InstanceId is it.
 */
export const eventIn = (object: PrintedObject, groupedBy: string | null): EventRecord | null => {
  const message = textOf(object, 'message');
  const id = idIn(object);
  if (message === undefined || id === null) return null;
  const { time, utc } = timeIn(
    textOf(object, 'timegenerated') ??
      textOf(object, 'timecreated') ??
      textOf(object, 'timewritten') ??
      textOf(object, 'time'),
  );
  return {
    provider: textOf(object, 'source') ?? textOf(object, 'providername') ?? groupedBy,
    id,
    server: textOf(object, 'machinename') || textOf(object, 'pscomputername') || null,
    message,
    data: listIn(textOf(object, 'replacementstrings') ?? textOf(object, 'properties')) ?? [],
    time,
    utc,
    line: object.properties.get('message')?.line ?? object.line,
  };
};

const idIn = (object: PrintedObject): number | null => {
  const plain = textOf(object, 'eventid') ?? textOf(object, 'id');
  if (plain !== undefined && /^\d{1,6}$/.test(plain)) return Number(plain);
  const instance = textOf(object, 'instanceid');
  return instance !== undefined && /^\d{1,10}$/.test(instance) ? Number(instance) % 0x1_0000 : null;
};
