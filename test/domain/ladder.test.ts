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

const nobody = { nobodyAtWork: true } as const;
const finesse = (words: object = {}) => mailTarget({ desktop: 'finesse', ...words });

describe('what a ladder may take', () => {
  it.each<[string, MailTarget, object, object]>([
    [
      'of what Exchange ships with all but two, where no limit was read',
      mailTarget(),
      nobody,
      { account: 'shared', most: 14, limit: null },
    ],
    ['of it all but what the server holds, for Finesse', finesse(), {}, { most: 10, heldAtWork: 4 }],
    ['no more than that, whatever the file says', with_({ most: 60 }), nobody, { account: 'shared', most: 14 }],
    [
      'of a limit all but two',
      mailTarget(read(16)),
      nobody,
      { most: 14, limit: { sessions: 16, readOn: '2026-11-20' } },
    ],
    ['of the smaller limit', mailTarget(read(200, 10)), nobody, { most: 8, limit: { sessions: 10 } }],
    ['of a limit all but what must stay free', with_({ keepFree: 8 }, read(16)), nobody, { most: 8, keepFree: 8 }],
    ['no more than twenty for a high limit', mailTarget(read(2400, 2400)), {}, { most: 20, heldAtWork: 54 }],
    [
      'of a limit what twelve agents and the server leave',
      mailTarget({ agents: 12, ...read(40) }),
      {},
      { most: 10, heldAtWork: 28 },
    ],
    [
      'on a test mailbox, whatever was read',
      with_({ ...test, most: 60 }, read(16)),
      {},
      { account: 'test', most: 60, heldAtWork: 0 },
    ],
    [
      'on no test mailbox that is the shared one',
      with_({ testMailbox: { user: 'UCCXEMAIL@contoso.com', password: 'env:P' } }),
      nobody,
      { account: 'shared', heldAtWork: 0, nobodyAtWork: true },
    ],
  ])('%s', (_, target, said, expected) => {
    const offered = offerLadder(target, said);
    expect(offered).toMatchObject({ is: 'offer', offer: { intervalMs: 250, ...expected } });
    if (offered.is === 'offer') {
      expect(LadderOffer.parse(offered.offer)).toEqual(offered.offer);
      expect(offered.offer.budgetMs).toBe(ladderMs(offered.offer.most));
    }
  });

  it.each<[string, MailTarget, object, RegExp]>([
    ['three sessions, two of them to stay free', mailTarget(read(3)), nobody, /leaves no room to climb$/],
    ['as many as must stay free', with_({ keepFree: 16 }, read(16)), nobody, /16 must stay free/],
    [
      'twelve agents on a limit of 16',
      mailTarget({ agents: 12, ...read(16) }),
      {},
      /hold 28 at work.*--nobody-at-work/,
    ],
    ['twelve agents and no limit that was read', mailTarget({ agents: 12 }), {}, /ships with 16.*hold 28 at work/],
  ])('nothing: %s', (_, target, said, says) =>
    expect(offerLadder(target, said)).toEqual({ is: 'no-room', says: expect.stringMatching(says) }),
  );

  it('has time for every rung, and an end', () => {
    expect(ladderMs(20)).toBe(35_000);
    expect(ladderMs(4000)).toBe(20 * 60_000);
    expect(4000 * 280).toBeLessThan(ladderMs(4000));
  });
});

describe('what a worker grants of an order, by its own file', () => {
  const order = { account: 'shared', most: 4000, intervalMs: 250, nobodyAtWork: true } as const;
  it.each([
    ['no more sessions', mailTarget(), order, 1_200_000, { most: 14, lastsMs: ladderMs(14) }],
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
    [
      'what those at work hold, where nobody said that they are gone',
      mailTarget(read(16)),
      { account: 'shared' as const, most: 9, intervalMs: 250 },
    ],
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
