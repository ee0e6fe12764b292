import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { caseOf } from './case.js';
import { fuzz, type Ran } from './run.js';
import { seedsOf } from './seeds.js';

const USAGE = `npm run fuzz [-- OPTION…]    reads spoilt files with every reader; exit code 1 where one crashed, stalled, grew or told a secret
  --reader ID    only this reader (archives: what unpacks zip and gzip); may stand several times
  --cases N      of each reader (1,000,000 where it is not given)
  --seed N       which cases (the time of day where it is not given); the same seed gives the same cases
  --case N       only this case of --reader and --seed, and its bytes into the file --save
  --save FILE    where the bytes of --case go`;

const main = async (words: readonly string[]): Promise<number> => {
  const given = read(words);
  const seeds = seedsOf();
  const unknown = given?.reader.filter(id => !seeds.some(({ reader }) => reader === id)) ?? [];
  if (given === null || unknown.length > 0) {
    console.error(
      unknown.length > 0
        ? `There is no reader ${unknown.join(', ')}: ${seeds.map(({ reader }) => reader).join(', ')}.`
        : USAGE,
    );
    return 64;
  }
  const chosen = seeds.filter(({ reader }) => given.reader.length === 0 || given.reader.includes(reader));
  const { seed } = given;
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopping.abort());
  const [from, cases] = given.case === null ? [0, given.cases] : [given.case, 1];
  console.log(
    given.case === null ? `Seed ${seed}, ${amount(cases)} cases of each reader.` : `Seed ${seed}, case ${from}.`,
  );
  let faults = 0;
  for (const one of chosen) {
    if (given.case !== null && given.save !== '') writeFileSync(given.save, caseOf(one, seed, from).bytes);
    const onLook = (far: Ran) => console.error(`${wordsOf(far, seed)} so far`);
    const ran = await fuzz(one, { seed, from, cases, signal: stopping.signal, onLook });
    faults += ran.faults.length;
    console.log(wordsOf(ran, seed));
    if (stopping.signal.aborted) {
      console.error('Stopped.');
      return 130;
    }
  }
  return faults > 0 ? 1 : 0;
};

const read = (words: readonly string[]) => {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        reader: { type: 'string', multiple: true, default: [] },
        cases: { type: 'string', default: '1000000' },
        seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
        case: { type: 'string' },
        save: { type: 'string', default: '' },
      },
    });
    const [cases, seed, one] = [values.cases, values.seed, values.case ?? '0'].map(Number) as [number, number, number];
    if (![cases, seed, one].every(number => Number.isSafeInteger(number) && number >= 0)) return null;
    return { reader: values.reader, save: values.save, cases, seed, case: values.case === undefined ? null : one };
  } catch {
    return null; // an option that there is not: the usage says which there are
  }
};

const amount = (number: number): string => number.toLocaleString('en');

const wordsOf = ({ reader, cases, bytes, tookMs, longestMs, heldMb, faults }: Ran, seed: number): string => {
  const rate = tookMs === 0 ? 0 : Math.round((cases * 1000) / tookMs);
  const found = faults.length === 0 ? 'no fault' : `${faults.length} FAULTS`;
  return [
    `${reader.padEnd(18)} ${amount(cases).padStart(9)} cases, ${(bytes / 2 ** 20).toFixed(0)} MB in ${(tookMs / 1000).toFixed(0)} s (${amount(rate)}/s); ` +
      `at most ${longestMs.toFixed(0)} ms at once; memory ${heldMb.first} to ${heldMb.last} MB; ${found}`,
    ...faults.flatMap(({ number, says, code }) => [
      `  ${number === null ? reader : `--reader ${reader} --seed ${seed} --case ${number}`}: ${says}`,
      ...(code === null ? [] : [`    the least that shows it: ${code}`]),
    ]),
  ].join('\n');
};

process.exitCode = await main(process.argv.slice(2));
