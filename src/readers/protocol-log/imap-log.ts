import type { BodyOf } from '../../domain/evidence/index.js';
import { lineSink } from '../lines.js';
import { defineReader } from '../reader.js';
import { fieldNamesIn, fieldsIn, utcIn } from './fields.js';

type Body = BodyOf<'exchange-event'>;

/** Words of the log and what they are about; more of them are known by name only, and are not interpreted. */
const WORDS = [
  ['UserConnectionLimitReached', 'imap-per-user'],
  ['OverBudget', 'over-budget'],
] as const;
const MOST = 80;

/** What the IMAP service writes with ProtocolLogEnabled: a line for each command, with the account and what became of it. */
export const imapLog = defineReader({
  id: 'imap-log',
  says: 'the protocol log of IMAP4',
  recognises: ({ bytes }) => {
    const text = bytes.subarray(0, 4096).toString('utf8');
    if (/^#Log-type:\s*POP3/im.test(text)) return 0;
    if (/^#Log-type:\s*IMAP4/im.test(text) || /^#Fields:.*\bsessionId\b.*\brqsize\b/im.test(text)) return 0.95;
    return HEADLESS.test(text) ? 0.9 : 0;
  },
  yields: ['exchange-event'],
  open: reading => {
    const groups = new Map<string, { body: Body; line: number }>();
    let names: ReadonlyMap<string, number> | null = null;
    let left = 0;
    const lines = lineSink((text, number) => {
      if (text.startsWith('#')) {
        names = fieldNamesIn(text) ?? names;
        return;
      }
      if (!WORDS.some(([sign]) => text.includes(sign))) return;
      const fields = fieldsIn(text);
      // Elsewhere in a line stand the words of people: names of folders, and what they search for.
      const context = fields.slice(names?.get('context') ?? 11).join();
      const word = WORDS.find(([sign]) => context.includes(sign));
      if (!word || /:(?:110|995)$/.test(fields[names?.get('sip') ?? 3] ?? '')) return;
      const at = utcIn(fields[names?.get('datetime') ?? 0]);
      const user = fields[names?.get('user') ?? 5] || null;
      const key = JSON.stringify([word[1], user]);
      const group = groups.get(key);
      if (group) {
        group.body.times++;
        group.body.last = at ?? group.body.last;
        return;
      }
      if (groups.size >= MOST) {
        left++;
        return;
      }
      const body: Body = {
        about: word[1],
        provider: 'protocol log of IMAP4',
        id: null,
        server: null,
        subject: user,
        limit: null,
        of: word[1] === 'over-budget' ? 'IMAP' : null,
        detail: word[0],
        times: 1,
        first: at,
        last: at,
        utc: at !== null,
      };
      groups.set(key, { body, line: number });
    });
    return {
      ...lines,
      end: () => {
        lines.end();
        for (const { body, line } of groups.values())
          reading.observe('exchange-event', body, body.utc ? body.last : null, line);
        if (left > 0) reading.unread(null, `${left} more lines of other accounts`);
      },
    };
  },
});

/** A line of a piece of such a log, without the names of its fields. */
const HEADLESS =
  /^\d{4}-\d\d-\d\dT[\d:.]{8,12}Z,[0-9a-fA-F]{8,20},\d{1,6},[^,\n]{2,60}:(?:143|993|1993|9933),[^,\n]{2,60}:\d{1,5},/m;
