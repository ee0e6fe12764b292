import { describe, expect, it } from 'vitest';
import { TargetId } from '../../src/domain/ids.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import type { View } from '../../src/view/view.js';
import { mailTarget } from '../support/build.js';
import { rig } from './rig.js';

const NOW = Date.parse('2026-11-21T08:00:00.000Z');
const words = (view: View | undefined): string =>
  [
    view?.headline,
    ...(view?.sections ?? []).flatMap(({ title, lines }) => [title, ...lines.map(({ text }) => text)]),
  ].join('\n');
const button = (view: View | undefined, label: string): string =>
  view?.actions?.find(each => each.label === label)?.command ?? `no button ${label}`;

const limited = mailTarget({
  id: 'limited',
  agents: 10,
  user: 'contoso\\limited',
  limits: { readOn: '2026-11-20', imapConnectionsPerUser: 16, storeSessionsPerUser: 30 },
});
const withTest = {
  ...mailTarget({ id: 'with-test', user: 'contoso\\with-test' }),
  ladder: { most: 60, keepFree: 2, testMailbox: { user: 'contoso\\probe', password: 'env:PROBE' as never } },
};

describe('check --deep', () => {
  it('shows what it would take and opens nothing', async () => {
    const { ask, said, submitted, held } = rig({ also: [limited] });
    await ask('check limited --deep --nobody-at-work');
    expect(submitted).toEqual([]);
    expect(await held('limited')).toBe(false);
    expect(said.map(({ by }) => by)).toEqual(['post']);
    const view = said[0]?.view;
    expect(view?.headline).toBe(
      'limited: a deep check would take up to 14 IMAP sessions. Nothing has been opened yet.',
    );
    for (const what of [
      /contoso\\limited, the account that all agents share,/,
      /at least 250 ms apart/,
      /At most 14 at once, for at most 29\.0 s/,
      /read on 2026-11-20 one account may hold 16 sessions: this takes at most 14 of them and leaves 2/,
      /nobody works on the account now \(--nobody-at-work\); nobody here can see whether that is so/,
      /An agent who logs in meanwhile may be refused/,
      /outside working hours/,
      /on another machine that does not use this Redis is not seen from here/,
      /«stop», which anybody may press/,
    ])
      expect(words(view)).toMatch(what);
    expect(view?.actions?.map(({ label }) => label)).toEqual(['Confirm', 'Cancel']);
  });

  it('prefers the test mailbox, and says that it takes nothing from agents', async () => {
    const { ask, said } = rig({ also: [withTest] });
    await ask('check with-test --deep');
    expect(words(said[0]?.view)).toMatch(/the test mailbox contoso\\probe[\s\S]*Nobody works with the test mailbox/);
  });

  it('says that no limit is known where none was read', async () => {
    const { ask, said } = rig();
    await ask('check prod --deep --nobody-at-work');
    expect(words(said[0]?.view)).toMatch(/up to 14 IMAP sessions[\s\S]*No limit has been read[\s\S]*at most 14/);
  });

  it('is not offered where too few sessions would be left', async () => {
    const tight = mailTarget({ id: 'tight', limits: { readOn: '2026-11-20', imapConnectionsPerUser: 3 } });
    const { ask, said, submitted } = rig({ also: [tight] });
    await ask('check tight --deep');
    expect(said[0]).toMatchObject({ by: 'tell', view: { headline: /./ } });
    expect(words(said[0]?.view)).toMatch(
      /^Not offered: tight allows 3 sessions by what was read on 2026-11-20; agents and server hold 54 at work, and 2 must stay free.*--nobody-at-work/,
    );
    expect(submitted).toEqual([]);
  });

  it.each([
    ['check --deep', /`--deep` wants exactly one target/],
    ['check prod branch --deep', /`--deep` wants exactly one target/],
    ['check prod branch --loop', /`--loop` wants exactly one target/],
    ['check prod --deep --only smtp', /--only smtp leaves IMAP out/],
    ['check inbox --deep', /inbox has no mailbox that anybody logs in to/],
    ['check prod --loop', /gives it no loopAddress/],
    ['check prod --loop --deep', /`--deep` and `--loop` do not go together/],
    ['check prod --depe', /Did you mean `--deep`/],
    ['confirm prod', /has a button for/],
    ['stop', /`stop` wants the target/],
    ['stop prdo', /no target `prdo`.*Did you mean `prod`/],
  ])('%s is a mistake', async (text, says) => {
    const { ask, said, submitted } = rig({ inbox: true });
    await ask(text);
    expect(words(said[0]?.view)).toMatch(says);
    expect(submitted).toEqual([]);
  });

  it.each(['viewer', 'runner'])('is not for a %s, and neither is --loop', async user => {
    const { ask, said, submitted } = rig();
    await ask('check prod --deep --nobody-at-work', { user });
    await ask('check prod --loop', { user });
    expect(said.map(({ view }) => view.headline)).toEqual(
      Array(2).fill('You have no right to do this with prod: it needs the role operator.'),
    );
    expect(submitted).toEqual([]);
  });
});

describe('a confirmation', () => {
  const shown = async (given: Parameters<typeof rig>[0] = {}, text = 'check prod --deep --nobody-at-work') => {
    const test = rig(given);
    await test.ask(text);
    const card = test.said[0]?.view;
    return { ...test, confirm: button(card, 'Confirm'), cancel: button(card, 'Cancel') };
  };

  it('lays the run as it was shown, in the place of the card', async () => {
    const { ask, confirm, submitted, sentTo, held, followed } = await shown();
    await ask(confirm, { fromButton: true });
    const [plan] = submitted;
    expect(plan?.targets[0]?.orders).toMatchObject([
      {
        probe: 'imap-ladder',
        site: 'hq',
        budgetMs: 29_000,
        ladder: { account: 'shared', most: 14, nobodyAtWork: true },
      },
      { probe: 'smtp-service' },
    ]);
    // The usual time, and that of the climb.
    expect(plan?.answerBy).toBe('2026-11-21T08:00:54.000Z');
    expect(sentTo).toEqual([{ platform: 'slack', handle: 'question' }]);
    expect(followed).toHaveLength(1);
    expect(await held('prod')).toBe(true);
  });

  it('on a test mailbox leaves the login of the shared account to its own probe', async () => {
    const { ask, confirm, submitted } = await shown({ also: [withTest] }, 'check with-test --deep');
    await ask(confirm);
    expect(submitted[0]?.targets[0]?.orders.map(({ probe }) => probe)).toEqual([
      'imap-login',
      'imap-ladder',
      'smtp-service',
    ]);
    expect(submitted[0]?.targets[0]?.orders[0]).not.toHaveProperty('ladder');
  });

  it('counts once: replayed, it opens nothing', async () => {
    const { ask, confirm, submitted, said } = await shown();
    await ask(confirm);
    await ask(confirm);
    expect(submitted).toHaveLength(1);
    expect(said.at(-1)).toMatchObject({ by: 'tell' });
    expect(said.at(-1)?.view.headline).toMatch(
      /^There is nothing to confirm for prod: it was confirmed or cancelled already/,
    );
  });

  it('counts once where two press at the same time', async () => {
    const { ask, confirm, submitted } = await shown();
    await Promise.all([ask(confirm), ask(confirm)]);
    expect(submitted).toHaveLength(1);
  });

  it.each(['viewer', 'runner'])('by a %s is refused and uses nothing up', async user => {
    const { ask, confirm, submitted, said } = await shown();
    await ask(confirm, { user });
    expect(submitted).toEqual([]);
    expect(said.at(-1)?.view.headline).toBe('You have no right to do this with prod: it needs the role operator.');
    await ask(confirm);
    expect(submitted).toHaveLength(1);
  });

  it('by an operator of another target is refused', async () => {
    const grants = [
      { role: 'operator', platform: 'slack', users: ['operator'] },
      { role: 'operator', platform: 'slack', users: ['other'], targets: ['branch'] },
    ];
    const { ask, confirm, submitted } = await shown({ grants });
    await ask(confirm, { user: 'other' });
    await ask(confirm.replace('prod', 'branch'), { user: 'other' });
    expect(submitted).toEqual([]);
  });

  it('does not count after ten minutes', async () => {
    let now = NOW;
    const clock = { now: () => now };
    const { ask, confirm, submitted, said } = await shown({ shares: { store: memoryStore(clock) } });
    now += 10 * 60_000 + 1;
    await ask(confirm);
    expect(submitted).toEqual([]);
    expect(said.at(-1)?.view.headline).toMatch(/older than ten minutes/);
  });

  it('of what is no longer configured so is asked anew', async () => {
    const store = memoryStore({ now: () => NOW });
    const { confirm } = await shown({ also: [limited], shares: { store } }, 'check limited --deep --nobody-at-work');
    const changed = { ...limited, limits: { readOn: '2026-11-21', imapConnectionsPerUser: 10 } };
    const { ask, submitted, said } = rig({ also: [changed], shares: { store } });
    await ask(confirm, { fromButton: true, run: 'sla-confirming' });
    expect(submitted).toEqual([]);
    expect(said.at(-1)).toMatchObject({ by: 'edit' });
    expect(words(said.at(-1)?.view)).toMatch(
      /up to 8 IMAP sessions[\s\S]*configuration has changed since this was shown/,
    );
    await ask(button(said.at(-1)?.view, 'Confirm'), { run: 'sla-confirming-2' });
    expect(submitted[0]?.targets[0]?.orders[0]?.ladder?.most).toBe(8);
  });

  it('after a cancel opens nothing', async () => {
    const { ask, confirm, cancel, submitted, said } = await shown();
    await ask(cancel, { fromButton: true });
    expect(said.at(-1)).toMatchObject({ by: 'edit', view: { headline: expect.stringMatching(/^Cancelled: nothing/) } });
    await ask(confirm);
    expect(submitted).toEqual([]);
  });

  it('and a chat that is busy just then shows it once it no longer is', async () => {
    const { ask, cancel, said, messengerIs } = await shown();
    messengerIs('hurried once');
    expect(await ask(cancel, { fromButton: true })).toBe('done');
    expect(said.at(-1)).toMatchObject({ by: 'edit', view: { headline: expect.stringMatching(/^Cancelled: nothing/) } });
  });

  it('whose message can no longer be written to is told to who pressed it, and as no fault of ours', async () => {
    const { ask, cancel, said, messengerIs } = await shown();
    messengerIs('closed');
    expect(await ask(cancel, { fromButton: true })).toBe('done');
    expect(said.at(-1)).toMatchObject({ by: 'tell', view: { headline: expect.stringMatching(/^Cancelled: nothing/) } });
  });

  it('waits for no other check of the account: it is told that one runs', async () => {
    const twin = mailTarget({ id: 'twin', user: 'CONTOSO\\UCCXEMAIL' });
    const test = rig({ also: [twin] });
    await test.ask('check twin');
    await test.ask('check prod --deep --nobody-at-work');
    await test.ask(button(test.shown().at(-1), 'Confirm'));
    expect(test.submitted).toHaveLength(1);
    expect(test.shown().at(-1)?.headline).toMatch(/^prod is being checked already/);
    expect(await test.held('prod')).toBe(false);
  });

  it('keeps others off the account while it climbs', async () => {
    const twin = mailTarget({ id: 'twin', user: 'CONTOSO\\UCCXEMAIL' });
    const { ask, confirm, submitted, held } = await shown({ also: [twin] });
    await ask(confirm);
    await ask('check twin');
    expect(submitted).toHaveLength(1);
    expect(await held('twin')).toBe(true);
  });

  it('lets everything go where the queue is down', async () => {
    const twin = mailTarget({ id: 'twin', user: 'CONTOSO\\UCCXEMAIL' });
    const { ask, confirm, held, said } = await shown({ also: [twin], down: 'submit' });
    await ask(confirm, { fromButton: true });
    expect([await held('prod'), await held('twin')]).toEqual([false, false]);
    expect(said.at(-1)?.view.headline).toMatch(/queue \(Redis\) cannot be reached/);
  });
});

describe('stop', () => {
  const running = async () => {
    const test = rig();
    await test.ask('check prod --deep --nobody-at-work', { run: 'sla-Card' });
    await test.ask(button(test.said[0]?.view, 'Confirm'), { run: 'sla-Confirmed' });
    const pressed: string[] = [];
    test.store.stops.watch('sla-Confirmed' as never, says => pressed.push(says));
    return { ...test, pressed };
  };

  it.each([
    ['the button under the running message', 'stop sla-Confirmed'],
    ['the target', 'stop prod'],
  ])('by %s, by anybody who sees it', async (_, text) => {
    const { ask, pressed, said } = await running();
    await ask(text, { user: 'viewer', fromButton: true });
    expect(pressed).toHaveLength(1);
    expect(said.at(-1)).toMatchObject({ by: 'tell' });
    expect(said.at(-1)?.view.headline).toMatch(/^Told the check of prod to stop/);
  });

  it('reaches nothing that the person may not see', async () => {
    const grants = [
      { role: 'operator', platform: 'slack', users: ['operator'] },
      { role: 'viewer', platform: 'slack', users: ['viewer'], targets: ['branch'] },
    ];
    const { ask, said, store } = rig({ grants });
    await store.claims.take(
      TargetId.parse('prod'),
      { run: 'sla-Other' as never, since: new Date(NOW).toISOString(), link: null },
      60_000,
    );
    const pressed: string[] = [];
    store.stops.watch('sla-Other' as never, says => pressed.push(says));
    await ask('stop sla-Other', { user: 'viewer' });
    expect(pressed).toEqual([]);
    expect(said.at(-1)?.view.headline).toMatch(/^Nothing is being checked under sla-Other/);
  });

  it('says so where nothing runs', async () => {
    const { ask, said } = rig();
    await ask('stop branch');
    expect(said.at(-1)?.view.headline).toBe('Nothing is being checked under branch that you may see.');
  });
});
