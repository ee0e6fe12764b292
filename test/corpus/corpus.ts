import { parseArgs } from 'node:util';
import { stopwatch } from '../../src/wire/countdown.js';
import { machine } from '../bench/machine.js';
import { type Case, casesFor, FAMILIES } from './cases.js';
import { type Graded, runCases } from './run.js';
import { harmOf, missesOf, scoreOf, tableOf } from './score.js';

const USAGE = `npm run corpus [-- OPTION…]    diagnoses the labelled corpus end to end; exit code 1 where a promise is not kept
  --seed N       which settings and pairs are drawn (1 where it is not given); the same seed gives the same corpus
  --slice        every fault once
  --only WORDS   only cases whose name holds these words
  --json         every case with its label and its grade, as JSON
  --list         the cases, without running any`;

const main = async (words: readonly string[]): Promise<number> => {
  const given = read(words);
  if (given === null) {
    console.error(USAGE);
    return 64;
  }
  const all = casesFor(given.seed, given.slice ? 'slice' : 'whole');
  const cases = all.filter(({ id }) => id.includes(given.only));
  if (given.list) return list(cases);

  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopping.abort());
  const measuredOn = machine();
  const tookMs = stopwatch();
  let graded: readonly Graded[];
  try {
    graded = await runCases(cases, stopping.signal, progress(cases.length));
  } catch (error) {
    if (!stopping.signal.aborted) throw error;
    console.error('Stopped; everything that was started has ended.');
    return 130;
  }
  const misses = missesOf(graded);
  console.log(
    given.json
      ? json(graded, given.seed, misses)
      : text(graded, { seed: given.seed, measuredOn, tookMs: tookMs(), misses }),
  );
  return misses.length > 0 ? 1 : 0;
};

const read = (words: readonly string[]) => {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        seed: { type: 'string', default: '1' },
        only: { type: 'string', default: '' },
        slice: { type: 'boolean', default: false },
        json: { type: 'boolean', default: false },
        list: { type: 'boolean', default: false },
      },
    });
    const seed = Number(values.seed);
    return Number.isSafeInteger(seed) && seed >= 0 ? { ...values, seed } : null;
  } catch {
    return null; // an option that there is not: the usage says which there are
  }
};

const list = (cases: readonly Case[]): number => {
  for (const { id, family, shown, hidden } of cases)
    console.log(
      `${family}: ${id} → ${shown.map(({ label }) => label).join(', ')}${hidden.length > 0 ? `; hidden: ${hidden.map(({ label }) => label).join(', ')}` : ''}`,
    );
  return 0;
};

const progress =
  (of: number) =>
  (done: number): void => {
    if (process.stderr.isTTY) process.stderr.write(`\r${done} of ${of}${done === of ? '\n' : ''}`);
  };

type Told = { seed: number; measuredOn: string; tookMs: number; misses: readonly string[] };

const text = (graded: readonly Graded[], { seed, measuredOn, tookMs, misses }: Told): string => {
  const score = scoreOf(graded);
  const harm = harmOf(graded);
  const faults = graded.filter(({ grade }) => isAmiss(grade));
  return [
    `${graded.length} cases of seed ${seed} in ${(tookMs / 1000).toFixed(0)} s, on ${measuredOn}.`,
    '',
    tableOf(graded),
    '',
    `false «wrong password»: ${score.falseWrongPassword}; false «healthy»: ${score.falseHealthy}; false alarms: ${score.falseAlarm}; claimed though alike: ${score.overclaimed}; claimed though hidden: ${score.hiddenClaimed}; faults that nobody made: ${score.strange}`,
    `on the servers' side: at most ${harm.mostLogins} login a case, ${harm.leftOpen} connections left open, ${harm.mails} mails, ${harm.posts} changing requests`,
    ...faults.map(amiss),
    '',
    misses.length === 0 ? 'Every promise is kept.' : misses.map(miss => `MISSED: ${miss}.`).join('\n'),
  ].join('\n');
};

const isAmiss = (grade: Graded['grade']): boolean =>
  !grade.isFirst ||
  !grade.isFound ||
  grade.falseHealthy ||
  grade.falseAlarm ||
  grade.falseWrongPassword ||
  grade.overclaimed ||
  grade.strange.length > 0;

const amiss = ({ one, grade }: Graded): string =>
  [
    '',
    `${one.id}: ${one.shown.map(({ label }) => label).join(' and ')}`,
    `  state ${grade.state}; first: ${grade.first ?? 'nothing'}`,
    ...(grade.isFound ? [] : ['  not everything was found']),
    ...(grade.strange.length > 0 ? [`  nobody made: ${grade.strange.join(', ')}`] : []),
    ...(grade.overclaimed ? ['  claimed as likely what looks the same as something else'] : []),
  ].join('\n');

const json = (graded: readonly Graded[], seed: number, misses: readonly string[]): string =>
  JSON.stringify(
    {
      seed,
      score: scoreOf(graded),
      harm: harmOf(graded),
      families: Object.fromEntries(
        FAMILIES.map(family => [family, scoreOf(graded.filter(({ one }) => one.family === family))]),
      ),
      misses,
      cases: graded.map(({ one, grade, harm }) => ({
        id: one.id,
        family: one.family,
        labels: one.shown.map(({ label }) => label),
        hidden: one.hidden.map(({ label }) => label),
        ...grade,
        harm,
      })),
    },
    null,
    2,
  );

process.exitCode = await main(process.argv.slice(2));
