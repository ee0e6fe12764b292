import { beforeAll, describe, expect, it } from 'vitest';
import { seenIn } from '../../../src/lab/slack/start-slack.js';
import type { LabMessage } from '../../../src/lab/slack/workspace.js';
import { type SlackWhole, saidBy } from '../../support/slack-whole.js';
import { triedIn } from '../../support/tried-in.js';

/** The buttons under a result. */
const RECHECK = 'I applied it, check again';
const ENABLE = "Set-CASMailbox -Identity 'uccx-imap-disabled@contoso.test' -ImapEnabled $true";
const DISABLE = ENABLE.replace('$true', '$false');

let test: SlackWhole;

const asked = async (channel: string, id: string): Promise<LabMessage> => {
  test.slack.addChannel(channel);
  await test.slack.deliver.command({ channel, user: 'U0OP', text: `check ${id}` });
  return test.answer(channel);
};
const tried = (id: string) => triedIn(test.lab.counters(id).imap?.accounts);
/** Waits until the message has become another answer than the one that stood there. */
const answeredAnew = (message: LabMessage): Promise<LabMessage> => {
  const before = message.versions.length;
  return test.slack.until(
    () => message.versions.length > before && !saidBy(message).startsWith('Checking ') && message,
  );
};
const ofEverybody = (channel: string) => test.slack.messages(channel).filter(({ file }) => file === null);

export const recheck = (whole: () => SlackWhole): void => {
  beforeAll(() => {
    test = whole();
  });

  describe('«I applied it, check again»', () => {
    it('looks again and edits the same message: still there, then fixed', async () => {
      const message = await asked('C0AGAIN', 'imap-disabled');
      const again = answeredAnew(message);
      expect(await test.slack.deliver.click({ user: 'U0RUN', message, label: RECHECK })).toMatchObject({ status: 200 });
      expect(seenIn(await again)).toMatch(
        /Not yet: Exchange accepts the login .* This is still seen\. \[imap-mailbox\]/,
      );

      expect(await test.lab.shell('imap-disabled').run(ENABLE)).toMatchObject({ failed: null });
      const fixed = answeredAnew(message);
      await test.slack.deliver.click({ user: 'U0RUN', message, label: RECHECK });
      expect(seenIn(await fixed)).toMatch(/imap-disabled: healthy[\s\S]*Fixed: Exchange accepts the login/);
      expect(message.versions.some(({ text }) => text.startsWith('Checking imap-disabled'))).toBe(true);
      expect(ofEverybody('C0AGAIN')).toHaveLength(1);
      await test.lab.shell('imap-disabled').run(DISABLE);
    });

    it('is one run when it is clicked twice, or delivered thrice', async () => {
      const message = await asked('C0TWICE', 'imap-disabled');
      const before = tried('imap-disabled');
      const again = answeredAnew(message);
      test.slack.faults.deliverTimes(3);
      await Promise.all([
        test.slack.deliver.click({ user: 'U0RUN', message, label: RECHECK }),
        test.slack.deliver.click({ user: 'U0RUN', message, label: RECHECK }),
      ]);
      test.slack.faults.deliverTimes(1);
      await again;
      expect(tried('imap-disabled')).toBe(before + 1);
    });

    it('is refused privately to whoever may not, and nothing is run', async () => {
      const message = await asked('C0NOBODY', 'imap-disabled');
      const before = [tried('imap-disabled'), message.versions.length];
      for (const user of ['U0NOBODY', 'U0VIEW', 'U0EXT']) {
        await test.slack.deliver.click({ user, message, label: RECHECK });
        const [told] = await test.slack.until(() => {
          const all = test.slack.toldTo(user).filter(({ channel }) => channel === 'C0NOBODY');
          return all.length > 0 && all;
        });
        expect(seenIn(told as LabMessage), user).toMatch(/no right|Only people of the workspace|may not/);
      }
      expect([tried('imap-disabled'), message.versions.length]).toEqual(before);
      expect(ofEverybody('C0NOBODY')).toHaveLength(1);
    });

    it('works under a message in a channel that the bot is not in', async () => {
      test.slack.addChannel('C0APART', { botIsMember: false });
      await test.slack.deliver.command({ channel: 'C0APART', user: 'U0OP', text: 'check imap-disabled' });
      const message = await test.answer('C0APART');
      const again = answeredAnew(message);
      await test.slack.deliver.click({ user: 'U0OP', message, label: RECHECK });
      expect(seenIn(await again)).toContain('Not yet: ');
      expect(ofEverybody('C0APART')).toHaveLength(1);
    });
  });

  describe('«Script»', () => {
    it('brings the file, byte for byte, and leaves the result where it is', async () => {
      const message = await asked('C0SCRIPT', 'branch');
      const before = message.versions.length;
      await test.slack.deliver.click({ user: 'U0RUN', message, label: 'Script' });
      const { file } = await test.slack.until(() =>
        test.slack.messages('C0SCRIPT').find(each => each.file?.name.endsWith('.ps1')),
      );
      expect(file?.name).toMatch(/^uccx-branch-\d{4}-\d\d-\d\d\.ps1$/);
      expect(file?.content.startsWith('\ufeff# Made by uccx-doctor')).toBe(true);
      expect(file?.content.replaceAll('\r\n', '')).not.toContain('\n');
      expect(file?.content).toContain("Set-ImapSettings -Server 'EX01' -MaxConnectionsPerUser 35");
      expect(message.versions).toHaveLength(before);
    });
  });
};
