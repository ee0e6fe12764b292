import { copyOf } from '../jetty/access-line.js';
import { wordIn } from './sync-line.js';
import type { Server, syncSums } from './sync-sums.js';

/**
 * A shortcut for traces of calls that were answered, a third of a log with traces:
 * `01:10:20.300 |6549,ex01.contoso.test,{guid},CsEws,12,[file.cpp:1]: HTTP Status code: 200, …`. Who called stands there in the same words
 * again and again, and is understood once.
 */
export const answeredLines = (sums: Pick<ReturnType<typeof syncSums>, 'caller' | 'succeededAt'>) => {
  const known = new Map<string, Server | null>();

  return { take };

  /** `http` is where `HTTP ` begins, the only word of interest in the line. False: it is no such line, or not plain enough. */
  function take(text: string, from: number, http: number): boolean {
    if (http < from || !text.startsWith(ANSWERED, http)) return false;
    if (!isDigit(text.charCodeAt(http + 19)) || !isDigit(text.charCodeAt(http + 20))) return false;
    const bar = text.indexOf('|', from + 12);
    const thread = text.indexOf(',', bar);
    const server = text.indexOf(',', thread + 1);
    const user = text.indexOf(',', server + 1);
    const bracket = text.indexOf(']', bar);
    const isPrefix = bar !== -1 && bar <= from + 40 && user > server && server > thread && thread > bar;
    if (!isPrefix || bracket < user || bracket > http || !text.startsWith(']: ', bracket)) return false;
    const words = text.slice(thread + 1, user);
    let at = known.get(words);
    if (at === undefined) {
      if (known.size >= MOST_KNOWN || !PLAIN.test(words)) return false;
      at = sums.caller({ server: wordIn(text, thread + 1, server), user: wordIn(text, server + 1, user) });
      known.set(copyOf(words), at);
    }
    sums.succeededAt(at);
    return true;
  }
};

const ANSWERED = 'HTTP Status code: 2';
const MOST_KNOWN = 60_000;
const PLAIN = /^[\x20-\x7e]{1,300}$/;
const isDigit = (sign: number): boolean => sign >= 0x30 && sign <= 0x39;
