import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { LabTeamsMessage } from '../../../src/lab/teams/messages.js';
import { muteAction } from '../../../src/view/mute-form.js';
import { ENGINES, type Rig, resultView, startBot } from './rig.js';

/** «Mute…» and the menu of a card, by either library, over real HTTP. */
describe.each(ENGINES)('by %s', engine => {
  let rig: Rig;
  let message: LabTeamsMessage;
  const now = Date.now(); // stands still: two clicks are within two seconds however busy the machine is
  beforeAll(async () => {
    rig = await startBot({ engine, now: () => now });
    const conversation = rig.places.group;
    await rig.messenger.post(rig.addressIn(conversation), {
      ...resultView(),
      actions: [
        ...muteAction([{ target: 'branch', rule: 'imap-login' }], 'run'),
        ...['imap-login', 'tls-version'].map(rule => ({
          id: `explain-${rule}`,
          label: `Explain ${rule}`,
          command: `/uccx explain ${rule}`,
          rare: true as const,
        })),
      ],
    });
    message = rig.teams.saidByBot(conversation).at(-1) as LabTeamsMessage;
  }, 60_000);
  afterAll(() => rig?.stop());

  const latest = async (count: number) => {
    const before = rig.asked.length;
    return async () => {
      await rig.until(before + count);
      return rig.asked.slice(before);
    };
  };

  it('a mute that is filled in is the command, of whoever sent it, beside the message', async () => {
    const questions = await latest(1);
    const click = await rig.teams.deliver.click({
      person: rig.people.bob,
      message,
      label: 'Mute',
      fill: { What: 'branch as a whole', 'For how long': '1 day', Why: ' the <at>switch</at>\nis *replaced* {what0} ' },
    });
    expect(click).toMatchObject({ status: 200, fault: null });
    expect(await questions()).toMatchObject([
      {
        text: '/uccx mute branch 1d because the <at>switch</at> is *replaced* {what0}',
        by: { user: rig.people.bob.objectId },
        to: { handle: { message: message.id } },
      },
    ]);
  });

  it('sent twice within two seconds it is one; a client lets nobody send it without a reason', async () => {
    const questions = await latest(2);
    const press = () =>
      rig.teams.deliver.click({ person: rig.people.ann, message, label: 'Mute', fill: { Why: 'a double click' } });
    await Promise.all([press(), press()]);
    await expect(rig.teams.deliver.click({ person: rig.people.ann, message, label: 'Mute' })).rejects.toThrow(
      /refuses/,
    );
    await rig.teams.deliver.click({ person: rig.people.ann, message, label: 'Explain tls-version' });
    expect((await questions()).map(({ text }) => text)).toEqual([
      '/uccx mute branch imap-login 2h because a double click',
      '/uccx explain tls-version',
    ]);
    expect(rig.asked.map(({ text }) => text).filter(text => /double/.test(text))).toHaveLength(1);
  });

  it('of an older client, as a message with our data, is the same', async () => {
    const questions = await latest(1);
    const value = {
      uccx: 'fill',
      id: 'old',
      command: '/uccx mute {what0} 2h because {why0}',
      what0: 'branch',
      why0: 'x',
    };
    const at = { person: rig.people.ann, conversation: rig.places.group };
    const activity = rig.teams.deliver.compose('message', at, { value, replyToId: message.id });
    await rig.teams.deliver.activity(activity);
    expect(await questions()).toMatchObject([{ text: '/uccx mute branch 2h because x', fromButton: true }]);
  });

  it.each([
    ['fields that are no words', { what0: ['branch'], why0: { toString: 'x' } }, '/uccx mute  2h because '],
    [
      'fields that nobody offered',
      { what0: 'branch', why0: 'x', '{why0}': 'y', __proto__: 'z' },
      '/uccx mute branch 2h because x',
    ],
    ['a novel', { what0: 'branch', why0: 'x'.repeat(50_000) }, `/uccx mute branch 2h because ${'x'.repeat(3_000)}`],
  ])('forged with %s it is what somebody could have typed, for the intake to refuse', async (name, fields, text) => {
    const questions = await latest(1);
    const inputs = { uccx: 'fill', id: name, command: '/uccx mute {what0} 2h because {why0}', ...fields };
    const click = await rig.teams.deliver.click({
      person: rig.people.ann,
      message,
      label: 'Explain imap-login',
      inputs,
    });
    expect(click).toMatchObject({ status: 200, fault: null });
    expect(JSON.stringify(click.body).length).toBeLessThan(400); // it is told back in short
    expect((await questions()).map(question => question.text)).toEqual([text]);
  });
});
