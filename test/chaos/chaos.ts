import { parseArgs } from 'node:util';
import { run } from './run.js';
import { KINDS, type Kind, scheduleOf, wordsOf } from './schedule.js';
import { EVERY } from './targets.js';
import { startWorld } from './world.js';

const USAGE = `npm run chaos [-- OPTION…]    breaks bot, workers, Redis, networks, clocks and platforms while people ask; exit code 1 where a promise broke
  --seed N       which faults in which order (the time of day where it is not given); the same seed gives the same
  --faults N     how many (60 where it is not given)
  --only KIND    only faults of this kind; may stand several times: ${KINDS.join(', ')}
  --askers N     people who ask at the same time (12 where it is not given)
  --gap MS       how long each waits between an answer and the next question (500 where it is not given)
  --list         says the schedule and does nothing
  --keep         leaves the folder with the logs and says where it is`;

const main = async (words: readonly string[]): Promise<number> => {
  const given = read(words);
  if (given === null) {
    console.error(USAGE);
    return 64;
  }
  const { seed, faults, only, askers, gap } = given;
  const schedule = scheduleOf(seed, faults, only.length > 0 ? only : KINDS);
  console.log(`Seed ${seed}, ${schedule.length} faults.`);
  if (given.list) {
    for (const fault of schedule) console.log(wordsOf(fault));
    return 0;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.once(signal, () => stopping.abort());
  const world = await startWorld({
    users: 100 * faults,
    people: 50 * faults,
    digests: Math.ceil(faults / 8),
    targets: EVERY,
    follower: schedule.some(fault => fault.do === 'fail-over'),
    kept: given.keep,
  });
  if (given.keep) console.log(`Logs are in ${world.folder}.`);
  try {
    const { signal } = stopping;
    const ran = await run(world, schedule, {
      seed,
      askers,
      gapMs: gap,
      leftovers: true,
      say: line => console.log(line),
      signal,
    });
    const first = ran.samples.slice(0, 3);
    const last = ran.samples.slice(-3);
    console.log(
      [
        `${ran.questions} questions in ${(ran.tookMs / 1000).toFixed(0)} s: ${ran.taken} taken, ${ran.refused} told that the queue is away.`,
        ...last.map(
          ({ who, fds, mb }, index) =>
            `${who}: ${first[index]?.fds} descriptors, ${first[index]?.mb.toFixed(0)} MB after the first fault; ${fds}, ${mb.toFixed(0)} MB after the last`,
        ),
        ...(ran.twice > 0
          ? [`Twice in view, for the bot was killed before it noted where the first message stands: ${ran.twice}.`]
          : []),
        ...(ran.undecided.length > 0
          ? [`Undecided, for the machine stood still meanwhile: ${ran.undecided.length} (marked «slow»).`]
          : []),
        ran.broken.length === 0 ? 'Every promise held.' : `${ran.broken.length} BROKEN:`,
        ...ran.broken.map(({ promise, says }) => `  ${promise}: ${says}`),
      ].join('\n'),
    );
    return ran.broken.length > 0 ? 1 : 0;
  } finally {
    await world.stop();
  }
};

const read = (words: readonly string[]) => {
  try {
    const { values } = parseArgs({
      args: [...words],
      options: {
        seed: { type: 'string', default: String(Math.floor(Date.now() / 1000)) },
        faults: { type: 'string', default: '60' },
        only: { type: 'string', multiple: true, default: [] },
        askers: { type: 'string', default: '12' },
        gap: { type: 'string', default: '500' },
        list: { type: 'boolean', default: false },
        keep: { type: 'boolean', default: false },
      },
    });
    const [seed, faults, askers, gap] = [values.seed, values.faults, values.askers, values.gap].map(Number) as [
      number,
      number,
      number,
      number,
    ];
    if (![seed, faults, askers, gap].every(number => Number.isSafeInteger(number) && number >= 0)) return null;
    if (values.only.some(kind => !KINDS.includes(kind as Kind))) return null;
    return { seed, faults, askers, gap, only: values.only as Kind[], list: values.list, keep: values.keep };
  } catch {
    return null; // an option that there is not: the usage says which there are
  }
};

process.exitCode = await main(process.argv.slice(2));
