import { quote as visible } from '../../wire/quote.js';
import { copyOf } from '../jetty/access-line.js';
import { lineSink } from '../lines.js';
import { defineReader } from '../reader.js';
import { answeredStatus, failedCall, isTime, numberAfter, type Prefix, prefixOf, responseCode } from './sync-line.js';
import { syncSums } from './sync-sums.js';

/**
 * `diag_CuMbxSync_*.uc`, the log of Connection Mailbox Sync: every call to Exchange that failed, and with traces on the others as well.
 * Its lines have a time of day and no date, in the zone of Unity Connection.
 */
export const syncLog = defineReader({
  id: 'cumbxsync-log',
  says: 'the log of Unity Connection’s Mailbox Sync (diag_CuMbxSync)',
  recognises: ({ name, bytes }) => {
    const lines = bytes.toString('latin1', 0, 16_384).split(/\r?\n/, 40);
    const ours = lines.filter(line => prefixOf(line) !== null && COMPONENT.test(line.slice(0, 600)));
    if (ours.length === 0) return 0;
    return /diag_CuMbxSync/i.test(name) || ours.length * 2 >= lines.length - 1 ? 0.95 : 0.6;
  },
  yields: ['sync-log'],

  open: ({ observe, quote, unread }) => {
    const kept: { first: string | null; last: string | null } = { first: null, last: null };
    const most: Record<'outstanding' | 'stale' | 'backOff', number | null> = {
      outstanding: null,
      stale: null,
      backOff: null,
    };
    let [lines, current, remarks] = [0, '', 0];
    let last = '';
    let isOurs = false;
    const sums = syncSums(line => {
      if (remarks++ < MOST_QUOTED) quote(line, current.slice(0, QUOTED_CHARS));
    });

    const { push, end, ...more } = lineSink((line, number, isCut) => {
      const begins = isTime(line);
      if (!begins && !isOurs) {
        if (line.trim() !== '') unread(number, 'no line of Mailbox Sync');
        return;
      }
      if (isCut) unread(number, 'the line is longer than a line of this log; only its beginning was read');
      if (begins) {
        isOurs = true;
        lines++;
        if (kept.first === null) kept.first = line.slice(0, 12);
        last = line;
      }
      current = line;
      take(line, number, begins);
    });

    return {
      ...more,
      push: chunk => {
        push(chunk);
        if (last !== '') kept.last = copyOf(last.slice(0, 12)); // what stands there now goes with its piece
      },
      end: () => {
        end();
        if (last !== '') kept.last = last.slice(0, 12);
        const { outstanding, stale, backOff } = most;
        const body = {
          ...sums.end(),
          lines,
          ...kept,
          backOffMs: backOff,
          mostOutstanding: outstanding,
          mostStale: stale,
        };
        const failures = body.failures.map(failure => ({ ...failure, text: visible(failure.text, 300) }));
        observe('sync-log', { ...body, failures }, null, failures[0]?.line ?? body.codes[0]?.line ?? null);
      },
    };

    function take(line: string, number: number, begins: boolean): void {
      const http = line.indexOf('HTTP ');
      const failure = http !== -1 || mayBeDirectory(line) ? failedCall(line) : null;
      const status = failure || http === -1 ? null : answeredStatus(line);
      const code = failure ? null : responseCode(line);
      const who = begins && (failure || code || status !== null) ? whoIn(line) : null;
      if (failure) sums.failed(failure, who, number);
      else if (status !== null && status >= 200 && status < 300) sums.succeeded(who);
      if (code) sums.code(code, who, number);
      if (http !== -1) return;
      raise('outstanding', numberAfter(line, 'outstanding requests'));
      raise('stale', numberAfter(line, 'Stale subscription check'));
      raise('backOff', numberAfter(line, 'BackOffMilliseconds'));
    }

    function whoIn(line: string): Prefix | null {
      const who = prefixOf(line);
      if (who) sums.names(who);
      return who;
    }

    function raise(what: keyof typeof most, to: number | null): void {
      if (to !== null) most[what] = Math.max(most[what] ?? 0, to);
    }
  },
});

const MOST_QUOTED = 20;
const QUOTED_CHARS = 600;
const COMPONENT = /\b(?:CsMbxSync|CsEws|CsExMbxLocator|CsWebDav|CuMbxSync)\b/;
const mayBeDirectory = (line: string): boolean =>
  line.includes('INVALID_CREDENTIALS') || line.includes('Domain Controller');
