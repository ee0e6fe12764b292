import { defineReader } from '../reader.js';
import { binaryXml, type Element, withoutLastNuls } from './binary-xml.js';
import { isKnown } from './meaning.js';
import { type EventRecord, timeIn } from './record.js';
import { eventTally } from './tally.js';

const HEAD = 4096;
const CHUNK = 65_536;
const RECORDS = 512;
const RECORD_MARK = 0x2a2a;
/** Mark, size, number and time of writing. */
const RECORD_HEAD = 24;

/** The log of Windows itself, as Event Viewer saves it. It has what was filled into a message and not the message, so it has no language. */
export const evtx = defineReader({
  id: 'evtx',
  says: 'an event log of Windows (EVTX)',
  recognises: ({ bytes }) => (bytes.subarray(0, 8).toString('latin1') === 'ElfFile\0' ? 1 : 0),
  yields: ['exchange-event'],
  open: reading => {
    const tally = eventTally(reading);
    const chunk = Buffer.alloc(CHUNK);
    let skipped = 0;
    let filled = 0;
    let broken = 0;
    return {
      push: piece => {
        let from = Math.min(piece.length, HEAD - skipped);
        skipped += from;
        while (from < piece.length) {
          const copied = piece.copy(chunk, filled, from);
          from += copied;
          filled += copied;
          if (filled === CHUNK) take();
        }
      },
      end: () => {
        if (filled > RECORDS) {
          chunk.fill(0, filled); // a file that breaks off: what was whole in its last chunk counts
          take();
          reading.unread(null, 'the log breaks off');
        }
        if (skipped < HEAD) reading.unread(null, 'the log breaks off');
        if (broken > 0) reading.unread(null, `${broken} records that are not whole`);
        tally.end();
      },
    };

    function take(): void {
      filled = 0;
      if (chunk.toString('latin1', 0, 8) !== 'ElfChnk\0') return; // an empty one, kept for later
      const xml = binaryXml(chunk);
      for (let at = RECORDS; at + RECORD_HEAD <= CHUNK && chunk.readUInt32LE(at) === RECORD_MARK; ) {
        const size = chunk.readUInt32LE(at + 4);
        if (size < RECORD_HEAD + 4 || at + size > CHUNK) {
          broken++;
          return;
        }
        try {
          const event = xml.event(at + RECORD_HEAD);
          const record = event && recordOf(event);
          if (record && isKnown(record)) tally.add(record);
        } catch {
          broken++; // a record that points beyond its chunk costs that record
        }
        at += size;
      }
    }
  },
});

const recordOf = (event: Element): EventRecord | null => {
  const system = event.children.find(({ name }) => name === 'System');
  const child = (name: string) => system?.children.find(each => each.name === name);
  const provider = child('Provider')?.attributes;
  const id = child('EventID')?.text.trim();
  if (!provider || !id || !/^\d{1,6}$/.test(id)) return null;
  const data = event.children.find(({ name }) => name === 'EventData')?.children ?? [];
  return {
    provider: provider.get('EventSourceName') || provider.get('Name') || null,
    id: Number(id),
    server: child('Computer')?.text.trim() || null,
    message: '',
    // All strings of a classic source are one value, a list.
    data: data
      .filter(({ name }) => name === 'Data')
      .flatMap(({ text }) => withoutLastNuls(text).split('\0', 40))
      .slice(0, 40),
    ...timeIn(child('TimeCreated')?.attributes.get('SystemTime')),
    line: null,
  };
};
