import type { LabSlack } from '../../src/lab/slack/start-slack.js';
import type { LabMessage } from '../../src/lab/slack/workspace.js';
import { figuresOf } from './figures.js';
import { residentMb } from './machine.js';
import type { Outcome, Row } from './row.js';
import { ANSWERED_WITHIN_MS, MEASURED_SEC, sent, TARGET, textOf, WARM_UP_SEC } from './sending.js';
import { answersIn, CHANNEL, openStand } from './stand.js';
import { unlessStopped } from './stopping.js';
import { benchTeamsAck } from './teams-ack.js';

const RATES = [50, 200] as const;
const PEOPLE = 200;

type State = 'up' | '100 ms away' | 'down';

/** How fast signed commands are acknowledged over HTTP by a bot that works on all of them, with Redis well, far and gone; then Teams. */
export const benchAck = async (signal: AbortSignal): Promise<Outcome> => {
  const near = await measure(signal, ['up', 'down'], 0);
  const far = await measure(signal, ['100 ms away'], 100);
  const [up = [], down = []] = near.rows;
  const teams = [await benchTeamsAck(signal, 'botbuilder'), await benchTeamsAck(signal, 'agents')];
  return {
    rows: [...up, ...far.rows.flat(), ...down, ...teams.flatMap(({ rows }) => rows)],
    notes: [...near.notes, ...far.notes, ...teams.flatMap(({ notes }) => notes)],
  };
};

/** One bot, through these states of Redis in turn; «down» comes last, for nobody starts it again. */
const measure = async (
  signal: AbortSignal,
  states: readonly State[],
  redisAwayMs: number,
): Promise<{ rows: Row[][]; notes: string[] }> => {
  const stand = await openStand(signal, { redisAwayMs });
  try {
    const [bot, worker] = [stand.startBot(), stand.startWorker()];
    const [ready] = await unlessStopped(signal, Promise.all([bot.ready, worker.ready]));
    const url = `${ready.slack}/slack/events`;
    const idleMb = await residentMb(bot.pid);
    const rows: Row[][] = [];
    const notes: string[] = [];
    for (const state of states) {
      if (state === 'down') await stand.redis.stop();
      const loads: Load[] = [];
      for (const rate of RATES) loads.push(await load(signal, stand.slack, url, state, rate));
      rows.push(loads.map(({ row }) => row));
      notes.push(...loads.map(({ note }) => note));
      const mb = await residentMb(bot.pid);
      notes.push(
        `Bot, Redis ${state}: ${idleMb ?? '?'} MB resident before the first load, ${mb ?? '?'} MB after this one.`,
      );
    }
    return { rows, notes };
  } finally {
    await stand.stop();
  }
};

type Load = { row: Row; note: string };

const load = async (signal: AbortSignal, slack: LabSlack, url: string, state: State, rate: number): Promise<Load> => {
  const count = rate * (WARM_UP_SEC + MEASURED_SEC);
  const letters = Array.from({ length: count }, (_, index) =>
    slack.deliver.written({ channel: CHANNEL, user: `U${1000 + (index % PEOPLE)}`, text: textOf(index) }),
  );
  const before = answersIn(slack).length;
  const inChannel = () => answersIn(slack).slice(before);
  const { times, faults, lateMs } = await sent(signal, {
    url,
    gapMs: 1000 / rate,
    warmUp: rate * WARM_UP_SEC,
    letters: letters.map(({ body, headers }) => ({ body, headers })),
  });
  // A report is told in the channel, everything else to the asker alone, by the command's own way back.
  const answered = () => letters.filter(({ responseUrl }) => slack.usesOf(responseUrl) > 0).length + inChannel().length;
  const all = slack.until(() => answered() >= count, ANSWERED_WITHIN_MS).catch(() => {}); // the note says how many were not
  await unlessStopped(signal, all);

  const says = `ack, ${rate}/s, Redis ${state}`;
  const errors = Object.values(faults).reduce((sum, often) => sum + often, 0);
  const note = [
    `${says}: ${answered()} of ${count} commands were answered in Slack, ${inChannel().filter(isCheck).length} checks were run`,
    `the load was at most ${lateMs.toFixed(0)} ms behind its schedule`,
    ...Object.entries(faults).map(([fault, often]) => `${often} × ${fault}`),
  ].join('; ');
  return { row: { says, figures: figuresOf(times), errors, target: TARGET }, note: `${note}.` };
};

const isCheck = ({ versions: [first] }: LabMessage): boolean => first?.text.startsWith('Checking') === true;
