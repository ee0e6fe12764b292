import { IsoTime } from '../domain/clock.js';
import { parseBody } from '../domain/evidence/index.js';
import type { Fact, ReadFile } from '../domain/read-file.js';
import { shown, shownIn } from './mask.js';
import type { Reading } from './reader.js';

/** Of one file. What there is more of is counted. */
const MOST = { facts: 100, quotes: 20, unread: 10, asks: 10 } as const;

/** What a reader tells of one file, kept within bounds and without secrets. */
export const telling = (name: string, reader: string, now: IsoTime) => {
  const facts: Fact[] = [];
  const quotes: ReadFile['quotes'] = { first: [], more: 0 };
  const unread: ReadFile['unread'] = { first: [], more: 0 };
  const asks = new Map<string, ReadFile['asks'][number]>();

  const reading: Reading = {
    now,
    observe: (kind, body, at, line = null) => {
      if (facts.length >= MOST.facts) return reading.unread(line, `more than ${MOST.facts} facts in one file`);
      const source = { by: 'artifact', reader, artifact: line === null ? name : `${name}:${line}` } as const;
      const time = IsoTime.safeParse(at ?? now);
      try {
        if (!time.success) throw time.error;
        facts.push({ kind, source, at: time.data, ...parseBody(kind, shownIn(body)) } as unknown as Fact);
      } catch {
        // A fact that breaks its own bounds came from a file that no server wrote; it costs the fact, not the file.
        reading.unread(line, `something that is no ${kind} as any server writes it`);
      }
    },
    quote: (line, text) => {
      if (quotes.first.length < MOST.quotes) quotes.first.push({ line: lineOf(line), text: shown(text) });
      else quotes.more++;
    },
    unread: (line, why) => {
      if (unread.first.length < MOST.unread) unread.first.push({ line: lineOf(line), why: shown(why) });
      else unread.more++;
    },
    ask: ask => {
      if (asks.size < MOST.asks) asks.set(JSON.stringify(ask), ask);
    },
  };
  const isEmpty = () => facts.length + quotes.first.length + unread.first.length + asks.size === 0;
  return { reading, isEmpty, told: () => ({ facts, quotes, unread, asks: [...asks.values()] }) };
};

const lineOf = (line: number | null): number | null => (line !== null && line > 0 ? line : null);
