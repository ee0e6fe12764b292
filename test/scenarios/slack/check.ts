import { beforeAll, describe, expect, it } from 'vitest';
import { scenarios } from '../../../src/lab/scenarios/index.js';
import { seenIn } from '../../../src/lab/slack/start-slack.js';
import { commandsIn, type SlackWhole, saidBy } from '../../support/slack-whole.js';
import { triedIn } from '../../support/tried-in.js';

/** Checks as people ask for them: signed requests in, Web API calls out. */
let test: SlackWhole;

const loginsTo = (id: string) => triedIn(test.lab.counters(id).imap?.accounts);

export const check = (whole: () => SlackWhole): void => {
  beforeAll(() => {
    test = whole();
  });

  describe('/uccx check in a channel', () => {
    it('is acknowledged at once, shows who is awaited, and becomes the answer in the same message', async () => {
      test.slack.addChannel('C0SLOW');
      const { status, body } = await test.slack.deliver.command({
        channel: 'C0SLOW',
        user: 'U0RUN',
        text: 'check slow',
      });
      expect([status, body]).toEqual([200, '']);
      const running = test.slack.messages('C0SLOW').every(message => saidBy(message).startsWith('Checking '));
      expect(running).toBe(true);
      const message = await test.answer('C0SLOW');
      const said = message.versions.map(({ text }) => text.split('\n'));
      expect(said[0]?.[0]).toMatch(/^Checking slow … answer by \d\d:\d\d:\d\d UTC$/);
      expect(said.map(([, second]) => second).filter(line => line?.includes('have answered'))).toEqual([
        '- 0 of 2 probes have answered',
        '- 1 of 2 probes have answered',
      ]);
      expect(seenIn({ ...message, versions: message.versions.slice(1, 2) })).toMatch(
        /awaited: imap-login at hq\ndone: smtp-service at hq/,
      );
      expect(said.at(-1)?.[0]).toMatch(/^slow: healthy\. \d+ questions asked, nothing wrong was seen\.$/);
      expect(test.slack.messages('C0SLOW').filter(({ file }) => file === null)).toHaveLength(1);
    });

    it.each(['branch', 'port-closed'])('%s: verdict first, the right rules, every command byte for byte', async id => {
      const channel = `C0${id.toUpperCase()}`;
      test.slack.addChannel(channel);
      const expected = scenarios.find(scenario => scenario.id === id)?.expects;
      await test.slack.deliver.command({ channel, user: 'U0OP', text: `check ${id}` });
      const message = await test.answer(channel);
      const words = seenIn(message);
      expect(words.split('\n')[0]).toMatch(new RegExp(`^:red_circle: ${id}: \\d problems?, `));
      const problems = Object.entries(expected?.verdicts ?? {}).filter(([, is]) => is === 'problem');
      expect(problems.length).toBeGreaterThan(0);
      for (const [rule] of problems) expect(words).toContain(`[${rule}]`);
      for (const command of expected?.commands ?? []) expect(commandsIn(message)).toContain(command);
      expect(saidBy(message)).toMatch(new RegExp(`^${id}: `));
    });

    it('puts the cause that is proven before the one that is only possible, its commands in the message itself', async () => {
      const message = await test.answer('C0BRANCH');
      const words = seenIn(message);
      expect(words.indexOf('[shared-account-sessions]')).toBeLessThan(words.indexOf('[imap-login]'));
      expect(commandsIn(message)).toContain("Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 35");
    });

    it('brings the conversations, and every command once more, in a file under the message', async () => {
      const message = await test.answer('C0BRANCH');
      const { file, thread } = await test.slack.until(() => test.slack.messages('C0BRANCH').find(post => post.file));
      expect(thread).toBe(message.ts);
      expect(file?.name).toMatch(/^uccx-branch-\d{4}-\d\d-\d\d\.txt$/);
      expect(file?.content).toContain('C: A2 AUTHENTICATE PLAIN [credentials]');
      const lines = file?.content.split('\n');
      for (const command of commandsIn(message)) expect(lines).toContain(command);
      expect(lines).toContain(
        "Invoke-Command -ComputerName 'EX01' -ScriptBlock { Restart-Service -Name 'MSExchangeIS' }",
      );
    });
  });

  describe('a healthy answer', () => {
    it('brings no file unasked, and what was said on demand', async () => {
      test.slack.addChannel('C0QUIET');
      await test.slack.deliver.command({ channel: 'C0QUIET', user: 'U0RUN', text: 'check prod' });
      expect(seenIn(await test.answer('C0QUIET'))).toContain('/uccx last prod --transcript');
      await test.slack.deliver.command({ channel: 'C0QUIET', user: 'U0VIEW', text: 'last prod --transcript' });
      expect(seenIn(await test.answer('C0QUIET', 1))).toContain('A2 AUTHENTICATE PLAIN [credentials]');
      expect(test.slack.messages('C0QUIET').filter(({ file }) => file !== null)).toEqual([]);
    });
  });

  describe('the place of the answer', () => {
    it('a mention in a thread is answered in that thread', async () => {
      test.slack.addChannel('C0THREAD');
      await test.slack.deliver.mention({
        channel: 'C0THREAD',
        user: 'U0RUN',
        text: 'check inbox',
        thread: '1700000000.000100',
      });
      const message = await test.answer('C0THREAD');
      expect(message.thread).toBe('1700000000.000100');
      expect(saidBy(message)).toMatch(/^inbox: healthy\./);
    });

    it('a direct message is answered there', async () => {
      await test.slack.deliver.direct({ user: 'U0RUN', text: 'check prod' });
      expect(saidBy(await test.answer(test.slack.directOf('U0RUN')))).toMatch(/^prod: healthy\./);
    });

    it('where the bot is no member: by the way back of the command, within five posts, the file to the asker', async () => {
      const { responseUrl } = await test.slack.deliver.command({ channel: 'CFAR', user: 'U0OP', text: 'check branch' });
      const message = await test.answer('CFAR');
      expect(message.via).toBe('response_url');
      expect(saidBy(message)).toMatch(/^branch: /);
      expect(test.slack.messages('CFAR')).toHaveLength(1);
      const direct = test.slack.directOf('U0OP');
      await test.slack.until(() =>
        test.slack.messages(direct).find(({ file }) => file?.name.startsWith('uccx-branch')),
      );
      expect(test.slack.usesOf(String(responseUrl))).toBeLessThanOrEqual(4);
    });
  });

  describe('what is delivered more than once', () => {
    it.each([
      [
        'a command',
        'C0AGAIN1',
        () =>
          test.slack.deliver.command({ channel: 'C0AGAIN1', user: 'U0RUN', text: 'check prod', trigger: '9.9.again' }),
      ],
      [
        'a mention',
        'C0AGAIN2',
        () => test.slack.deliver.mention({ channel: 'C0AGAIN2', user: 'U0RUN', text: 'check prod', event: 'EvAGAIN' }),
      ],
    ])('%s: three times at once and again afterwards is one run and one message', async (_, channel, deliver) => {
      test.slack.addChannel(channel);
      const [runs, logins] = [await test.runs(), loginsTo('prod')];
      await Promise.all([deliver(), deliver(), deliver()]);
      await test.answer(channel);
      await deliver();
      await settled(channel);
      expect((await test.runs()).filter(run => !runs.includes(run))).toHaveLength(1);
      expect(loginsTo('prod') - logins).toBe(1);
      expect(test.slack.messages(channel).filter(({ file }) => file === null)).toHaveLength(1);
    });

    it('help, too, is told once', async () => {
      const before = test.slack.toldTo('U0VIEW').length;
      const deliver = () =>
        test.slack.deliver.mention({ channel: 'C1', user: 'U0VIEW', text: 'help', event: 'EvHELP' });
      await Promise.all([deliver(), deliver(), deliver()]);
      await test.slack.until(() => test.slack.toldTo('U0VIEW').length > before);
      await settled('C1');
      expect(test.slack.toldTo('U0VIEW').length - before).toBe(1);
    });
  });
};

/** A question that was put after the others is answered: whatever they set off has been taken in. */
const settled = async (channel: string): Promise<void> => {
  const user = 'U0OP';
  const before = test.slack.toldTo(user).length;
  await test.slack.deliver.mention({ channel, user, text: 'explain imap-login' });
  await test.slack.until(() => test.slack.toldTo(user).length > before);
};
