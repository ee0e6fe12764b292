import type { LabActivity } from '../../src/lab/teams/activities.js';
import type { LabConversation, LabPerson } from '../../src/lab/teams/world.js';
import { figuresOf } from './figures.js';
import { residentMb } from './machine.js';
import type { Outcome, Row } from './row.js';
import { ANSWERED_WITHIN_MS, MEASURED_SEC, sent, TARGET, textOf, WARM_UP_SEC } from './sending.js';
import { openStand, type TeamsEngineName, type TeamsStand } from './stand.js';
import { unlessStopped } from './stopping.js';

const RATE = 50;
const COUNT = RATE * (WARM_UP_SEC + MEASURED_SEC);

/** How fast a message and a click in Teams are answered, while the bot works on all of them. */
export const benchTeamsAck = async (signal: AbortSignal, engine: TeamsEngineName): Promise<Outcome> => {
  const stand = await openStand(signal, { engine });
  try {
    const [bot, worker] = [stand.startBot(), stand.startWorker()];
    const [ready] = await unlessStopped(signal, Promise.all([bot.ready, worker.ready]));
    const url = `${ready.teams}/api/messages`;
    const teams = stand.teams as TeamsStand;
    const idleMb = await residentMb(bot.pid);
    const messages = await load(signal, teams, url, `ack, Teams by ${engine}, message, ${RATE}/s`, messageOf);
    const clicks = await load(signal, teams, url, `ack, Teams by ${engine}, click, ${RATE}/s`, clickOf);
    const mb = await residentMb(bot.pid);
    return {
      rows: [messages.row, clicks.row],
      notes: [
        messages.note,
        clicks.note,
        `Bot, Teams by ${engine}: ${idleMb ?? '?'} MB resident before the first load, ${mb ?? '?'} MB after the last.`,
      ],
    };
  } finally {
    await stand.stop();
  }
};

type Compose = (
  teams: TeamsStand,
  at: { person: LabPerson; conversation: LabConversation },
  text: string,
) => LabActivity;

const messageOf: Compose = ({ lab }, at, text) => lab.deliver.compose('message', at, { text, textFormat: 'plain' });

/** On the first message that the bot has posted there. */
const clickOf: Compose = ({ lab }, at, text) =>
  lab.deliver.compose('invoke', at, {
    name: 'adaptiveCard/action',
    replyToId: lab.saidByBot(at.conversation)[0]?.id ?? '1:gone',
    value: { action: { type: 'Action.Execute', verb: 'ask', data: { uccx: 'ask', id: 'bench', command: text } } },
  });

const load = async (signal: AbortSignal, teams: TeamsStand, url: string, says: string, compose: Compose) => {
  const { lab, people } = teams;
  const letters = await Promise.all(
    Array.from({ length: COUNT }, async (_, index) => {
      const person = people[index % people.length] as LabPerson;
      const at = { person, conversation: lab.world.personalOf(person) };
      const activity = compose(teams, at, textOf(index));
      const authorization = (await lab.identity.headerFor(activity.serviceUrl)) ?? '';
      return { body: JSON.stringify(activity), headers: { 'content-type': 'application/json', authorization } };
    }),
  );
  const before = callsOf(teams);
  const { times, faults, lateMs } = await sent(signal, {
    url,
    gapMs: 1000 / RATE,
    warmUp: RATE * WARM_UP_SEC,
    letters,
  });
  // Each is answered by at least one call: a message that is posted, or the one of the button that is edited.
  const all = lab.until(() => callsOf(teams) - before >= COUNT, ANSWERED_WITHIN_MS).catch(() => {}); // the note says how many were not
  await unlessStopped(signal, all);

  const errors = Object.values(faults).reduce((sum, often) => sum + often, 0);
  const note = [
    `${says}: ${COUNT} were sent, ${callsOf(teams) - before} times the bot posted or edited something`,
    `the load was at most ${lateMs.toFixed(0)} ms behind its schedule`,
    ...Object.entries(faults).map(([fault, often]) => `${often} × ${fault}`),
  ].join('; ');
  const row: Row = { says, figures: figuresOf(times), errors, target: TARGET };
  return { row, note: `${note}.` };
};

const callsOf = ({ lab }: TeamsStand): number =>
  lab.calls.filter(({ operation }) => ['send', 'reply', 'update'].includes(operation)).length;
