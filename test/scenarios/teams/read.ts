import { readFileSync } from 'node:fs';
import { beforeAll, expect, it } from 'vitest';
import { seenInTeams } from '../../../src/lab/teams/words.js';
import type { LabConversation } from '../../../src/lab/teams/world.js';
import type { TeamsWhole } from '../../support/teams-whole.js';

/** Files that people send to the bot, and text that they paste: fetched as Teams has it, and judged. */
let test: TeamsWhole;
const SETTINGS = readFileSync('test/fixtures/exchange/get-imapsettings-2016.txt', 'utf8').replaceAll('EX16', 'EX01');
const READ = /By files alone: prod/;

export const read = (whole: () => TeamsWhole): void => {
  beforeAll(() => {
    test = whole();
  });

  const answered = (place: LabConversation, words: RegExp) =>
    test.teams.until(() => test.words(place).find(message => words.test(seenInTeams(message))));

  it('a file in the chat with one person, in one message that becomes the answer', async () => {
    const { run } = test.people;
    const place = test.chatOf(run);
    const before = test.words(place).length;
    const attachments = [test.teams.file('imap.txt', SETTINGS)];
    await test.teams.deliver.say({ person: run, conversation: place, text: 'read prod', attachments });
    const message = await answered(place, READ);
    expect(seenInTeams(message)).toContain('output of the Exchange Management Shell');
    expect(test.words(place)).toHaveLength(before + 1);
  });

  it('text below a mention; of a file in a channel it says where it can be had', async () => {
    const { run } = test.people;
    const { channel } = test.places;
    await test.teams.deliver.say({ person: run, conversation: channel, text: `read prod\n${SETTINGS}` });
    await answered(channel, READ);
    const attachments = [
      { contentType: 'reference', contentUrl: 'https://contoso.sharepoint.com/x', name: 'imap.txt' },
    ];
    await test.teams.deliver.say({ person: run, conversation: channel, text: 'read prod', attachments });
    await answered(channel, /Teams hands files to a bot in the personal chat alone/);
  });

  it('fetches from nowhere but where the cloud keeps files', async () => {
    const { run } = test.people;
    const place = test.chatOf(run);
    const sent = test.teams.file('imap.txt', SETTINGS);
    const downloadUrl = sent.content.downloadUrl.replace('127.0.0.1', 'localhost');
    const attachments = [{ ...sent, content: { ...sent.content, downloadUrl } }];
    await test.teams.deliver.say({ person: run, conversation: place, text: 'read prod', attachments });
    await answered(place, /imap\.txt: Teams names no address of its own for it/);
  });
};
