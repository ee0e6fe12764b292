import type { LabTeamsMessage } from '../../src/lab/teams/messages.js';
import { type LabTeams, startTeams } from '../../src/lab/teams/start-teams.js';
import { seenInTeams } from '../../src/lab/teams/words.js';
import type { LabConversation, LabPerson } from '../../src/lab/teams/world.js';
import { freePort } from './free-port.js';
import { startTestWhole, type TestWhole } from './whole.js';

/** The whole bot with a Teams of the lab before it: real processes, real Redis, real HTTP in both directions, the real library. */
export type TeamsWhole = TestWhole & {
  teams: LabTeams;
  people: Record<'op' | 'run' | 'view' | 'member' | 'nobody', LabPerson>;
  places: Record<'general' | 'channel' | 'group', LabConversation>;
  /** The bot's chat with one person. */
  chatOf: (person: LabPerson) => LabConversation;
  /** Where signed requests go to. */
  url: string;
  /** The bot's message there that has become an answer, by default the first; without offers of files. */
  answer: (place: LabConversation, nth?: number) => Promise<LabTeamsMessage>;
  /** What the bot has said there, without offers of files. */
  words: (place: LabConversation) => LabTeamsMessage[];
};

type Given = {
  scenarios: readonly string[];
  again?: Readonly<Record<string, string>>;
  engine?: 'botbuilder' | 'agents';
  config?: object;
  env?: Record<string, string>;
};

/**
 * A team with a channel that everybody but `nobody` is in, a group chat of all, and a chat of the bot with each. `op` is operator, `run`
 * runner, `view` viewer by their Entra ids, `member` runner as a member of the team «Operations»; `nobody` has no role.
 */
export const startTeamsWhole = async ({ scenarios, again, engine, config, env }: Given): Promise<TeamsWhole> => {
  const teams = await startTeams();
  const { world } = teams;
  const person = (name: string) => world.addPerson(name);
  const people = {
    op: person('Olga Operator'),
    run: person('Rudi Runner'),
    view: person('Vera Viewer'),
    member: person('Mona Member'),
    nobody: person('Nora Nobody'),
  };
  const { op, run, view, member, nobody } = people;
  const { general } = world.addTeam('Contact Centre', [op, run, view, member, nobody]);
  const operations = world.addTeam('Operations', [op, member]).general;
  const channel = world.addChannel(general, 'uccx');
  const group = world.addGroup(Object.values(people));
  for (const place of [general, operations, group, ...Object.values(people).map(world.personalOf)])
    world.setInstalled(place, true);
  const port = await freePort();
  const url = `http://127.0.0.1:${port}/api/messages`;
  teams.deliver.to(url);
  const { loginUrl, openIdUrl } = teams.identity.authority;
  const whole = await startTestWhole({
    scenarios,
    ...(again ? { again } : {}),
    config: {
      teams: {
        appId: teams.appId,
        tenant: teams.tenant,
        password: 'env:TEAMS_SECRET',
        ...(engine ? { engine } : {}),
        lab: { loginUrl, openIdUrl, serviceUrl: teams.connector.serviceUrl },
      },
      listen: { port },
      access: [
        { role: 'operator', platform: 'console', users: ['local'] },
        { role: 'operator', platform: 'teams', users: [op.objectId] },
        { role: 'runner', platform: 'teams', users: [run.objectId] },
        { role: 'runner', platform: 'teams', groups: [operations.id] },
        { role: 'viewer', platform: 'teams', users: [view.objectId] },
      ],
      ...config,
    },
    env: { TEAMS_SECRET: teams.secret, ...env },
  }).catch(async error => {
    await teams.stop();
    throw error;
  });
  const words = (place: LabConversation) =>
    teams.saidByBot(place).filter(message => message.removedAt === null && !isOffer(message));
  return {
    ...whole,
    teams,
    people,
    places: { general, channel, group },
    chatOf: world.personalOf,
    url,
    words,
    answer: (place, nth = 0) =>
      teams.until(() => {
        const message = words(place)[nth];
        return message && !isRunning(message) && message;
      }),
    stop: async () => {
      await whole.stop();
      await teams.stop();
    },
  };
};

/** How a message reads now, its first line. */
export const saidInTeams = (message: LabTeamsMessage): string => seenInTeams(message).split('\n')[0] ?? '';

/** Also where the queue did not say whether it took the check: that shows later, in the same message. */
const isRunning = (message: LabTeamsMessage): boolean =>
  /Checking |not known whether the check/.test(saidInTeams(message));
const isOffer = ({ versions }: LabTeamsMessage): boolean =>
  versions.some(({ attachments }) => attachments.some(({ contentType }) => contentType.endsWith('file.consent')));
