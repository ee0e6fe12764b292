import { parseArgs } from 'node:util';
import { echoingServers } from './echoing.js';
import { canary } from './run.js';

const USAGE = `npm run canary [-- OPTION…]    puts secrets wherever one can be and looks for them in everything that comes out; exit code 1 where one was seen
  --outputs N    so many (1,000,000 where it is not given)
  --seed N       which secrets and words (the time of day where it is not given)
  --case N       only this case of --seed`;

const main = async (words: readonly string[]): Promise<number> => {
  let given: { outputs: number; seed: number; case: number | null };
  try {
    const { values } = parseArgs({
      args: [...words],
      options: { outputs: { type: 'string' }, seed: { type: 'string' }, case: { type: 'string' } },
    });
    const number = (text: string | undefined, otherwise: number) => (text === undefined ? otherwise : Number(text));
    given = {
      outputs: number(values.outputs, 1_000_000),
      seed: number(values.seed, Math.floor(Date.now() / 1000)),
      case: values.case === undefined ? null : Number(values.case),
    };
    if (![given.outputs, given.seed, given.case ?? 0].every(Number.isSafeInteger)) throw new Error('no number');
  } catch {
    console.error(USAGE);
    return 64;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => stopping.abort());
  const servers = await echoingServers();
  const began = performance.now();
  console.log(`Seed ${given.seed}.`);
  const ran = await canary(
    { ...given, ...(given.case === null ? {} : { from: given.case, cases: 1 }), signal: stopping.signal },
    servers,
  );
  await servers.stop();
  for (const [kind, times] of Object.entries(ran.kinds).sort(([a], [b]) => (a < b ? -1 : 1)))
    console.log(`${String(times).padStart(9)} ${kind}`);
  const seconds = Math.round((performance.now() - began) / 1000);
  console.log(
    `${ran.outputs.toLocaleString('en')} outputs of ${ran.cases.toLocaleString('en')} secrets in ${seconds} s: ${ran.faults.length === 0 ? 'none was seen' : `${ran.faults.length} SEEN`}.`,
  );
  for (const { number, where, says } of ran.faults.slice(0, 20))
    console.log(`  --seed ${given.seed} --case ${number}: ${where}: …${says}…`);
  return ran.faults.length > 0 ? 1 : 0;
};

process.exitCode = await main(process.argv.slice(2));
