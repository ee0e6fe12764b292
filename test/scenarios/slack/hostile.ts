import { beforeAll, describe, expect, it } from 'vitest';
import { seenIn } from '../../../src/lab/slack/start-slack.js';
import type { LabMessage } from '../../../src/lab/slack/workspace.js';
import type { SlackWhole } from '../../support/slack-whole.js';

/** Servers whose words would ring a channel, lead people astray or paint over the message: in Slack they are words. */
let test: SlackWhole;
const [HERE, ABROAD] = ['C0HOSTILE', 'C0ABROAD'];

/** As a reader sees them: brackets and stars as they are, what cannot be seen written out. */
const SHOWN =
  '<!channel> <!here> @here @everyone <@U0OP> <https://evil.test/login|sign in> https://evil.test ' +
  '*bold* _slanted_ ~gone~ `code` ```block``` &lt;!everyone&gt; [a](http://evil.test) <b>x</b> ' +
  '\\u{202e}gnp.exe\\u{202c} z\\u{200b}w \\x1b[31mred\\x07';
/** Whatever else Slack knows does something: link, user, broadcast, mrkdwn. Buttons are ours; they lead to no address. */
const HARMLESS = [
  'actions',
  'button',
  'context',
  'emoji',
  'overflow',
  'plain_text',
  'rich_text',
  'rich_text_preformatted',
  'rich_text_quote',
  'rich_text_section',
  'text',
];

const typesIn = (node: unknown): string[] => {
  if (typeof node !== 'object' || node === null) return [];
  const own = 'type' in node && typeof node.type === 'string' ? [node.type] : [];
  return [...own, ...Object.values(node).flatMap(typesIn)];
};

const expectHarmless = (message: LabMessage): void => {
  const words = seenIn(message);
  for (const rule of ['imap-greeting', 'imap-login', 'smtp-banner']) expect(words).toContain(`[${rule}]`);
  expect(words.split(SHOWN)).toHaveLength(4); // quoted by each of the three, whole
  for (const { blocks, text } of message.versions) {
    expect(typesIn(blocks).filter(type => !HARMLESS.includes(type))).toEqual([]);
    expect(text).not.toMatch(/[<>]|@here|evil|gnp/); // read as markup, so it quotes nobody
    expect(JSON.stringify(blocks)).not.toMatch(/"url":|[\u202a-\u202e\u200b]|\\u001b|\\u0007/);
  }
};

export const hostile = (whole: () => SlackWhole): void => {
  beforeAll(() => {
    test = whole();
  });

  describe('hostile words', () => {
    beforeAll(() => {
      test.slack.addChannel(HERE);
      test.slack.addChannel(ABROAD, { botIsMember: false });
    });

    it('stay words in a channel, in the file, and are sent as nothing else', async () => {
      await test.slack.deliver.command({ channel: HERE, user: 'U0RUN', text: 'check hostile-banner' });
      expectHarmless(await test.answer(HERE));
      const { file } = await test.slack.until(() => test.slack.messages(HERE).find(post => post.file));
      expect(file?.content).toContain(`S: * OK ${SHOWN}`);
      expect(file?.content).not.toMatch(/[\u202a-\u202e\u200b\u001b\u0007]/);
      const sent = test.slack.calls.filter(({ method }) => method === 'chat.postMessage' || method === 'chat.update');
      expect(sent.length).toBeGreaterThanOrEqual(2);
      for (const { args } of sent) expect(args).toMatchObject({ parse: 'none', link_names: 'false' });
    });

    it('and in an answer by the way back of the command', async () => {
      await test.slack.deliver.command({ channel: ABROAD, user: 'U0OP', text: 'check hostile-banner --login-anyway' });
      expectHarmless(await test.answer(ABROAD));
    });
  });

  it('words of the asker are given back without their markup', async () => {
    const before = test.slack.toldTo('U0RUN').length;
    await test.slack.deliver.command({ channel: HERE, user: 'U0RUN', text: 'check <!channel|x> <@U0OP>' });
    const told = await test.slack.until(() => test.slack.toldTo('U0RUN')[before]);
    expect(told.versions[0]?.text).not.toMatch(/<[!@]/);
    expect(typesIn(told.versions[0]?.blocks).filter(type => !HARMLESS.includes(type))).toEqual([]);
  });
};
