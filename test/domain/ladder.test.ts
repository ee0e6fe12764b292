import { describe, expect, it } from 'vitest';
import { grantLadder, LadderOffer, ladderMs, offerLadder, sharingAccounts } from '../../src/domain/ladder.js';
import { MailTarget } from '../../src/domain/target.js';
import { inboxTarget, mailTarget } from '../support/build.js';

const with_ = (ladder: object, words: Parameters<typeof mailTarget>[0] = {}) =>
  MailTarget.parse({ ...mailTarget(words), ladder });
const read = (imapConnectionsPerUser?: number, storeSessionsPerUser?: number) => ({
  limits: { readOn: '2026-11-20', imapConnectionsPerUser, storeSessionsPerUser },
});
const test = { testMailbox: { user: 'contoso\\probe', password: 'env:PROBE' } };

describe('what a ladder may take', () => {
  it.each([
    ['twenty where nothing is configured or read', mailTarget(), { account: 'shared', most: 20, limit: null }],
    ['what the file says', with_({ most: 60 }), { account: 'shared', most: 60 }],
    ['of a limit all but two', mailTarget(read(16)), { most: 14, limit: { sessions: 16, readOn: '2026-11-20' } }],
    ['of the smaller limit', mailTarget(read(200, 10)), { most: 8, limit: { sessions: 10 } }],
    ['of a limit all but what must stay free', with_({ keepFree: 8 }, read(16)), { most: 8, keepFree: 8 }],
    ['no more than that for a high limit', mailTarget(read(2400, 2400)), { most: 20 }],
    [
      'on a test mailbox, whatever was read',
      with_({ ...test, most: 60 }, read(16)),
      { account: 'test', most: 60, heldAtWork: 0 },
    ],
    [
      'on no test mailbox that is the shared one',
      with_({ testMailbox: { user: 'UCCXEMAIL@contoso.com', password: 'env:P' } }),
      { account: 'shared' },
    ],
    ['with what agents and server hold at work', mailTarget({ agents: 10 }), { heldAtWork: 24 }],
    ['with what the server holds, for Finesse', mailTarget({ agents: 10, desktop: 'finesse' }), { heldAtWork: 4 }],
  ])('%s', (_, target, expected) => {
    const offered = offerLadder(target);
    expect(offered).toMatchObject({ is: 'offer', offer: { intervalMs: 250, ...expected } });
    if (offered.is === 'offer') {
      expect(LadderOffer.parse(offered.offer)).toEqual(offered.offer);
      expect(offered.offer.budgetMs).toBe(ladderMs(offered.offer.most));
    }
  });

  it.each([
    ['three sessions, two of them to stay free', mailTarget(read(3))],
    ['as many as must stay free', with_({ keepFree: 16 }, read(16))],
  ])('nothing: %s', (_, target) => expect(offerLadder(target)).toMatchObject({ is: 'no-room' }));

  it('has time for every rung, and an end', () => {
    expect(ladderMs(20)).toBe(35_000);
    expect(ladderMs(4000)).toBe(20 * 60_000);
    expect(4000 * 280).toBeLessThan(ladderMs(4000));
  });
});

describe('what a worker grants of an order, by its own file', () => {
  const order = { account: 'shared', most: 4000, intervalMs: 250 } as const;
  it.each([
    ['no more sessions', mailTarget(), order, 1_200_000, { most: 20, lastsMs: ladderMs(20) }],
    ['no more than a limit leaves', mailTarget(read(16)), order, 1_200_000, { most: 14, lastsMs: ladderMs(14) }],
    ['no shorter pauses', mailTarget(), { ...order, intervalMs: 1 }, 1_200_000, { intervalMs: 250 }],
    ['what was agreed to, where that is less', mailTarget(), { ...order, most: 3 }, 9000, { most: 3, lastsMs: 9000 }],
    ['longer pauses', mailTarget(), { ...order, intervalMs: 900 }, 9000, { intervalMs: 900 }],
  ])('%s', (_, target, asked, budgetMs, granted) =>
    expect(grantLadder(target, asked, budgetMs)).toMatchObject({ is: 'granted', account: 'shared', ...granted }),
  );

  it.each([
    ['the shared account, where a test mailbox is configured', with_(test), order],
    ['a test mailbox that it does not have', mailTarget(), { ...order, account: 'test' as const }],
    ['anything, where nothing is left', mailTarget(read(3)), order],
  ])('nothing: %s', (_, target, asked) => expect(grantLadder(target, asked, 60_000)).toMatchObject({ is: 'no-room' }));
});

it('shares its accounts with every target that logs in to one of them, however it is spelt', () => {
  const prod = with_(test, { id: 'prod' });
  const others = [
    mailTarget({ id: 'same', user: 'UccxEmail@contoso.com' }),
    mailTarget({ id: 'on-the-test-mailbox', user: 'CONTOSO\\Probe' }),
    with_(test, { id: 'same-test-mailbox', user: 'contoso\\third' }),
    mailTarget({ id: 'stranger', user: 'contoso\\fourth' }),
    inboxTarget({ id: 'inbox' }),
  ];
  expect(sharingAccounts(prod, [prod, ...others]).map(({ id }) => id)).toEqual([
    'prod',
    'same',
    'on-the-test-mailbox',
    'same-test-mailbox',
  ]);
  expect(sharingAccounts(others[4] as never, [prod, ...others]).map(({ id }) => id)).toEqual(['inbox']);
});
