import { httpFront } from '../../../src/chat/http.js';
import type { Log } from '../../../src/chat/log.js';
import { teamsAdapter } from '../../../src/chat/teams/adapter.js';
import { addressOf, type Scope } from '../../../src/chat/teams/address.js';
import { TeamsConfig } from '../../../src/chat/teams/config.js';
import type { Unanswered } from '../../../src/chat/unanswered.js';
import type { Clock } from '../../../src/domain/clock.js';
import type { ReplyAddress } from '../../../src/domain/request.js';
import type { Intake, Question } from '../../../src/intake/ports.js';
import { type LabTeams, startTeams } from '../../../src/lab/teams/start-teams.js';
import type { LabConversation, LabPerson } from '../../../src/lab/teams/world.js';
import { memoryStore } from '../../../src/store/memory/memory-store.js';
import type { Section, View } from '../../../src/view/view.js';

/** Keeps what was logged, so that a test can look for it (and for secrets that must not be there). */
const keptLog = (): Log & { lines: string[] } => {
  const lines: string[] = [];
  const write = (level: string) => (facts: object, says: string) =>
    void lines.push(`${level} ${says} ${JSON.stringify(facts)}`);
  return { lines, info: write('info'), warn: write('warn'), error: write('error') };
};

export const ENGINES = ['botbuilder', 'agents'] as const;
type Engine = (typeof ENGINES)[number];

const configOf = (teams: LabTeams, engine: Engine = 'botbuilder'): TeamsConfig =>
  TeamsConfig.parse({
    appId: teams.appId,
    tenant: teams.tenant,
    password: 'env:TEAMS_SECRET',
    engine,
    lab: {
      loginUrl: teams.identity.authority.loginUrl,
      openIdUrl: teams.identity.authority.openIdUrl,
      serviceUrl: teams.connector.serviceUrl,
    },
  });

/** Writes down what it is asked; `work` stands for whatever a real intake does meanwhile. */
const recorder = (work: (question: Question) => Promise<unknown> = async () => undefined) => {
  const asked: Question[] = [];
  const waiting: { count: number; resolve: () => void }[] = [];
  const intake: Intake = {
    ask: async question => {
      asked.push(question);
      for (const each of waiting) if (asked.length >= each.count) each.resolve();
      return (await work(question)) === 'open' ? 'open' : 'done';
    },
  };
  const until = (count: number) =>
    asked.length >= count ? Promise.resolve() : new Promise<void>(resolve => void waiting.push({ count, resolve }));
  return { intake, asked, until };
};

export type Rig = Awaited<ReturnType<typeof startBot>>;

/** The bot before a lab tenant: a team with two channels, a group chat, and personal chats of Ann and Bob; Eve is of another tenant. */
export const startBot = async (
  given: {
    engine?: Engine;
    work?: (question: Question) => Promise<unknown>;
    groups?: (team: LabConversation) => readonly string[];
    now?: () => number;
    unanswered?: Unanswered;
  } = {},
) => {
  const { engine = 'botbuilder', work, now = Date.now } = given;
  const clock: Clock = { now };
  const teams = await startTeams({ now });
  const { world } = teams;
  const [ann, bob, carl] = ['Ann Admin', 'Bob Browser', 'Carl Caller'].map(name => world.addPerson(name)) as [
    LabPerson,
    LabPerson,
    LabPerson,
  ];
  const eve = world.addPerson('Eve Elsewhere', { tenant: '99999999-9999-4999-8999-999999999999' });
  const { general } = world.addTeam('Contact Centre', [ann, bob]);
  const channel = world.addChannel(general, 'uccx');
  const group = world.addGroup([ann, bob]);
  const chat = world.personalOf(ann);
  for (const place of [general, group, chat, world.personalOf(bob)]) world.setInstalled(place, true);
  const log = keptLog();
  const { intake, asked, until } = recorder(work);
  let ailing = (): string | null => 'starting';
  const http = httpFront({ host: '127.0.0.1', port: 0, ailing: () => ailing(), log });
  const { port } = await http.start();
  const store = memoryStore(clock);
  const adapter = teamsAdapter({
    config: configOf(teams, engine),
    secrets: async () => teams.secret,
    env: {},
    intake,
    teams: given.groups?.(general) ?? [],
    conversations: store.conversations,
    parcels: store.parcels,
    clock,
    log,
    http,
    ...(given.unanswered ? { unanswered: given.unanswered } : {}),
  });
  ailing = adapter.ailing;
  await adapter.start();
  const url = `http://127.0.0.1:${port}/api/messages`;
  teams.deliver.to(url);
  return {
    teams,
    people: { ann, bob, carl, eve },
    places: { general, channel, group, chat },
    store,
    log,
    asked,
    until,
    adapter,
    messenger: adapter.messenger,
    url,
    /** As the adapter makes it of a question of Ann's there. */
    addressIn: (place: LabConversation, message: string | null = null, thread?: string): ReplyAddress =>
      addressOf({
        serviceUrl: teams.connector.serviceUrl,
        tenant: teams.tenant,
        conversation: thread ? `${place.id};messageid=${thread}` : place.id,
        scope: place.kind as Scope,
        user: ann.objectId,
        account: ann.id,
        message,
      }),
    stop: async () => {
      await adapter.stop();
      await http.stop();
      await teams.stop();
    },
  };
};

export const runningView: View = {
  tone: 'running',
  headline: 'Checking branch …',
  sections: [],
  footer: '',
  file: 'uccx-progress',
};
export const section = (more: Partial<Section>): Section => ({
  tone: 'plain',
  title: '',
  lines: [],
  commands: [],
  detail: false,
  ...more,
});
export const resultView = (...sections: Section[]): View => ({
  tone: 'healthy',
  headline: 'branch: healthy. 12 questions asked, nothing wrong was seen.',
  sections,
  footer: 'Seen from hq.',
  file: 'uccx-branch',
});
