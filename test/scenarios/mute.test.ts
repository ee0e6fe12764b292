import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { keyFile, readKeyFile } from '../../src/config/key-folder.js';
import { timesOf } from '../../src/domain/maintenance.js';
import { Maintenance } from '../../src/domain/quiet.js';
import { seenIn } from '../../src/lab/slack/start-slack.js';
import type { LabMessage } from '../../src/lab/slack/workspace.js';
import { seenInTeams } from '../../src/lab/teams/words.js';
import { signWords } from '../../src/signing/signed.js';
import { redisStore } from '../../src/store/redis/redis-store.js';
import { type BothWhole, startBothWhole } from '../support/both-whole.js';
import { saidBy } from '../support/slack-whole.js';
import { saidInTeams } from '../support/teams-whole.js';
import { untilAnswered } from '../support/whole.js';

/** What is muted, accepted and in maintenance, through the built bot, in Slack and in Teams. */
vi.setConfig({ testTimeout: 180_000 });
const ILL = 'port-closed';
let test: BothWhole;
beforeAll(async () => {
  test = await startBothWhole({ scenarios: ['prod', ILL], operators: ['Olga'] });
});
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
  });
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
  });
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
    // Killed while it still has the question, its successor would answer it once more.
    await untilAnswered(test);
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

  it('the buttons of a result: «Explain» answers its reader alone, «Mute…» asks and then tells everybody', async () => {
    const result = await said(`last ${ILL}`);
    const [before, shown] = [test.slack.toldTo('U0OP').length, messages().length];
    await test.slack.deliver.click({ user: 'U0OP', message: result, label: 'Explain' });
    const explained = await test.slack.until(() => test.slack.toldTo('U0OP')[before]);
    expect(saidBy(explained)).toMatch(/^imap-port: /);
    await test.slack.deliver.click({ user: 'U0OP', message: result, label: 'Mute…' });
    const form = await test.slack.until(() => test.slack.views('U0OP')[0]);
    const reason = 'the switch <!channel> *is* replaced & so on';
    await test.slack.deliver.submit({ view: form, fill: { What: `imap-port of ${ILL}`, Why: reason } });
    const muted = await test.slack.until(() => messages()[shown]);
    expect(saidBy(muted)).toMatch(/^imap-port of port-closed is muted until .* by U0OP: because /);
    expect(seenIn(muted)).toContain(`because ${reason}.`); // as text elements, so it calls nobody
    expect(JSON.stringify(muted.versions)).not.toContain('"broadcast"');
    expect(muted.versions[0]?.text).not.toContain('<!channel>');
    expect(await told('mute list')).toMatch(/imap-port of port-closed: muted until/);
    await said(`unmute ${ILL} imap-port`);
    expect(messages()).toHaveLength(shown + 2);
  });

  it('nobody but an operator mutes anything, by command or button', async () => {
    await type(`mute ${ILL} 2h because I may not`, 'U0NOBODY');
    await test.slack.until(() => test.slack.toldTo('U0NOBODY')[0]);
    await test.slack.deliver.click({ user: 'U0NOBODY', message: await said(`last ${ILL}`), label: 'Mute…' });
    await test.slack.until(() => test.slack.toldTo('U0NOBODY')[1]);
    expect(test.slack.toldTo('U0NOBODY').map(saidBy)).toEqual([
      expect.stringMatching(/no right/),
      expect.stringMatching(/no right/),
    ]);
    expect(test.slack.views('U0NOBODY')).toEqual([]);
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

it('in Teams the buttons of a result do the same', async () => {
  const person = test.operator('Olga');
  await saidThere(`last ${ILL}`);
  const [message] = cards().slice(-1);
  if (!message) throw new Error('no result');
  const shown = cards().length;
  await test.teams.deliver.click({ person, message, label: 'Explain' });
  await test.teams.until(() => cards()[shown]);
  const fill = {
    What: `${ILL} as a whole`,
    'For how long': '1 hour',
    Why: 'the <at>switch</at> {{DATE(2017-02-14T06:00:00Z)}}',
  };
  await test.teams.deliver.click({ person, message, label: 'Mute', fill });
  const muted = await test.teams.until(() => cards()[shown + 1]);
  expect(seenInTeams(cards()[shown] as typeof message)).toMatch(/^imap-port: /);
  expect(seenInTeams(muted)).toMatch(/port-closed is muted until .*: because the <at>switch<\/at> \{\{DATE\(/);
  expect(muted.versions[0]?.entities).toEqual([]); // it names nobody
  expect(await saidThere(`unmute ${ILL}`)).toMatch(/port-closed is not muted any more/);
});

it('a window is told at its beginning and its end, once each, where it was made', async () => {
  const [far = '', farther = ''] = [6, 7].map(hours =>
    new Date(Date.now() + hours * 3_600_000).toISOString().slice(11, 13),
  );
  const made = saidBy(await said(`maintenance prod ${far}:00 for 1h because patches`));
  expect(made).toMatch(new RegExp(`^Maintenance of prod from .* ${far}:00 to .*${farther}:00 UTC: m-\\w{6}`));
  expect(await saidThere(`maintenance prod ${far}:00 for 1h UTC because patches`)).toMatch(
    /Maintenance of prod from .* UTC: m-/,
  );

  // That is far, and an hour long: its times are moved, in the bot's name, and a window more makes the bot look.
  const key = await readKeyFile(keyFile(join(test.folder, 'uccx-doctor', 'keys'), 'bot'));
  if (!key) throw new Error('the bot has no key');
  const { quiets } = redisStore({ redis: await test.redis.connect('worker'), say: () => {} });
  const move = async (timesFor: () => object) => {
    for (const { signed: _, ...window } of (await quiets.all()).filter(
      each => each.is === 'maintenance' && each.because === 'patches',
    )) {
      const moved = Maintenance.parse({ ...window, times: { is: 'once', ...timesFor() } });
      const told = (await quiets.memory(moved.id))?.told ?? [];
      await quiets.remember(moved.id, { schedule: timesOf(moved), since: Date.now() - 600_000, told });
      await quiets.put({ ...moved, signed: signWords('bot', key, { is: 'silence', id: moved.id }, moved) });
    }
    const text = `maintenance ${ILL} daily 03:00 for 1h UTC because it makes the bot look`;
    await test.slack.deliver.command({ channel: 'C2', user: 'U0OP', text, trigger: `1.${Math.random()}` });
  };
  const iso = (inMs: number) => new Date(Date.now() + inMs).toISOString();
  const [inSlack, inTeams] = [messages().length, cards().length];
  const begins = iso(1_000);
  await move(() => ({ from: begins, until: iso(3_600_000) }));
  const begun = await test.slack.until(() => messages()[inSlack]);
  expect(saidBy(begun)).toMatch(/^Maintenance of prod has begun, until .* UTC\./);
  expect(seenIn(begun)).toMatch(/by U0OP: because patches\./);
  await test.teams.until(() => cards()[inTeams]);
  expect(await told('digest now prod')).toMatch(/0 of 1 need you · 1 in maintenance/);
  await move(() => ({ from: begins, until: iso(1_000) }));
  const over = await test.slack.until(() => messages()[inSlack + 1]);
  expect(saidBy(over)).toMatch(/^Maintenance of prod is over, since .* UTC\./);
  await test.teams.until(() => cards()[inTeams + 1]);
  expect(cards().slice(inTeams).map(saidInTeams)).toEqual([
    expect.stringMatching(/Maintenance of prod has begun/),
    expect.stringMatching(/Maintenance of prod is over/),
  ]);
  expect(messages()).toHaveLength(inSlack + 2);
});
