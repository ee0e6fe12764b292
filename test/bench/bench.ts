import { benchAck } from './ack.js';
import { benchCheck } from './check.js';
import { benchDigest } from './digest.js';
import { benchFleet } from './fleet.js';
import { benchLadder } from './ladder.js';
import { machine } from './machine.js';
import { benchProbe } from './probe.js';
import { benchRead } from './read.js';
import { isMet, type Outcome, tableOf } from './row.js';
import { benchStart } from './start.js';
import { StoppedError } from './stopping.js';
import { summaryOf } from './summary.js';
import { benchWorker } from './worker.js';

const PARTS: Readonly<Record<string, { says: string; run: (signal: AbortSignal) => Promise<Outcome> }>> = {
  ack: {
    says: 'acknowledgement of signed commands at 50 and 200 a second; Redis up, 100 ms away, down; Teams at 50, by both libraries',
    run: benchAck,
  },
  check: { says: 'a whole check, from the command to the last edit in Slack', run: benchCheck },
  digest: { says: 'a digest about a thousand targets, composed and drawn', run: benchDigest },
  fleet: {
    says: '100, 1,000 and 10,000 targets every five minutes: lateness, processor time, memory',
    run: benchFleet,
  },
  ladder: {
    says: '2,400 IMAP sessions held, beside a client of bare sockets; lab, and Dovecot in its process models',
    run: benchLadder,
  },
  probe: {
    says: 'one login check beside check_imap, blackbox_exporter, bare sockets and a client in C; plain and TLS',
    run: benchProbe,
  },
  read: {
    says: 'reading logs and a capture of a gigabyte each, beside ripgrep and tshark',
    run: benchRead,
  },
  start: { says: 'start of the bot, its memory with Slack and with Teams, and of the command line', run: benchStart },
  worker: { says: 'one worker: two hundred checks a minute within 256 MB', run: benchWorker },
};
const USAGE = [
  'npm run bench [-- PART…]    all parts where none is named; exit code 1 where a target was missed',
  ...Object.entries(PARTS).map(([name, { says }]) => `  ${name.padEnd(6)} ${says}`),
].join('\n');

const main = async (words: readonly string[]): Promise<number> => {
  const unknown = words.filter(word => !Object.hasOwn(PARTS, word));
  if (unknown.length > 0) {
    console.error(`There is no part ${unknown.join(', ')}.\n${USAGE}`);
    return 64;
  }
  const stopping = new AbortController();
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => stopping.abort());
  const measuredOn = machine();
  const outcomes: Outcome[] = [];
  try {
    for (const [name, part] of Object.entries(PARTS)) {
      if (words.length > 0 && !words.includes(name)) continue;
      console.error(`bench ${name}: ${part.says} …`);
      outcomes.push(await part.run(stopping.signal));
    }
  } catch (error) {
    if (!(error instanceof StoppedError)) throw error;
    console.error('Stopped; everything that was started has ended.');
    return 130;
  }
  const rows = outcomes.flatMap(outcome => outcome.rows);
  console.log(
    [
      `Measured on ${measuredOn}.`,
      '',
      ...(rows.length > 0 ? [tableOf(rows), ''] : []),
      ...outcomes.flatMap(({ notes }) => notes),
      '',
      summaryOf(outcomes),
    ].join('\n'),
  );
  return rows.some(row => isMet(row) === false) || outcomes.some(({ missed }) => missed) ? 1 : 0;
};

process.exitCode = await main(process.argv.slice(2));
