import { lineSink } from '../lines.js';
import { defineReader } from '../reader.js';
import { fieldNamesIn, fieldsIn, utcIn } from './fields.js';
import { phaseOf, refusalIn, refusalTally } from './refusals.js';

/** Conversations that go on at once; the oldest is forgotten first. */
const MOST_OPEN = 20_000;

/** What a receive connector writes with ProtocolLoggingLevel Verbose: who said what in which session, with connector and address. */
export const smtpReceiveLog = defineReader({
  id: 'smtp-receive-log',
  says: 'the protocol log of a receive connector',
  recognises: ({ bytes }) => {
    const text = bytes.subarray(0, 4096).toString('utf8');
    if (/^#Log-type:\s*SMTP Send/im.test(text)) return 0;
    if (/^#Log-type:\s*SMTP Receive/im.test(text) || /^#Fields:.*\bconnector-id\b.*\bremote-endpoint\b/im.test(text))
      return 0.95;
    return HEADLESS.test(text) ? 0.9 : 0;
  },
  yields: ['smtp-refusal'],
  open: reading => {
    const tally = refusalTally(reading);
    const phases = new Map<string, ReturnType<typeof phaseOf>>();
    let names: ReadonlyMap<string, number> | null = null;
    const lines = lineSink((text, number) => {
      if (text.startsWith('#')) {
        names = fieldNamesIn(text) ?? names;
        return;
      }
      // Most lines are neither a command nor a refusal; looking at the sign before the data is cheaper than parting them all.
      if (!text.includes(',<,') && !/,>,"?[45]\d\d/.test(text)) return;
      const fields = fieldsIn(text);
      const field = (name: string, usual: number) => fields[names?.get(name) ?? usual];
      const session = Buffer.from(field('session-id', 2) ?? '').toString();
      const data = field('data', 7) ?? '';
      if (field('event', 6) === '<') {
        if (phases.size >= MOST_OPEN) phases.delete(phases.keys().next().value as string);
        const phase = phaseOf(data);
        // What follows AUTH is no command.
        if (phase !== 'other' || phases.get(session) !== 'auth') phases.set(session, phase);
        return;
      }
      const refusal = refusalIn(data);
      if (!refusal) return;
      const remote = field('remote-endpoint', 5)?.replace(/:\d+$/, '') ?? '';
      const body = {
        after: phases.get(session) ?? ('connect' as const),
        ...refusal,
        connector: field('connector-id', 1) || null,
        remote: remote === '' ? null : remote.replace(/^\[|\]$/g, ''),
      };
      tally.add(body, number, utcIn(field('date-time', 0)));
    });
    return {
      ...lines,
      end: () => {
        lines.end();
        tally.end();
      },
    };
  },
});

/** A line of a piece of such a log, without the names of its fields: of a server that listens on a port of SMTP. One that sends has such a port at the other end. */
const HEADLESS =
  /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z,[^,\n]{1,200},[0-9A-F]{8,20},\d{1,6},[^,\n]{2,60}:(?:25|465|587|717|2525),[^,\n]{2,60}:\d{1,5},[-+*<>],/m;
