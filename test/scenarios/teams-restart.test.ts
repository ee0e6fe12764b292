import { afterEach, describe, expect, it, vi } from 'vitest';
import type { LabConversation } from '../../src/lab/teams/world.js';
import { saidInTeams, startTeamsWhole, type TeamsWhole } from '../support/teams-whole.js';

/** A bot that is killed in the middle of a check: what was asked in Teams is told by the next one, once, in the same message. */
vi.setConfig({ testTimeout: 180_000 });
let test: TeamsWhole;
afterEach(() => test?.stop());

const killInMidCheck = async (place: LabConversation): Promise<string> => {
  const { teams, lab, people } = test;
  await teams.deliver.say({ person: people.run, conversation: place, text: 'check slow' });
  const placeholder = await teams.until(() => test.words(place)[0]);
  expect(saidInTeams(placeholder)).toMatch(/Checking slow/);
  await expect.poll(() => lab.counters('slow').imap?.connections, { interval: 20, timeout: 30_000 }).toBe(1);
  process.kill(test.bot().pid, 'SIGKILL');
  await test.bot().ended;
  return placeholder.id;
};

const expectToldOnce = async (place: LabConversation, id: string): Promise<void> => {
  const message = await test.answer(place);
  expect(saidInTeams(message)).toMatch(/slow: healthy\./);
  expect(message.id).toBe(id);
  expect(test.words(place)).toHaveLength(1);
  const { imap, smtp } = test.lab.counters('slow');
  expect([imap?.connections, smtp?.connections]).toEqual([1, 1]);
};

describe.each(['botbuilder', 'agents'] as const)('a bot on %s that is killed while probes run', engine => {
  it('tells the result in the same message of the channel, and knows its places still', async () => {
    test = await startTeamsWhole({ scenarios: ['slow'], engine });
    const { channel } = test.places;
    const id = await killInMidCheck(channel);
    await test.startBot();
    await expectToldOnce(channel, id);
  });
});

describe('a bot that is told to stop while probes run', () => {
  it('ends in order, and its successor tells the result in the personal chat', async () => {
    test = await startTeamsWhole({ scenarios: ['slow'] });
    const chat = test.chatOf(test.people.run);
    await test.teams.deliver.say({ person: test.people.run, conversation: chat, text: 'check slow' });
    const { id } = await test.teams.until(() => test.words(chat)[0]);
    await test.bot().stop();
    expect(await test.bot().ended).toEqual({ code: 0, signal: null });
    await expect(fetch(test.url)).rejects.toThrow();
    await test.startBot();
    await expectToldOnce(chat, id);
  });
});
