import { request } from 'node:http';
import { beforeAll, describe, expect, it } from 'vitest';
import { scenarios } from '../../../src/lab/scenarios/index.js';
import type { TokenFlaw } from '../../../src/lab/teams/inbound.js';
import type { LabTeamsMessage } from '../../../src/lab/teams/messages.js';
import type { BodyFlaw } from '../../../src/lab/teams/post.js';
import { seenInTeams } from '../../../src/lab/teams/words.js';
import type { LabConversation, LabPerson } from '../../../src/lab/teams/world.js';
import { saidInTeams, type TeamsWhole } from '../../support/teams-whole.js';
import { triedIn } from '../../support/tried-in.js';
import { runsIn } from '../../support/whole.js';

/** Checks as people ask for them: signed requests in, connector calls out. */
let test: TeamsWhole;

const say = (person: LabPerson, conversation: LabConversation, text: string) =>
  test.teams.deliver.say({ person, conversation, text });
const headlines = ({ versions }: LabTeamsMessage) =>
  versions.map(({ summary, text }) => (summary ?? text).split('\n')[0] ?? '');
const channelFor = (name: string) => test.teams.world.addChannel(test.places.general, name);
const tried = (id: string) => triedIn(test.lab.counters(id).imap?.accounts);
export const check = (whole: () => TeamsWhole): void => {
  beforeAll(() => {
    test = whole();
  });

  describe('@UCCX Doctor check in a channel', () => {
    it('has its turn answered at once, shows a card that follows the probes, and becomes the answer in that message', async () => {
      const channel = channelFor('slow');
      const said = await say(test.people.run, channel, 'check slow');
      expect(said).toMatchObject({ status: 200, fault: null });
      const answeredAt = Date.now();
      const message = await test.answer(channel);
      const told = headlines(message);
      expect(told[0]).toMatch(/Checking slow … answer by \d\d:\d\d:\d\d UTC$/);
      expect(told.length).toBeGreaterThanOrEqual(3);
      expect(told.at(-1)).toMatch(/slow: healthy\. \d+ questions asked, nothing wrong was seen\.$/);
      const edits = message.versions.map(({ at }) => at);
      expect((edits[2] ?? 0) - (edits[1] ?? 0)).toBeGreaterThan(100);
      expect(answeredAt).toBeLessThan(edits.at(-1) ?? 0); // the turn did not wait for the check
      expect(test.words(channel)).toHaveLength(1);
      expect(message.thread).toBe(said.message.id);
    });

    it('branch: verdict first, the right rules, every command byte for byte', async () => {
      const channel = channelFor('branch');
      await say(test.people.op, channel, 'check branch');
      const message = await test.answer(channel);
      const expected = scenarios.find(({ id }) => id === 'branch')?.expects;
      expect(saidInTeams(message)).toMatch(/branch: \d problems?, /);
      const lines = seenInTeams(message).split('\n');
      const problems = Object.entries(expected?.verdicts ?? {}).filter(([, is]) => is === 'problem');
      for (const [rule] of problems) expect(lines.join('\n')).toContain(`[${rule}]`);
      expect(lines).toContain("Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 35");
    });
  });

  describe('in a personal chat', () => {
    it('a check needs no mention, and its file is offered there', async () => {
      const chat = test.chatOf(test.people.run);
      await say(test.people.run, chat, 'check branch');
      const message = await test.answer(chat);
      expect(saidInTeams(message)).toMatch(/branch: \d problems?, /);
    });

    it('a script is offered, accepted, and put into OneDrive byte for byte', async () => {
      const chat = test.chatOf(test.people.op);
      await say(test.people.op, chat, 'check branch');
      const result = await test.answer(chat);
      await test.teams.deliver.click({ person: test.people.op, message: result, label: 'Script' });
      const offer = await test.teams.until(() =>
        test.teams
          .saidByBot(chat)
          .find(({ versions }) => versions[0]?.attachments.some(({ name }) => name?.endsWith('.ps1'))),
      );
      await test.teams.deliver.consent({ person: test.people.op, message: offer, accept: true });
      const upload = await test.teams.until(() => test.teams.uploads().find(({ complete }) => complete));
      expect(upload.name).toMatch(/^uccx-branch-\d{4}-\d\d-\d\d\.ps1$/);
      const content = upload.bytes.toString('utf8');
      expect(content.startsWith('\ufeff# Made by uccx-doctor')).toBe(true);
      expect(content).toContain("Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 35");
      expect(content.replaceAll('\r\n', '')).not.toContain('\n');
    });
  });

  describe('who may', () => {
    it('a member of a team of the configuration', async () => {
      const channel = channelFor('member');
      await say(test.people.member, channel, 'check prod');
      expect(saidInTeams(await test.answer(channel))).toMatch(/prod: healthy\./);
    });

    it.each(['nobody', 'view'] as const)('%s is refused alone, with the line to add, and nothing is run', async who => {
      const person = test.people[who];
      const channel = channelFor(who);
      const before = tried('prod');
      await say(person, channel, 'check prod');
      const told = await test.teams.until(() => test.words(test.chatOf(person))[0]);
      expect(seenInTeams(told)).toMatch(/no right/);
      expect(seenInTeams(told)).toContain(`platform: teams, users: ["${person.objectId}"]`);
      expect(test.words(channel)).toEqual([]);
      expect(tried('prod')).toBe(before);
    });
  });

  describe('«I applied it, check again»', () => {
    it('is authorised anew, and edits the same message: still there, then fixed', async () => {
      const channel = channelFor('again');
      await say(test.people.op, channel, 'check imap-disabled');
      const message = await test.answer(channel);
      const label = 'I applied it, check again';
      const [before, versions] = [tried('imap-disabled'), message.versions.length];

      const refused = test.words(test.chatOf(test.people.nobody)).length;
      await test.teams.deliver.click({ person: test.people.nobody, message, label });
      const told = await test.teams.until(() => test.words(test.chatOf(test.people.nobody))[refused]);
      expect(seenInTeams(told)).toMatch(/no right/);
      expect([tried('imap-disabled'), message.versions.length]).toEqual([before, versions]);

      const answered = (from: number) =>
        test.teams.until(() => message.versions.length > from && !/Checking /.test(saidInTeams(message)));
      const click = await test.teams.deliver.click({ person: test.people.run, message, label });
      expect(click).toMatchObject({ status: 200, fault: null });
      await answered(versions);
      expect(seenInTeams(message)).toMatch(/Not yet: Exchange accepts the login/);

      const enable = "Set-CASMailbox -Identity 'uccx-imap-disabled@contoso.test' -ImapEnabled $true";
      expect(await test.lab.shell('imap-disabled').run(enable)).toMatchObject({ failed: null });
      const again = message.versions.length;
      await test.teams.deliver.click({ person: test.people.run, message, label });
      await answered(again);
      expect(seenInTeams(message)).toMatch(/imap-disabled: healthy[\s\S]*Fixed: Exchange accepts the login/);
      expect(test.words(channel)).toHaveLength(1);
    });
  });

  describe('who is not Teams', () => {
    const FLAWS: (TokenFlaw | BodyFlaw)[] = [
      'unsigned',
      'alg-none',
      'hs256-with-public-key',
      'forged-signature',
      'changed-after-signing',
      'unknown-key',
      'not-endorsed',
      'wrong-audience',
      'wrong-issuer',
      'expired',
      'not-yet-valid',
      'wrong-service-url',
      'no-service-url',
      'foreign-service-url',
      'not-bearer',
      'other-tenant',
      'no-channel',
      'not-json',
      'oversize',
    ];
    it('starts nothing, whatever is wrong, one by one', async () => {
      const { run } = test.people;
      const conversation = channelFor('flaws');
      const [before, logins] = [await runsIn(test, 'tea'), tried('prod')];
      for (const flaw of FLAWS) {
        const { status } = await test.teams.deliver.say({ person: run, conversation, text: 'check prod', flaw });
        expect(
          status === 401 || status === 403 || (flaw === 'oversize' && [413, 502].includes(status)),
          `${flaw}: ${status}`,
        ).toBe(true);
      }
      expect(await statusOf('GET')).toBe(405);
      const { chatOf, people } = test;
      await say(people.view, chatOf(people.view), 'explain imap-login'); // put after the others: what they set off has been taken in
      await test.teams.until(() =>
        test.words(chatOf(people.view)).find(each => /imap-login: /.test(seenInTeams(each))),
      );
      const added = (await runsIn(test, 'tea')).filter(run => !before.includes(run)); // some of those before have an end of their own
      expect([added, tried('prod')]).toEqual([[], logins]);
    });
  });
};

const statusOf = (method: string): Promise<number> =>
  new Promise((resolve, reject) => {
    request(test.url, { method }, response => resolve(response.resume().statusCode ?? 0))
      .on('error', reject)
      .end();
  });
