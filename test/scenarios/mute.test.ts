import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { timesOf } from '../../src/domain/maintenance.js';
import { Maintenance } from '../../src/domain/quiet.js';
import { seenIn } from '../../src/lab/slack/start-slack.js';
import type { LabMessage } from '../../src/lab/slack/workspace.js';
import { seenInTeams } from '../../src/lab/teams/words.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { type BothWhole, startBothWhole } from '../support/both-whole.js';
import { saidBy } from '../support/slack-whole.js';
import { saidInTeams } from '../support/teams-whole.js';

/** What is muted, accepted and in maintenance, through the built bot, in Slack and in Teams. */
vi.setConfig({ testTimeout: 180_000 });
const ILL = 'port-closed';
let test: BothWhole;
beforeAll(async () => {
  test = await startBothWhole({ scenarios: ['prod', ILL], operators: ['Olga'] });
}, 90_000);
afterAll(() => test?.stop());

const messages = () => test.slack.messages('C1').filter(({ file }) => file === null);
const type = async (text: string, user = 'U0OP') => {
  await test.slack.deliver.command({ channel: 'C1', user, text, trigger: `1.${Math.random()}` });
};
/** The message that everybody in the channel sees. */
const said = async (text: string): Promise<LabMessage> => {
  const before = messages().length;
  await type(text);
  return test.slack.until(() => {
    const message = messages()[before];
    return message && !saidBy(message).startsWith('Checking ') && message;
  }, 40_000);
};
/** What the asker alone is told. */
const told = async (text: string): Promise<string> => {
  const before = test.slack.toldTo('U0OP').length;
  await type(text);
  return JSON.stringify(await test.slack.until(() => test.slack.toldTo('U0OP')[before]));
};

const chat = () => test.teams.world.personalOf(test.operator('Olga'));
const cards = () => test.teams.saidByBot(chat());
const saidThere = async (text: string): Promise<string> => {
  const before = cards().length;
  await test.teams.deliver.say({ person: test.operator('Olga'), conversation: chat(), text });
  const message = await test.teams.until(() => {
    const found = cards()[before];
    return found && !/Checking /.test(saidInTeams(found)) && found;
  }, 40_000);
  return seenInTeams(message).replace(/\s+/g, ' ');
};

describe('in Slack', () => {
  it('a mute is told to everybody there; a check shows all and marks it, and a digest counts it', async () => {
    expect(saidBy(await said(`mute ${ILL} 2h because the switch is replaced`))).toMatch(
      /^port-closed is muted until .* by U0OP: because the switch is replaced\./,
    );
    const checked = seenIn(await said(`check ${ILL}`)).replace(/\s+/g, ' ');
    expect(checked).toMatch(/port-closed: \d+ problems?, /);
    expect(checked).toContain('[imap-port]');
    expect(checked).toMatch(/Muted until \d{4}-\d\d-\d\d \d\d:\d\d UTC by U0OP: because the switch is replaced\./);
    const digest = await told(`digest now ${ILL} prod`);
    expect(digest).toMatch(/0 of 2 need you · 1 unknown · 1 muted/);
    expect(digest).toMatch(/Muted until .* by U0OP: because the switch is replaced\. Critical: .*\[imap-port\]/);
  });

  it('what is accepted is called accepted and never healthy', async () => {
    expect(saidBy(await said(`unmute ${ILL}`))).toMatch(/^port-closed is not muted any more/);
    expect(await told(`digest now ${ILL}`)).toMatch(/1 of 1 needs you/);
    expect(saidBy(await said(`accept ${ILL} imap-port 30d because it is switched off next month`))).toMatch(
      /^Accepted until .* by U0OP: port-closed, imap-port, because it is switched off next month\./,
    );
    const digest = await told(`digest now ${ILL}`);
    expect(digest).toMatch(/0 of 1 need you · 1 accepted/);
    expect(digest).not.toMatch(/All clear|1 healthy/);
    expect(await told('targets')).toMatch(/imap-port: Accepted until .* by U0OP: because it is switched off/);
  });

  it('both survive a bot that is killed, and end when somebody says so', async () => {
    await said('mute prod 2h because the switch is replaced');
    process.kill(test.bot().pid, 'SIGKILL');
    await test.startBot();
    const listed = await told('mute list');
    expect(listed).toMatch(/prod: muted until .*because the switch is replaced/);
    expect(listed).toMatch(/port-closed, imap-port: accepted until .*because it is switched off/);
    expect(await told(`digest now ${ILL}`)).toMatch(/0 of 1 need you · 1 accepted/);
    await said('unmute prod');
    await said(`unaccept ${ILL} imap-port`);
    expect(await told(`digest now ${ILL}`)).toMatch(/1 of 1 needs you/);
  });

  it('nobody but an operator mutes anything', async () => {
    await type(`mute ${ILL} 2h because I may not`, 'U0NOBODY');
    const refusal = await test.slack.until(() => test.slack.toldTo('U0NOBODY')[0]);
    expect(saidBy(refusal)).toMatch(/no right/);
    expect(await told('mute list')).toMatch(/Nothing is muted/);
  });
});

it('in Teams the same is said', async () => {
  expect(await saidThere(`mute ${ILL} imap-port 2h because the switch is replaced`)).toMatch(
    /imap-port of port-closed is muted until .*: because the switch is replaced\./,
  );
  expect(await saidThere(`check ${ILL}`)).toMatch(
    /\[imap-port\].*Muted until .* UTC by [\w-]+: because the switch is replaced\./,
  );
  expect(await saidThere(`unmute ${ILL}`)).toMatch(
    /not muted as a whole\. What is: .?\/uccx unmute port-closed imap-port/,
  );
  expect(await saidThere(`unmute ${ILL} imap-port`)).toMatch(/imap-port of port-closed is not muted any more/);
});

it('a window is told at its beginning and its end, once each, where it was made', async () => {
  const made = saidBy(await said('maintenance prod 22:00 for 1h because patches'));
  expect(made).toMatch(/^Maintenance of prod from .* 22:00 to .* 23:00 UTC: m-\w{6}/);
  expect(await saidThere('maintenance prod 22:00 for 1h UTC because patches')).toMatch(
    /Maintenance of prod from .* UTC: m-/,
  );

  // Ten at night is far, and an hour long: its times are moved, and a window more makes the bot look.
  const { quiets } = redisStore({ redis: await test.redis.connect(), say: () => {} });
  const move = async (timesFor: () => object) => {
    for (const window of (await quiets.all()).filter(each => each.is === 'maintenance' && each.because === 'patches')) {
      const moved = Maintenance.parse({ ...window, times: { is: 'once', ...timesFor() } });
      const told = (await quiets.memory(moved.id))?.told ?? [];
      await quiets.remember(moved.id, { schedule: timesOf(moved), since: Date.now() - 600_000, told });
      await quiets.put(moved);
    }
    const text = `maintenance ${ILL} daily 03:00 for 1h UTC because it makes the bot look`;
    await test.slack.deliver.command({ channel: 'C2', user: 'U0OP', text, trigger: `1.${Math.random()}` });
  };
  const iso = (inMs: number) => new Date(Date.now() + inMs).toISOString();
  const [inSlack, inTeams] = [messages().length, cards().length];
  const begins = iso(1_000);
  await move(() => ({ from: begins, until: iso(3_600_000) }));
  const begun = await test.slack.until(() => messages()[inSlack], 40_000);
  expect(saidBy(begun)).toMatch(/^Maintenance of prod has begun, until .* UTC\./);
  expect(seenIn(begun)).toMatch(/by U0OP: because patches\./);
  await test.teams.until(() => cards()[inTeams], 40_000);
  expect(await told('digest now prod')).toMatch(/0 of 1 need you · 1 in maintenance/);
  await move(() => ({ from: begins, until: iso(1_000) }));
  const over = await test.slack.until(() => messages()[inSlack + 1], 40_000);
  expect(saidBy(over)).toMatch(/^Maintenance of prod is over, since .* UTC\./);
  await test.teams.until(() => cards()[inTeams + 1], 40_000);
  expect(cards().slice(inTeams).map(saidInTeams)).toEqual([
    expect.stringMatching(/Maintenance of prod has begun/),
    expect.stringMatching(/Maintenance of prod is over/),
  ]);
  expect(messages()).toHaveLength(inSlack + 2);
});
