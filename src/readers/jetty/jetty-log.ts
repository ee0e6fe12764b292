import { lineSink } from '../lines.js';
import { defineReader, type Head } from '../reader.js';
import { wholeLines } from '../whole-lines.js';
import { accessLines } from './access-line.js';
import { likeLines } from './like-lines.js';
import { answerOf, tally } from './tally.js';

/**
 * The access log of Connection Jetty, which Exchange calls on port 7080: who notified when, and what was answered.
 * Its times carry their zone.
 */
export const jettyLog = defineReader({
  id: 'jetty-log',
  says: 'the access log of Unity Connection’s Jetty',
  recognises: head => likelihood(head),
  yields: ['notify-log'],
  atOnce: 32_768,

  open: ({ observe, quote, unread }) => {
    const read = accessLines();
    let [remarks, shortcuts, usual] = [0, 0, 0];
    /** The line that is being taken: as text, or where it lies, for a text costs more than all the rest of a shortcut. */
    let current: string | Buffer = '';
    let [begins, ends] = [0, 0];
    let whole: Buffer | null = null;

    const sums = tally(line => {
      if (remarks++ < MOST_QUOTED) quote(line, textOf(current).slice(0, QUOTED_CHARS));
    });
    const like = likeLines((sender, about, at, answer, from, to) => {
      shortcuts++;
      [begins, ends] = [from, to];
      sums.addKnown(sender, about, at, answer, usual + shortcuts);
    });
    const usually = lineSink((line, number, isCut) => {
      usual = number;
      const request = isCut ? null : read(line);
      if (!request) {
        if (isCut) unread(number + shortcuts, 'the line is longer than a line of an access log');
        else if (!isEmpty(line)) unread(number + shortcuts, 'no line of an access log');
        return;
      }
      current = line;
      const { id } = request;
      sums.add(request, number + shortcuts);
      const who = id !== null && request.status === 200 && whole ? sums.known(id) : null;
      const answer = answerOf(request);
      if (who && whole && answer !== 'unsubscribe') like.learn(whole, request, who, answer);
    });

    const textOf = (line: string | Buffer): string =>
      typeof line === 'string' ? line : line.toString('utf8', begins, ends).trimEnd();

    const { push, breakOff, end } = wholeLines(
      lines => {
        like.open(lines);
        for (let from = 0; from < lines.length; ) {
          current = lines;
          from = like.take(from);
          if (from === lines.length) return;
          const end = lines.indexOf(LF, from) + 1;
          const to = end - from < SHORT_BYTES ? endOfShort(lines, end) : end;
          const other = lines.subarray(from, to);
          whole = to === end ? other : null;
          usually.push(other);
          from = to;
        }
      },
      part => {
        whole = null;
        usually.push(part);
      },
    );

    return {
      push,
      breakOff: () => {
        breakOff();
        usually.breakOff();
      },
      end: () => {
        end();
        usually.end();
        like.close();
        const body = sums.end();
        observe('notify-log', body, body.to);
      },
      lines: () => usual + shortcuts,
    };
  },
});

const MOST_QUOTED = 12;
const QUOTED_CHARS = 400;
const LF = 0x0a;

/** A line shorter than this is never learnt from. As many as stand in a row go the usual way at once: one by one they are slow. */
const SHORT_BYTES = 64;
const endOfShort = (lines: Buffer, from: number): number => {
  let to = from;
  while (to < lines.length) {
    const end = lines.indexOf(LF, to) + 1;
    if (end - to >= SHORT_BYTES) break;
    to = end;
  }
  return to;
};

/** A log of Jetty has its own path in its lines; one of another web server reads alike, and is taken with less certainty. */
const likelihood = ({ bytes }: Head): number => {
  const lines = bytes
    .toString('latin1', 0, 16_384)
    .split(/\r?\n/, 40)
    .filter(line => line.length > 0 && line.length < 2000);
  const read = accessLines();
  const ids = lines.flatMap(line => {
    const request = read(line);
    return request ? [request.id] : [];
  });
  if (ids.length === 0 || ids.length * 2 < lines.length - 1) return 0;
  return ids.some(id => id !== null) ? 0.95 : 0.4;
};

const isEmpty = (line: string): boolean => line.length < 200 && line.trim() === '';
