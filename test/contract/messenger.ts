import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ReplyAddress } from '../../src/domain/request.js';
import { type Messenger, MessengerBusyError, MessengerRefusedError } from '../../src/intake/ports.js';
import { quote, type Section, text, type View } from '../../src/view/view.js';

/** A messenger with a real place behind it, and the eyes of a reader there. */
export type MessengerRig = {
  messenger: Messenger;
  /** A fresh address, as the adapter makes it of a question. */
  address: () => ReplyAddress;
  /** What everybody in the place sees now, oldest first: the words of each message, with line breaks between its parts. */
  seen: () => Promise<readonly string[]>;
  /** What the asker alone was told. */
  told: () => Promise<readonly string[]>;
  /** Takes a posted message away, as a person would who deletes it; null where nobody can. */
  remove: ((at: ReplyAddress) => Promise<void>) | null;
  /** From now on the platform asks to wait so long; null where it never does. */
  overload: ((retryAfterMs: number) => void) | null;
  /** From now on the platform refuses for good; null where it never does. */
  forbid: (() => void) | null;
  stop: () => Promise<void>;
};

const COMMAND = "Set-ImapSettings -Server 'CAS01' -MaxConnectionsPerUser 68 | Format-List *Max* # <b> & `x` *y* _z_";

/** What every messenger owes the intake and the queue, whatever it is that it writes into. */
export const messengerContract = (name: string, make: () => Promise<MessengerRig>): void => {
  describe(`${name} keeps the messenger's contract`, () => {
    let rig: MessengerRig;
    beforeEach(async () => {
      rig = await make();
    });
    afterEach(() => rig.stop());

    it('posts the headline, and each command byte for byte', async () => {
      await rig.messenger.post(rig.address(), answer('branch: 1 problem', [COMMAND, 'Get-ImapSettings']));
      const [message = ''] = await rig.seen();
      expect(message).toContain('branch: 1 problem');
      expect(message.split('\n')).toEqual(expect.arrayContaining([COMMAND, 'Get-ImapSettings']));
    });

    it('edits in place: one message, the last words', async () => {
      const at = await rig.messenger.post(rig.address(), running('Checking branch …'));
      await rig.messenger.edit(at, answer('branch: healthy', []));
      const messages = await rig.seen();
      expect(messages).toHaveLength(1);
      expect(messages[0]).toContain('branch: healthy');
      expect(messages[0]).not.toContain('Checking');
    });

    it('edits twice as once', async () => {
      const at = await rig.messenger.post(rig.address(), running('Checking branch …'));
      const after = await rig.messenger.edit(at, answer('branch: healthy', [COMMAND]));
      const once = await rig.seen();
      await rig.messenger.edit(after, answer('branch: healthy', [COMMAND]));
      expect(await rig.seen()).toEqual(once);
    });

    it('gives an address that survives being stored', async () => {
      const at = await rig.messenger.post(rig.address(), running('Checking branch …'));
      await rig.messenger.edit(JSON.parse(JSON.stringify(at)) as ReplyAddress, answer('branch: healthy', []));
      expect(await rig.seen()).toHaveLength(1);
    });

    it('keeps two questions apart', async () => {
      const first = await rig.messenger.post(rig.address(), running('first …'));
      const second = await rig.messenger.post(rig.address(), running('second …'));
      await rig.messenger.edit(second, answer('the second answer', []));
      await rig.messenger.edit(first, answer('the first answer', []));
      expect((await rig.seen()).map(words => /the \w+ answer/.exec(words)?.[0])).toEqual([
        'the first answer',
        'the second answer',
      ]);
    });

    it('posts anew what is gone, and the new address is edited from then on', async () => {
      if (!rig.remove) return expect(rig.remove).toBeNull();
      const at = await rig.messenger.post(rig.address(), running('Checking branch …'));
      await rig.remove(at);
      expect(await rig.seen()).toEqual([]);
      const anew = await rig.messenger.edit(at, answer('branch: healthy', []));
      await rig.messenger.edit(anew, answer('branch: unknown', []));
      const messages = await rig.seen();
      expect(messages).toHaveLength(1);
      expect(messages[0]).toContain('branch: unknown');
    });

    it('tells the asker without a message for everybody', async () => {
      await rig.messenger.tell(rig.address(), answer('You have no right to use this bot here.', []));
      expect(await rig.seen()).toEqual([]);
      expect(await rig.told()).toEqual([expect.stringContaining('You have no right')]);
    });

    it("shows a server's words as they are", async () => {
      const hostile = '<!channel> <@U1> <https://evil.example|ok> *b* _i_ `c` &lt; <b>x</b> [a](http://b)';
      const section: Section = { ...empty, title: 'Critical: refused', lines: [quote(hostile), text(hostile)] };
      await rig.messenger.post(rig.address(), { ...answer('branch: 1 problem', []), sections: [section] });
      const [message = ''] = await rig.seen();
      expect(message.split(hostile)).toHaveLength(3);
    });

    it('gives a link, or says that there is none', async () => {
      const at = await rig.messenger.post(rig.address(), running('Checking branch …'));
      const link = await rig.messenger.link(at);
      if (link !== null) expect(new URL(link).protocol).toMatch(/^https?:$/);
    });

    it('passes on how long to wait', async () => {
      if (!rig.overload) return expect(rig.overload).toBeNull();
      const at = await rig.messenger.post(rig.address(), running('Checking branch …'));
      rig.overload(7_000);
      for (const call of [rig.messenger.edit(at, running('…')), rig.messenger.post(rig.address(), running('…'))]) {
        const error = await call.then(
          () => null,
          thrown => thrown,
        );
        expect(error).toBeInstanceOf(MessengerBusyError);
        expect(error.retryAfterMs).toBe(7_000);
      }
    });

    it('says when trying again is no use', async () => {
      if (!rig.forbid) return expect(rig.forbid).toBeNull();
      rig.forbid();
      await expect(rig.messenger.post(rig.address(), running('…'))).rejects.toBeInstanceOf(MessengerRefusedError);
    });
  });
};

const empty: Section = { tone: 'critical', title: '', lines: [], commands: [], detail: false };
const running = (headline: string): View => ({ tone: 'running', headline, sections: [], footer: '', file: 'uccx' });
const answer = (headline: string, lines: string[]): View => ({
  tone: 'plain',
  headline,
  sections: lines.length === 0 ? [] : [{ ...empty, tone: 'plain', commands: [{ label: 'Run', lines, note: null }] }],
  footer: 'Seen from hq.',
  file: 'uccx',
});
