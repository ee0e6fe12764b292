import type { BodyOf } from '../../domain/evidence/index.js';
import type { Reading } from '../reader.js';
import { inOneLine, meaningOf } from './meaning.js';
import type { EventRecord } from './record.js';

type Body = BodyOf<'exchange-event'>;

/** So many different things are told of one file; a busy server says one thing a thousand times. */
const MOST = 80;

/** Counts events that say the same, and tells them when the file is through. */
export const eventTally = (reading: Reading): { add: (record: EventRecord) => boolean; end: () => void } => {
  const groups = new Map<string, { body: Body; line: number | null; at: string | null }>();
  let left = 0;
  return { add, end };

  /** Whether it was an event that is known here, readable or not. */
  function add(record: EventRecord): boolean {
    const meaning = meaningOf(record);
    if (meaning === null) return false;
    if (meaning === 'unreadable') {
      reading.unread(
        record.line,
        `event ${record.id} of ${record.provider} in words that are not known or were cut off; paste it with Format-List, or export it as XML`,
      );
      return true;
    }
    const { provider, id, server, time, utc, line } = record;
    const key = JSON.stringify([provider?.toLowerCase(), id, server?.toLowerCase(), meaning, utc]);
    const group = groups.get(key);
    if (!group) {
      if (groups.size >= MOST) left++;
      else {
        const body: Body = { ...meaning, provider: provider ?? '', id, server, times: 1, first: time, last: time, utc };
        groups.set(key, { body, line, at: utc ? time : null });
        if (record.message.trim() !== '') reading.quote(line, inOneLine(record.message).trim().slice(0, 600));
      }
      return true;
    }
    const { body } = group;
    body.times++;
    // Logs run forwards or backwards. Times in the form of some country are not compared: the order of the file is kept.
    if (!utc) body.last = time;
    else if (time !== null) {
      if (body.first === null || time < body.first) body.first = time;
      if (body.last === null || time > body.last) body.last = time;
      group.at = body.last;
    }
    return true;
  }

  function end(): void {
    for (const { body, line, at } of groups.values()) reading.observe('exchange-event', body, at, line);
    if (left > 0) reading.unread(null, `${left} more events that say something else; export fewer at a time`);
  }
};
