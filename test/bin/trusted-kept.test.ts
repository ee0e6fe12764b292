import { expect, it } from 'vitest';
import { trustedKept } from '../../src/bin/trusted-kept.js';
import { Digest } from '../../src/domain/digest.js';
import { type Mute, Quiet, QuietId } from '../../src/domain/quiet.js';
import { Watch } from '../../src/domain/watching.js';
import { makeSigningKey } from '../../src/signing/key.js';
import { makeSigning, type Signing } from '../../src/signing/signing.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import { signingOf } from '../support/signing.js';

/** Whoever writes into Redis writes into `kept`; `bot` is what a bot that is started then has of it. */
const rig = () => {
  let now = Date.parse('2026-11-21T08:00:00.000Z');
  const clock = { now: () => now };
  const kept = memoryStore(clock);
  const warned: string[] = [];
  const log = { info: () => {}, warn: (_: object, says: string) => void warned.push(says), error: () => {} };
  return {
    kept,
    warned,
    bot: (signing: Signing = signingOf('bot')) => trustedKept(kept, { signing, log, clock }),
    pass: (ms: number) => {
      now += ms;
    },
  };
};
const LONG = 3_600_001;
const by = { platform: 'slack', user: 'U1', groups: [], channel: 'C1' };
const mute = Quiet.parse({
  is: 'mute',
  id: 'mute prod',
  because: 'we know',
  at: '2026-11-21T07:00:00.000Z',
  by,
  target: 'prod',
  rule: null,
  until: '2026-11-22T07:00:00.000Z',
}) as Mute;
const address = { is: 'address', address: { platform: 'slack', handle: { channel: 'C1' } } };
const times = { zone: 'UTC', targets: ['prod'], to: address, by };
const watch = Watch.parse({ ...times, id: 'w-1', everyMs: 300_000, patience: {} });
const digest = Digest.parse({ ...times, id: 'd-1', when: { is: 'cron', pattern: '0 8 * * *' }, onlyChanges: false });
it('what a bot kept counts for every bot, and for a version that knows no signatures', async () => {
  const { bot, kept, warned, pass } = rig();
  const { quiets, watches, digests } = bot();
  await Promise.all([quiets.put(mute), watches.put(watch), digests.put(digest)]);
  const next = bot();
  pass(LONG);
  expect([await next.quiets.all(), await next.watches.all(), await next.digests.all()]).toEqual([
    [mute],
    [watch],
    [digest],
  ]);
  expect((await kept.quiets.all())[0]).toMatchObject(mute);
  expect(warned).toEqual([]);
});

type Kept = ReturnType<typeof rig>['kept'];
const signed = async (kept: Kept) => (await kept.quiets.all())[0]?.signed;
const other = { ...mute, id: QuietId.parse('mute branch'), target: 'branch' } as Mute;
it.each<[string, (kept: Kept) => Promise<void>, RegExp]>([
  ['nobody signed', kept => kept.quiets.put(other), /mute branch does not count, because it is not signed/],
  [
    'a worker signed',
    kept => kept.quiets.put({ ...other, signed: signingOf('site-hq').sign({ is: 'silence', id: other.id }, other) }),
    /not signed by a bot/,
  ],
  [
    'a bot signed for another',
    async kept => kept.quiets.put({ ...other, signed: await signed(kept) }),
    /signed for something else/,
  ],
])('a mute that %s mutes nothing, and is told in the log once', async (_, forge, says) => {
  const { bot, kept, warned, pass } = rig();
  const { quiets } = bot();
  await quiets.put(mute);
  pass(LONG);
  await forge(kept);
  expect([await quiets.all(), await quiets.all()]).toEqual([[mute], [mute]]);
  expect(warned).toEqual([expect.stringMatching(says)]);
});

it('a watch or digest counts as it was signed, wherever somebody lets it point to', async () => {
  const { bot, kept } = rig();
  const { watches, digests } = bot();
  await Promise.all([watches.put(watch), digests.put(digest)]);
  const elsewhere = { is: 'address', address: { platform: 'slack', handle: { channel: 'CEVIL' } } } as const;
  for (const each of await kept.watches.all()) await kept.watches.put({ ...each, to: elsewhere, targets: [] });
  for (const each of await kept.digests.all()) await kept.digests.put({ ...each, to: elsewhere });
  expect([await watches.all(), await digests.all()]).toEqual([[watch], [digest]]);
});

it('what a version before kept counts when a bot starts, is told in the log, and is signed from then on', async () => {
  const { bot, kept, warned, pass } = rig();
  await kept.quiets.put(mute);
  expect(await bot().quiets.all()).toEqual([mute]);
  expect(warned).toEqual([
    expect.stringMatching(/the silence mute prod is not signed: a version before this one kept it/),
  ]);
  const next = bot();
  pass(LONG);
  expect(await next.quiets.all()).toEqual([mute]);
  expect(warned).toHaveLength(1);
});

it('is signed anew when the key of the bot is changed, before the old one is forgotten', async () => {
  const { bot, pass } = rig();
  const [old, young] = [makeSigningKey().key, makeSigningKey().key];
  const signing = (own: typeof old, accepted: (typeof old)[]) =>
    makeSigning('bot', { own: () => own, accepted: () => accepted, refresh: async () => {} });
  await bot(signing(old, [old])).quiets.put(mute);
  const accepted = [young, old];
  const { quiets } = bot(signing(young, accepted));
  expect(await quiets.all()).toEqual([mute]);
  accepted.pop();
  pass(LONG);
  expect(await quiets.all()).toEqual([mute]);
});

it('what was signed with a key that counts no more does not count, at the latest after ten minutes', async () => {
  const { bot, kept, pass, warned } = rig();
  const key = makeSigningKey().key;
  const accepted = [key];
  const stolen = makeSigning('bot', { own: () => key, accepted: () => accepted, refresh: async () => {} });
  const { quiets } = bot(stolen);
  await quiets.put(mute);
  expect(await quiets.all()).toEqual([mute]);
  accepted.pop();
  pass(600_001);
  expect(await quiets.all()).toEqual([]);
  expect(warned).toEqual([expect.stringMatching(/no public key of a bot is known/)]);
  expect(await kept.quiets.all()).toHaveLength(1); // left there, for whoever looks into it
});
