import { setTimeout as wait } from 'node:timers/promises';
import { saidBy } from '../support/slack-whole.js';
import { saidInTeams } from '../support/teams-whole.js';
import type { ChaosWorld } from './world.js';

/** One question of one person, in a place where nothing else is asked: whatever stands there answers it. */
export type Asked = {
  id: number;
  target: string;
  round: number;
  /** The bot has said that it heard it; null while that is tried. */
  isTaken: boolean | null;
  /** The channel or conversation, as the platform names it. */
  place: string;
  /** How often the bot was killed when a message stood here whose place it had not noted: so many more may stand here. */
  unnoted: number;
  /** What stands there now. */
  look: () => Seen;
};
/** `answers` in words, also those for the asker alone; `waits` are messages that still say that a check is, or may be, under way. */
export type Seen = { answers: string[]; waits: number };

export const isAnswered = ({ look }: Asked): boolean => look().answers.length > 0;

/** As long as Slack waits for a word, and then it comes again; sooner than Slack does, for a run does not last for hours. */
const PATIENCE_MS = 3_000;
const AGAIN_AFTER_MS = [100, 300, 1_000, 2_000, 3_000, 5_000, 8_000, 10_000, 15_000, 15_000];

/** People who ask in Slack and Teams. `taken` settles when the bot has heard it, or after a minute in which it has not. */
export const asker = (world: ChaosWorld) => {
  const all: Asked[] = [];
  const people = [...world.people];
  const users = [...world.users];
  world.teams.connector.setWaits({ invoke: PATIENCE_MS, message: PATIENCE_MS });

  return { all, ask };

  function ask(target: string, round: number): { asked: Asked; taken: Promise<void> } {
    const id = all.length;
    const person = id % 3 === 0 ? people.shift() : undefined;
    const nothing: Seen = { answers: [], waits: 0 };
    const asked: Asked = { id, target, round, isTaken: null, place: '', unnoted: 0, look: () => nothing };
    all.push(asked);
    const once = person ? inTeams(asked, person) : inSlack(asked, users.shift() as string);
    return { asked, taken: untilTaken(asked, once) };
  }

  function inSlack(asked: Asked, user: string): () => Promise<boolean> {
    const { slack } = world;
    const channel = `CASK${asked.id}`;
    slack.addChannel(channel);
    asked.place = channel;
    asked.look = () => {
      const shown = [...slack.messages(channel), ...slack.messages(slack.directOf(user)), ...slack.toldTo(user)];
      return seen(shown.filter(({ file }) => file === null).map(saidBy));
    };
    const event = `Ev${asked.id}`;
    return async () => {
      const said = slack.deliver.mention({ channel, user, text: `check ${asked.target}`, event });
      said.catch(() => {});
      return (await Promise.race([said, wait(PATIENCE_MS, null)]))?.status === 200;
    };
  }

  function inTeams(asked: Asked, person: (typeof people)[number]): () => Promise<boolean> {
    const { teams } = world;
    const place = teams.world.personalOf(person);
    asked.place = place.id;
    asked.look = () => seen(teams.saidByBot(place).filter(isWords).map(saidInTeams));
    let before: Awaited<ReturnType<typeof teams.deliver.say>> | undefined;
    return async () => {
      if (before) {
        // Heard before, and only its answer was lost: nobody is heard twice.
        const { status } = await teams.deliver.again(before);
        return status === 200 || status === 202 || status === 403;
      }
      before = await teams.deliver.say({ person, conversation: place, text: `check ${asked.target}` });
      return before.status === 200 || before.status === 202;
    };
  }
};
export type Asker = ReturnType<typeof asker>;

const untilTaken = async (asked: Asked, once: () => Promise<boolean>): Promise<void> => {
  for (const pauseMs of [...AGAIN_AFTER_MS, 0]) {
    if (await once().catch(() => false)) {
      asked.isTaken = true;
      return;
    }
    await wait(pauseMs);
  }
  asked.isTaken = false;
};

const seen = (said: readonly string[]): Seen => {
  const answers = said.filter(words => !/Checking |not known whether the check/.test(words));
  return { answers, waits: said.length - answers.length };
};

type TeamsMessage = ReturnType<ChaosWorld['teams']['saidByBot']>[number];
const isWords = ({ removedAt, versions }: TeamsMessage): boolean =>
  removedAt === null &&
  !versions.some(({ attachments }) => attachments.some(({ contentType }) => contentType.endsWith('file.consent')));
