import { describe, expect, it } from 'vitest';
import { hearClick, hearCommand, hearEvent } from '../../src/chat/slack/incoming.js';
import { hearActivity } from '../../src/chat/teams/incoming.js';
import { Grant, type Role } from '../../src/domain/access.js';
import { Digest } from '../../src/domain/digest.js';
import { runIdOf } from '../../src/domain/ids.js';
import { Quiet } from '../../src/domain/quiet.js';
import { Report } from '../../src/domain/report.js';
import { Wants } from '../../src/domain/request.js';
import { Site } from '../../src/domain/target.js';
import { Watch } from '../../src/domain/watching.js';
import { parseCommand } from '../../src/intake/command.js';
import { makeIntake } from '../../src/intake/intake.js';
import type { Messenger, Question } from '../../src/intake/ports.js';
import { probes } from '../../src/probes/index.js';
import { rules } from '../../src/rules/index.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import type { View } from '../../src/view/view.js';
import { mailTarget } from '../support/build.js';

/** Every command × every role × every way in × every kind of place. Whatever is added to `Wants` needs its line here. */
const CONSENT = 'sla-consent-1';
type Row = { says: string; needs: Role };
const COMMANDS: Record<Wants['do'], Row> = {
  help: { says: 'help', needs: 'viewer' },
  targets: { says: 'targets', needs: 'viewer' },
  sites: { says: 'sites', needs: 'viewer' },
  last: { says: 'last prod', needs: 'viewer' },
  history: { says: 'history prod 7d', needs: 'viewer' },
  explain: { says: 'explain imap-login', needs: 'viewer' },
  stop: { says: 'stop prod', needs: 'viewer' },
  cancel: { says: `cancel prod ${CONSENT}`, needs: 'viewer' },
  'digest-list': { says: 'digest list', needs: 'viewer' },
  'digest-now': { says: 'digest now', needs: 'viewer' },
  'digest-table': { says: 'digest table', needs: 'viewer' },
  'watch-list': { says: 'watch list', needs: 'viewer' },
  'quiet-list': { says: 'mute list', needs: 'viewer' },
  check: { says: 'check prod', needs: 'runner' },
  fix: { says: 'fix prod', needs: 'runner' },
  read: { says: 'read prod\nsome words', needs: 'runner' },
  'forget-read': { says: 'read prod --forget', needs: 'runner' },
  confirm: { says: `confirm prod ${CONSENT}`, needs: 'operator' },
  reads: { says: 'reads', needs: 'operator' },
  audit: { says: 'audit', needs: 'operator' },
  digest: { says: 'digest daily 08:00', needs: 'operator' },
  'digest-off': { says: 'digest off d-other', needs: 'operator' },
  mute: { says: 'mute prod 2h because it is known', needs: 'operator' },
  unmute: { says: 'unmute prod', needs: 'operator' },
  accept: { says: 'accept prod imap-login until 2026-12-01 because it is known', needs: 'operator' },
  unaccept: { says: 'unaccept prod imap-login', needs: 'operator' },
  maintenance: { says: 'maintenance prod 22:00 for 2h because of work', needs: 'operator' },
  'maintenance-off': { says: 'maintenance off m-other', needs: 'operator' },
  watch: { says: 'watch prod every 5m', needs: 'operator' },
  'watch-off': { says: 'watch off w-other', needs: 'operator' },
};
/** What a word more makes of a command. */
const DEARER: Row[] = ['--deep', '--loop', '--login-anyway'].map(flag => ({
  says: `check prod ${flag}`,
  needs: 'operator',
}));
const ROWS: Row[] = [...Object.values(COMMANDS), ...DEARER];

const PLACES = ['ops', 'open', 'direct'] as const;
type Place = (typeof PLACES)[number];
const PEOPLE: Record<string, Record<Place, Role | null>> = {
  nobody: { ops: null, open: 'viewer', direct: null },
  viewer: { ops: 'viewer', open: 'viewer', direct: 'viewer' },
  runner: { ops: 'runner', open: 'runner', direct: 'runner' },
  operator: { ops: 'operator', open: 'operator', direct: 'operator' },
  'operator-here': { ops: 'operator', open: 'viewer', direct: null },
};

type Asked = Pick<Question, 'run' | 'by' | 'fromButton'> & { text: string };
type Way = {
  platform: 'slack' | 'teams' | 'console';
  name: string;
  ask: (text: string, user: string, place: Place, n: number) => Asked | null;
};

const SLACK: Record<Place, string> = { ops: 'C0OPS', open: 'C0OPEN', direct: 'D0DIRECT' };
const TEAMS: Record<Place, string> = { ops: '19:ops@thread', open: '19:open@thread', direct: 'a:direct' };
const slackHeard = (heard: ReturnType<typeof hearCommand>): Asked | null =>
  heard && {
    run: heard.run,
    by: { platform: 'slack', user: heard.user, groups: [], channel: heard.channel },
    text: heard.text,
    ...(heard.button ? { fromButton: true } : {}),
  };
const teamsHeard = (activity: object): Asked | null => {
  const incoming = hearActivity(activity);
  if (incoming.is !== 'question' && incoming.is !== 'click') return null;
  const { run, handle, channel, text, button } = incoming.heard;
  const by = { platform: 'teams', user: handle.user ?? '', groups: [], channel };
  return { run, by, text, ...(button ? { fromButton: true } : {}) };
};
const clock = { now: () => Date.parse('2026-11-21T08:00:00.000Z') };
const slackEvent = (text: string, user: string, place: Place, n: number, more: object = {}) => ({
  event_id: `Ev${n}`,
  team_id: 'T1',
  event: {
    type: place === 'direct' ? 'message' : 'app_mention',
    ...(place === 'direct' ? { channel_type: 'im' } : {}),
    user,
    channel: SLACK[place],
    text: place === 'direct' ? text : `<@UBOT> ${text}`,
    ts: '1.1',
    ...more,
  },
});
const slackClick = (text: string, user: string, place: Place, n: number) => ({
  type: 'block_actions',
  user: { id: user, team_id: 'T1' },
  channel: { id: SLACK[place] },
  container: { type: 'message', message_ts: '1.1' },
  response_url: 'https://hooks.slack.com/actions/x',
  actions: [{ action_id: 'a', value: text, action_ts: `${n}.1` }],
});
const activity = (user: string, place: Place, n: number, more: object) => ({
  id: `act-${n}`,
  channelId: 'msteams',
  serviceUrl: 'https://smba.example.net/',
  from: { id: `29:${user}`, aadObjectId: user },
  recipient: { id: '28:bot' },
  conversation: {
    id: TEAMS[place],
    conversationType: place === 'direct' ? 'personal' : 'channel',
    tenantId: 'tenant',
  },
  ...more,
});
const mention = { type: 'mention', text: '<at>Bot</at>', mentioned: { id: '28:bot' } };

const WAYS: Way[] = [
  {
    platform: 'slack',
    name: 'command',
    ask: (text, user, place, n) => {
      const body = { team_id: 'T1', user_id: user, channel_id: SLACK[place], text, trigger_id: `${n}.t` };
      return slackHeard(hearCommand({ ...body, response_url: 'https://hooks.slack.com/commands/x' }, clock));
    },
  },
  { platform: 'slack', name: 'message', ask: (...given) => slackHeard(hearEvent(slackEvent(...given), 'UBOT')) },
  { platform: 'slack', name: 'button', ask: (...given) => slackHeard(hearClick(slackClick(...given), clock)) },
  {
    platform: 'teams',
    name: 'message',
    ask: (text, user, place, n) => {
      const said = place === 'direct' ? { text } : { text: `<at>Bot</at> ${text}`, entities: [mention] };
      return teamsHeard(activity(user, place, n, { type: 'message', ...said }));
    },
  },
  {
    platform: 'teams',
    name: 'button',
    ask: (text, user, place, n) => {
      const data = { uccx: 'ask', id: 'a', command: text };
      const value = { action: { type: 'Action.Execute', data } };
      return teamsHeard(
        activity(user, place, n, { type: 'invoke', name: 'adaptiveCard/action', replyToId: 'm', value }),
      );
    },
  },
  {
    platform: 'teams',
    name: 'button of an older client',
    ask: (text, user, place, n) => {
      const value = { uccx: 'ask', id: 'a', command: text };
      return teamsHeard(activity(user, place, n, { type: 'message', replyToId: 'm', value }));
    },
  },
  {
    platform: 'console',
    name: 'page',
    ask: (text, user, place, n) =>
      place === 'direct'
        ? { run: runIdOf('console', String(n)), by: { platform: 'console', user, groups: [], channel: null }, text }
        : null,
  },
];

/** An intake on which everything stands that a command may be about, made by somebody else. */
const bot = (platform: Way['platform']) => {
  const said: { view: View; alone: boolean }[] = [];
  const channels = { slack: SLACK, teams: TEAMS, console: SLACK }[platform];
  const grant = (role: Role, more: object) => Grant.parse({ role, platform, ...more });
  const store = memoryStore(clock);
  const target = mailTarget({ id: 'prod' });
  const maker = { platform, user: 'maker', groups: [], channel: channels.ops };
  const to = { is: 'named', platform, name: 'elsewhere' } as const;
  const until = '2026-12-01T00:00:00.000Z';
  const made = { because: 'known', at: '2026-11-20T00:00:00.000Z', by: maker };
  const finding = { rule: 'imap-login', severity: 'critical', certainty: 'proven', says: 'it is refused' };
  let laid = 0;
  const messenger: Messenger = {
    post: async (at, view) => {
      said.push({ view, alone: false });
      return at;
    },
    edit: async (at, view) => {
      said.push({ view, alone: false });
      return at;
    },
    tell: async (_, view) => void said.push({ view, alone: true }),
    link: async () => null,
    lasting: at => at,
    zoneOf: async () => 'UTC',
  };
  const intake = makeIntake({
    ...store,
    clock,
    targets: [target],
    sites: [Site.parse({ id: 'hq', vantages: ['uccx-side', 'agent-side', 'exchange-side'] })],
    grants: [
      ...(['viewer', 'runner', 'operator'] as const).map(role => grant(role, { users: [role] })),
      grant('operator', { users: ['maker'] }),
      grant('operator', { users: ['operator-here'], channels: [channels.ops] }),
      grant('viewer', { channels: [channels.open] }),
    ],
    cards: probes,
    rules,
    deadlineMs: 25_000,
    messenger: () => messenger,
    audit: { note: async () => {}, since: async () => ({ entries: [], more: false }) },
    standing: {
      heartbeats: store.heartbeats,
      backlog: async () => ({ waiting: 0, underWay: 0, oldestAt: null }),
      version: '1',
    },
    submit: async () => void laid++,
    follow: () => {},
    digest: { digests: store.digests, configured: [], zone: 'UTC', reschedule: async () => {} },
    quiet: { quiets: store.quiets, configured: [], zone: 'UTC', reschedule: async () => {} },
    watch: { watches: store.watches, configured: [], zone: 'UTC', reschedule: async () => {} },
    reading: { readings: store.readings, evidenceHours: 0, maxBytes: 1e6, maxFiles: 3, onUpload: () => {} },
    onTrouble: error => {
      throw error;
    },
  });
  return { said, asks, state };

  async function asks({ run, by, text, fromButton }: Asked): Promise<View | undefined> {
    await stand();
    said.length = 0;
    laid = 0;
    await intake.ask({ run, by, to: { platform, handle: {} }, text, ...(fromButton ? { fromButton } : {}) });
    return said[0]?.view;
  }

  /** How it is when nobody has done anything, once it was asked for. */
  async function state(): Promise<string> {
    if (said.length === 0) await stand();
    const { digests, quiets, watches } = store;
    return JSON.stringify([laid, await digests.all(), await quiets.all(), await watches.all()]);
  }

  async function stand(): Promise<void> {
    await store.claims.release(target.id, (await store.claims.holder(target.id))?.run ?? runIdOf('x', 'y'));
    for (const { id } of await store.quiets.all()) await store.quiets.drop(id);
    for (const { id } of await store.digests.all()) await store.digests.drop(id);
    for (const { id } of await store.watches.all()) await store.watches.drop(id);
    await store.digests.put(
      Digest.parse({
        id: 'd-other',
        when: { is: 'cron', pattern: '0 8 * * *' },
        zone: 'UTC',
        targets: ['prod'],
        onlyChanges: false,
        to,
        by: maker,
      }),
    );
    await store.watches.put(
      Watch.parse({
        id: 'w-other',
        everyMs: 300_000,
        zone: 'UTC',
        targets: ['prod'],
        patience: { breaksAfter: 3, recoversAfter: 2, flapsAfter: 6, remindsAfterMs: null },
        to,
        by: maker,
      }),
    );
    await store.quiets.put(Quiet.parse({ is: 'mute', id: 'mute:x', ...made, target: 'prod', rule: null, until }));
    await store.quiets.put(
      Quiet.parse({
        is: 'acceptance',
        id: 'accept:x',
        ...made,
        target: 'prod',
        until,
        finding: { ...finding, about: 'x' },
      }),
    );
    await store.quiets.put(
      Quiet.parse({
        is: 'maintenance',
        id: 'm-other',
        ...made,
        targets: ['prod'],
        times: { is: 'once', from: '2026-11-21T09:00:00.000Z', until: '2026-11-21T10:00:00.000Z' },
        zone: 'UTC',
        to: null,
      }),
    );
    if (!(await store.history.last(target.id))) await store.history.put(REPORT);
  }
};
const REPORT = Report.parse({
  schema: 1,
  run: 'sla-before',
  target: 'prod',
  startedAt: '2026-11-21T07:00:00.000Z',
  finishedAt: '2026-11-21T07:00:03.000Z',
  plan: { target: 'prod', orders: [], uncovered: [], leftOut: [], legs: ['imap'] },
  verdicts: [],
  observations: [],
});

/** Of every way in each command by somebody who may and by somebody who may not; all people in all places by one way. */
const EDGES = ['nobody direct', 'viewer ops', 'runner direct', 'operator ops', 'operator-here open'];

const RANK: readonly (Role | null)[] = [null, 'viewer', 'runner', 'operator'];
const may = (has: Role | null, needs: Role): boolean => RANK.indexOf(has) >= RANK.indexOf(needs);
const isRefusal = (view: View | undefined): boolean => /no right to/.test(view?.headline ?? '');

describe('the table of commands', () => {
  const known = { targets: [mailTarget({ id: 'prod' })], rules: rules.map(({ id }) => id) };
  it('has every command, each by words that mean it', () => {
    expect(Object.keys(COMMANDS).sort()).toEqual(Wants.options.map(option => option.shape.do.value).sort());
    for (const [verb, { says }] of Object.entries(COMMANDS))
      expect(parseCommand(says, known), says).toMatchObject({ is: 'wants', wants: { do: verb } });
  });
});

describe.each(WAYS)('on $platform by $name', ({ platform, name, ask }) => {
  const isWhole = name === 'command' || platform === 'console';
  it('each person may do what their role there allows, and leaves everything as it was where it does not', async () => {
    const wrong: string[] = [];
    let cells = 0;
    const { asks, state } = bot(platform);
    const untouched = await state();
    for (const [user, roles] of Object.entries(PEOPLE))
      for (const place of PLACES)
        for (const { says, needs } of isWhole || EDGES.includes(`${user} ${place}`) ? ROWS : []) {
          const asked = ask(says, user, place, ++cells);
          if (!asked) continue;
          const has = platform === 'console' && user === 'nobody' ? null : roles[place];
          const view = await asks(asked);
          const cell = `${user} (${has}) in ${place}: ${says}: ${view?.headline}`;
          if (isRefusal(view) === may(has, needs)) wrong.push(cell);
          if (!may(has, needs)) {
            if ((await state()) !== untouched) wrong.push(`${cell}: it changed something`);
          }
        }
    expect(wrong).toEqual([]);
  });

  it('help names what that person may do there, and nothing else', async () => {
    const { asks } = bot(platform);
    const known = { targets: [mailTarget({ id: 'prod' })], rules: rules.map(({ id }) => id) };
    const verbs = (rows: readonly Row[]) => [...new Set(rows.map(({ says }) => says.split(/\s/)[0] as string))];
    let n = 50_000;
    for (const [user, roles] of Object.entries(PEOPLE))
      for (const place of PLACES) {
        const asked = ask('help', user, place, ++n);
        const has = roles[place];
        if (!asked || has === null) continue;
        const lines = (await asks(asked))?.sections.flatMap(section => section.lines.map(line => line.text)) ?? [];
        const named = lines.map(line => line.split(' – ')[0]?.replaceAll('`', '') ?? '');
        for (const command of named) {
          const parsed = parseCommand(command, known);
          if (parsed.is !== 'wants') throw new Error(`help names ${command}: ${parsed.says}`);
          const { wants } = parsed;
          const dear = DEARER.find(({ says }) => command.includes(says.slice('check prod '.length)));
          expect(may(has, (dear ?? COMMANDS[wants.do]).needs), `${user} in ${place}: ${command}`).toBe(true);
        }
        const said = lines.join('\n');
        const allowed = ROWS.filter(({ needs, says }) => may(has, needs) && !/^(?:confirm|cancel) /.test(says));
        expect(
          verbs(allowed).filter(verb => !new RegExp(`\\b${verb}\\b`).test(said)),
          `${user} in ${place}`,
        ).toEqual([]);
      }
  });
});

describe('nobody asks by', () => {
  const slack = (more: object) => () => hearEvent(slackEvent('check prod', 'operator', 'direct', 1, more), 'UBOT');
  const teams = (more: object) => () => {
    const heard = hearActivity(activity('operator', 'direct', 1, { type: 'message', text: 'check prod', ...more }));
    return heard.is === 'question' || heard.is === 'click' ? heard : null;
  };
  it.each<[string, () => unknown]>([
    ...[
      'message_changed',
      'message_deleted',
      'thread_broadcast',
      'bot_message',
      'channel_join',
      'me_message',
      'reply_broadcast',
      'file_share',
    ].map((subtype): [string, () => unknown] => [`a ${subtype} in Slack`, slack({ subtype })]),
    ['an edit in Slack', slack({ edited: { user: 'operator', ts: '1.2' } })],
    ['a bot in Slack', slack({ bot_id: 'B1' })],
    ['the profile of a bot in Slack', slack({ bot_profile: { id: 'B1' } })],
    ['a hidden message in Slack', slack({ hidden: true })],
    ['the bot itself in Slack', slack({ user: 'UBOT' })],
    [
      'a message in a channel of Slack that is not to the bot',
      () =>
        hearEvent(slackEvent('check prod', 'operator', 'ops', 1, { type: 'message', channel_type: 'channel' }), 'UBOT'),
    ],
    [
      'a button of a message that only its reader sees',
      () =>
        hearClick(
          {
            ...slackClick('check prod', 'operator', 'ops', 1),
            container: { type: 'message', message_ts: '1.1', is_ephemeral: true },
          },
          clock,
        ),
    ],
    ...[
      'messageUpdate',
      'messageDelete',
      'messageReaction',
      'event',
      'typing',
      'conversationUpdate',
      'endOfConversation',
    ].map((type): [string, () => unknown] => [`${type} in Teams`, teams({ type })]),
    ['a bot in Teams', teams({ from: { id: '28:other' } })],
    ['what calls itself a bot in Teams', teams({ from: { id: '29:x', role: 'bot' } })],
    [
      'a message in a channel of Teams that is not to the bot',
      () => {
        const heard = hearActivity(activity('operator', 'ops', 1, { type: 'message', text: 'check prod' }));
        return heard.is === 'nothing' ? null : heard;
      },
    ],
  ])('%s', (_, hear) => {
    expect(hear()).toBeNull();
  });
  it('…while the same by a person is a question', () => {
    expect(slack({})()).toMatchObject({ text: 'check prod' });
    expect(teams({})()).toMatchObject({ heard: { text: 'check prod' } });
  });
});
