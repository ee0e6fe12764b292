import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UNWATCHED, type WatchNews, WatchPatience, WatchState, watchStep } from '../../src/domain/watch.js';

const MIN = 60_000;
const START = Date.parse('2026-11-21T08:00:00.000Z');
const at = (minute: number) => new Date(START + minute * MIN).toISOString();
const clock = (time: string) => time.slice(11, 16);

const LOOKS = {
  '.': { state: 'healthy', severity: null, rules: [] },
  w: { state: 'problem', severity: 'warning', rules: ['tls-certificate'] },
  X: { state: 'problem', severity: 'critical', rules: ['imap-port'] },
  L: { state: 'problem', severity: 'critical', rules: ['imap-login'] },
  '?': { state: 'unknown', severity: null, rules: [] },
} as const;
type Letter = keyof typeof LOOKS;
const look = (letter: string, minute: number) => {
  const { state, severity, rules } = LOOKS[letter as Letter];
  return { at: at(minute), state, severity, rules: [...rules] };
};

/** One letter every five minutes; what is said, with the time at which it is said. */
const told = (letters: string, patience: Partial<WatchPatience> = {}): string[] => {
  const patient = WatchPatience.parse(patience);
  let state: WatchState = UNWATCHED;
  return [...letters.replaceAll(' ', '')].flatMap((letter, n) => {
    const { next, news } = watchStep(state, look(letter, 5 * n), patient);
    expect(WatchState.parse(JSON.parse(JSON.stringify(next)))).toEqual(next);
    state = next;
    return news.map(words);
  });
};
const words = (news: WatchNews): string => {
  const when = clock(news.at);
  switch (news.say) {
    case 'broke':
    case 'reminder':
      return `${when} ${news.say} since ${clock(news.since)} [${news.rules}]`;
    case 'develops':
      return `${when} develops [${news.before}] → [${news.rules}]`;
    case 'recovered':
      return `${when} recovered, ${clock(news.since)} to ${clock(news.until)}`;
    case 'flaps':
      return `${when} flaps since ${clock(news.since)}, ${news.changes} changes`;
    case 'settled':
      return `${when} settled, ${news.isBroken ? 'broken' : 'well'}`;
    default:
      return `${when} ${news.say} since ${clock(news.since)}`;
  }
};

describe('a watch', () => {
  it.each([
    ['all is well', '......', []],
    ['bad twice is nothing yet', '..XX....', []],
    ['three in a row break it, from the first of them on', '..XXX', ['08:20 broke since 08:10 [imap-port]']],
    ['it is told once', '..XXXXXX', ['08:20 broke since 08:10 [imap-port]']],
    ['one good look is no recovery', 'XXX.X', ['08:10 broke since 08:00 [imap-port]']],
    [
      'two are, from the first of them on',
      'XXX..',
      ['08:10 broke since 08:00 [imap-port]', '08:20 recovered, 08:00 to 08:15'],
    ],
    ['a warning wakes nobody, and is no outage', '..wwwww', []],
    [
      'another cause is another line of the same incident',
      'XXXLL',
      ['08:10 broke since 08:00 [imap-port]', '08:20 develops [imap-port] → [imap-login]'],
    ],
    ['a cause that comes and goes beside another is no storm', 'XXXLXLXLX', ['08:10 broke since 08:00 [imap-port]']],
    [
      'unknown breaks nothing and recovers nothing',
      'XX?X?.?.',
      ['08:15 broke since 08:00 [imap-port]', '08:35 recovered, 08:00 to 08:25'],
    ],
    ['silence of the watch itself is told', '..???..', ['08:20 blind since 08:10', '08:25 sees-again since 08:10']],
    ['unknown now and then is not', '.??.??.', []],
  ])('%s', (_, letters, says) => expect(told(letters)).toEqual(says));

  it('is as patient as told', () => {
    expect(told('.X..', { breaksAfter: 1, recoversAfter: 1 })).toEqual([
      '08:05 broke since 08:05 [imap-port]',
      '08:10 recovered, 08:05 to 08:10',
    ]);
    expect(told('XXXX....', { breaksAfter: 5 })).toEqual([]);
  });

  it('reminds at the chosen interval, counted from the last word on it', () => {
    const often = { remindsAfterMs: 20 * MIN };
    expect(told('XXXXXXXXXXX', often)).toEqual([
      '08:10 broke since 08:00 [imap-port]',
      '08:30 reminder since 08:00 [imap-port]',
      '08:50 reminder since 08:00 [imap-port]',
    ]);
    expect(told('XXXXXLLLXX', often).slice(1)).toEqual([
      '08:30 develops [imap-port] → [imap-login]',
      '08:45 develops [imap-login] → [imap-port]',
    ]);
    expect(told('X'.repeat(100), { remindsAfterMs: null })).toHaveLength(1);
  });

  /** Good, degrading, broken, another cause, fixed, flapping, calm again, broken once more, fixed. */
  it('tells a whole story in few words: two incidents and one note', () =>
    expect(told('..w. XX.. XXXL LL.. .... X.X. X.X. X.X. X.X. .... .... .... .... .... XXX. .')).toEqual([
      '08:50 broke since 08:40 [imap-port]',
      '09:00 develops [imap-port] → [imap-login]',
      '09:15 recovered, 08:40 to 09:10',
      // Six changes within the hour, the recovery with them; from here on silence until an hour has passed without one.
      '10:00 flaps since 09:10, 6 changes',
      '11:55 settled, well',
      '12:50 broke since 12:40 [imap-port]',
      '13:00 recovered, 12:40 to 12:55',
    ]));
});

const anyLetters = fc.array(fc.constantFrom<Letter>('.', '.', 'X', 'X', 'w', 'L', '?'), { maxLength: 80 });

describe('whatever is seen', () => {
  const run = (letters: readonly Letter[], patience = WatchPatience.parse({})) => {
    let state = UNWATCHED;
    return letters.flatMap((letter, n) => {
      const { next, news } = watchStep(state, look(letter, 5 * n), patience);
      // A look that is brought again, or late, changes nothing and says nothing.
      expect(watchStep(next, look(letter, 5 * n), patience)).toEqual({ next, news: [] });
      state = next;
      return news;
    });
  };

  it('an incident opens once, and ends once before another opens', () =>
    fc.assert(
      fc.property(anyLetters, letters => {
        let isOpen = false;
        for (const { say, ...news } of run(letters)) {
          if (say === 'broke') {
            expect(isOpen).toBe(false);
            isOpen = true;
          }
          if (say === 'settled' && 'isBroken' in news && news.isBroken) isOpen = true;
          if (say === 'develops' || say === 'reminder') expect(isOpen).toBe(true);
          if (say === 'recovered') {
            expect(isOpen).toBe(true);
            isOpen = false;
          }
        }
      }),
    ));

  it('says no more than one thing a look, but for what ends together', () =>
    fc.assert(
      fc.property(anyLetters, letters => {
        const perLook = new Map<string, number>();
        for (const { at: when } of run(letters)) perLook.set(when, (perLook.get(when) ?? 0) + 1);
        for (const many of perLook.values()) expect(many).toBeLessThanOrEqual(3);
      }),
    ));

  it('breaks and recovers as a person would count it, where nothing is taken for flapping', () =>
    fc.assert(
      fc.property(anyLetters, fc.integer({ min: 1, max: 4 }), fc.integer({ min: 1, max: 4 }), (letters, b, r) => {
        const patience = WatchPatience.parse({ breaksAfter: b, recoversAfter: r, flapsAfter: 50 });
        const said = run(letters, patience).filter(({ say }) => say === 'broke' || say === 'recovered');
        const known = letters.flatMap((letter, n) =>
          letter === '?' ? [] : [{ n, bad: letter === 'X' || letter === 'L' }],
        );
        let broken = false;
        const expected: string[] = [];
        for (const [index, { n }] of known.entries()) {
          const lastOnes = (many: number) => (index + 1 >= many ? known.slice(index + 1 - many, index + 1) : []);
          if (!broken && lastOnes(b).length > 0 && lastOnes(b).every(({ bad }) => bad)) {
            broken = true;
            expected.push(`broke ${at(5 * n)}`);
          } else if (broken && lastOnes(r).length > 0 && lastOnes(r).every(({ bad }) => !bad)) {
            broken = false;
            expected.push(`recovered ${at(5 * n)}`);
          }
        }
        expect(said.map(({ say, at: when }) => `${say} ${when}`)).toEqual(expected);
      }),
    ));
});
