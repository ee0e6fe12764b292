import { quote as visible } from '../../wire/quote.js';
import { lineSink } from '../lines.js';
import { defineReader } from '../reader.js';
import { wholeLines } from '../whole-lines.js';
import { plainLines } from './plain-lines.js';
import {
  answeredStatus,
  BACK_OFF,
  failedCall,
  isAccessLine,
  isTime,
  numberAfter,
  OUTSTANDING,
  type Prefix,
  prefixOf,
  responseCode,
  STALE,
} from './sync-line.js';
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
  atOnce: 65_536,

  open: ({ observe, quote, unread }) => {
    const kept: { first: string | null; last: string | null } = { first: null, last: null };
    const most: Record<'outstanding' | 'stale' | 'backOff', number | null> = {
      outstanding: null,
      stale: null,
      backOff: null,
    };
    let [lines, current, remarks] = [0, '', 0];
    let isOurs = false;
    /** The line that is being taken, where it lies as a whole. */
    let whole: Buffer | null = null;
    const sums = syncSums(line => {
      if (remarks++ < MOST_QUOTED) quote(line, current.slice(0, QUOTED_CHARS));
    });
    const plain = plainLines(sums.succeededAt, most);

    const usually = lineSink((line, each, isCut) => {
      const number = each + plain.seen.lines;
      const begins = isTime(line);
      if (!begins && !isOurs) {
        if (line.trim() !== '' && !/^admin:/.test(line)) unread(number, 'no line of Mailbox Sync');
        return;
      }
      if (!begins && isAccessLine(line)) {
        unread(number, 'a line of an access log of Jetty: give that log by itself');
        return;
      }
      if (isCut) unread(number, 'the line is longer than a line of this log; only its beginning was read');
      if (begins) {
        isOurs = true;
        lines++;
        kept.first ??= line.slice(0, 12);
        kept.last = line.slice(0, 12);
      }
      current = line;
      take(line, number, begins);
    });

    const { push, breakOff, end } = wholeLines(block => {
      if (hasOddReturns(block)) return usually.push(block);
      plain.open(block);
      for (let from = 0; from < block.length; ) {
        const other = isOurs ? plain.take(from) : from;
        if (plain.seen.lastAt >= from) kept.last = timeOf(block, plain.seen.lastAt);
        if (other === block.length) break;
        from = block.indexOf(LF, other) + 1;
        whole = block.subarray(other, from);
        usually.push(whole);
      }
      whole = null;
    }, usually.push);

    return {
      push,
      breakOff: () => {
        breakOff();
        usually.breakOff();
      },
      lines: () => usually.lines() + plain.seen.lines,
      end: () => {
        end();
        usually.end();
        plain.close();
        const { outstanding, stale, backOff } = most;
        const body = {
          ...sums.end(),
          lines: lines + plain.seen.begun,
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
      else if (status !== null && status >= 200 && status < 300) succeeded(who);
      if (code) sums.code(code, who, number);
      if (http !== -1) return;
      raise('outstanding', numberAfter(line, OUTSTANDING));
      raise('stale', numberAfter(line, STALE));
      raise('backOff', numberAfter(line, BACK_OFF));
    }

    function succeeded(who: Prefix | null): void {
      const server = sums.succeeded(who);
      if (server && whole) plain.learn(whole, server);
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
const LF = 0x0a;
const CR = 0x0d;
const COMPONENT = /\b(?:CsMbxSync|CsEws|CsExMbxLocator|CsWebDav|CuMbxSync)\b/;
const timeOf = (block: Buffer, at: number): string => block.toString('latin1', at, at + 12);

/** Whether a return stands elsewhere than before an end of line, where it may be an end of its own. */
const hasOddReturns = (block: Buffer): boolean => {
  for (let at = block.indexOf(CR); at !== -1; at = block.indexOf(CR, at + 1)) if (block[at + 1] !== LF) return true;
  return false;
};

const mayBeDirectory = (line: string): boolean =>
  line.includes('INVALID_CREDENTIALS') || line.includes('Domain Controller');
