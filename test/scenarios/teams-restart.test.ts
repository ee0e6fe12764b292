import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabConversation } from '../../src/lab/teams/world.js';
import { type LoadedLibraries, loadedLibraries } from '../support/loaded-libraries.js';
import { saidInTeams, startTeamsWhole, type TeamsWhole } from '../support/teams-whole.js';
import { triedIn } from '../support/tried-in.js';

/** A bot that ends in the middle of a check, in order or not: what was asked in Teams is told by the next one, once, in the same message. */
let test: TeamsWhole;

/** Until probes of this target run. */
const askedIn = async (place: LabConversation, target: string): Promise<string> => {
  const { teams, lab, people } = test;
  await teams.deliver.say({ person: people.run, conversation: place, text: `check ${target}` });
  const placeholder = await teams.until(() => test.words(place)[0]);
  expect(saidInTeams(placeholder)).toMatch(new RegExp(`Checking ${target}`));
  await expect.poll(() => lab.counters(target).imap?.connections, { interval: 20 }).toBe(1);
  return placeholder.id;
};

const expectToldOnce = async (place: LabConversation, target: string, id: string): Promise<void> => {
  const message = await test.answer(place);
  expect(saidInTeams(message)).toMatch(new RegExp(`${target}: healthy\\.`));
  expect(message.id).toBe(id);
  expect(test.words(place)).toHaveLength(1);
  const { imap, smtp } = test.lab.counters(target);
  const logins = triedIn(imap?.accounts);
  expect([logins, smtp?.connections]).toEqual([1, 1]);
};

describe.each([
  ['botbuilder', ['botbuilder', 'botframework-connector']],
  ['agents', ['agents']],
] as const)('a bot on %s', (engine, libraries) => {
  let loaded: LoadedLibraries;
  beforeAll(async () => {
    loaded = await loadedLibraries();
    test = await startTeamsWhole({ scenarios: ['slow'], again: { stopped: 'slow' }, engine, env: loaded.env });
  });
  afterAll(async () => {
    await test?.stop();
    await loaded?.remove();
  });

  it('that is killed while probes run: the next one tells the result in the same message of the channel, and knows its places still', async () => {
    const { channel } = test.places;
    const id = await askedIn(channel, 'slow');
    process.kill(test.bot().pid, 'SIGKILL');
    await test.startBot();
    await expectToldOnce(channel, 'slow', id);
  });

  it('that is told to stop while probes run ends in order, and its successor tells the result in the personal chat', async () => {
    const chat = test.chatOf(test.people.run);
    const id = await askedIn(chat, 'stopped');
    await test.bot().stop();
    expect(await test.bot().ended).toEqual({ code: 0, signal: null });
    await expect(fetch(test.url)).rejects.toThrow();
    await test.startBot();
    await expectToldOnce(chat, 'stopped', id);
  });

  it(`has loaded ${libraries.join(' and ')} alone, and its worker none`, async () => {
    await Promise.all([test.bot().stop(), test.worker().stop()]);
    expect(await loaded.told()).toEqual({ bot: libraries, worker: [] });
  });
});
