import type { BodyOf } from '../../domain/evidence/index.js';
import { lineSink } from '../lines.js';
import { shown } from '../mask.js';
import { defineReader } from '../reader.js';

type Refusal = NonNullable<BodyOf<'imap-ladder'>['refusal']>;

/** `k,t_ms,tcp,greeting,auth,select,text`: somebody opened sessions one after another and wrote down how far each came. */
export const ladderTable = defineReader({
  id: 'ladder-table',
  says: 'a table of sessions that were opened one after another',
  recognises: ({ bytes }) => (HEAD.test(bytes.toString('latin1', 0, 400)) ? 0.9 : 0),
  yields: ['imap-ladder'],
  open: ({ observe, quote, unread }) => {
    const rungs: { atMs: number; tookMs: number }[] = [];
    let [asked, refusedAt] = [0, 0];
    let refusal: Refusal | null = null;
    const lines = lineSink((line, number, isCut) => {
      if (line.trim() === '' || HEAD.test(line)) return;
      const [, k, at, steps, text = ''] = isCut ? [] : (ROW.exec(line) ?? []);
      if (k === undefined || at === undefined) return unread(number, 'no row of such a table');
      asked++;
      const failed = stageOf((steps ?? '').toLowerCase().split(','));
      if (failed === null && !refusal) {
        if (rungs.length < MOST_RUNGS) rungs.push({ atMs: Number(at), tookMs: 0 });
      }
      if (failed === null || refusal) return;
      refusedAt = number;
      refusal = { stage: failed, status: statusIn(text), text: shown(text.trim()) || null };
      quote(number, line);
    });
    return {
      ...lines,
      end: () => {
        lines.end();
        if (asked === 0) return;
        observe(
          'imap-ladder',
          {
            // Nobody wrote down whose sessions they were: with others on the account, what was reached is no limit.
            account: 'shared',
            asked,
            opened: rungs.length,
            refusal,
            stoppedBy: refusal ? 'refusal' : 'asked-for',
            ...{ says: null, heldByOthers: null, canaryLost: null, rungs, leftOpen: 0, gaveBackMs: 0, tookMs: 0 },
          },
          null,
          refusedAt || null,
        );
      },
    };
  },
});

const HEAD = /^\ufeff?"?k"?,"?t_ms"?,"?tcp"?,"?greeting"?,"?auth"?,"?select"?,"?text"?\s*$/im;
const ROW = /^\s{0,8}(\d{1,5}),(\d{1,9})((?:,[a-z-]{0,12}){4}),?(.*)$/i;
const STAGES = ['connect', 'greeting', 'login', 'select'] as const;
const MOST_RUNGS = 4000;

/** The first step that did not go well; null where all of them did. */
const stageOf = ([, ...steps]: readonly string[]): Refusal['stage'] | null => {
  const at = steps.findIndex(step => step !== 'ok');
  return at === -1 ? null : (STAGES[at] ?? null);
};

const statusIn = (text: string): Refusal['status'] =>
  (/^\s*(?:\*|\S{1,20}) (OK|NO|BAD|BYE)\b/i.exec(text)?.[1]?.toUpperCase() as 'OK' | 'NO' | 'BAD' | 'BYE') ?? null;
