import { describe, expect, it } from 'vitest';
import { makeSigningKey, readPublicKey, readSigningKey } from '../../src/signing/key.js';
import { openWords, type Party, type Purpose, type Signed, signWords } from '../../src/signing/signed.js';
import { makeSigning } from '../../src/signing/signing.js';

const [bot, second, site] = [1, 2, 3].map(() => makeSigningKey().key) as [Key, Key, Key];
type Key = ReturnType<typeof makeSigningKey>['key'];
const purpose: Purpose = { is: 'probe order', id: 'run-1.prod.imap-service.hq' };
const valid = { at: '2026-11-21T08:00:00.000Z', until: '2026-11-21T08:00:25.000Z' };
const body = { run: 'run-1', words: 'naïve «žluť»\n' };
const signed = signWords('bot', bot, purpose, body, valid);
/** As Redis gives it back. */
const carried = (found: unknown): unknown => JSON.parse(JSON.stringify(found));

it('gives back what was signed, and until when it is good', () => {
  expect(openWords('bot', [second, bot], purpose, carried(signed))).toEqual({ is: 'good', body, valid, key: bot.id });
});

describe('words do not count', () => {
  it.each<[string, { found: unknown; from?: Party; keys?: Key[]; purpose?: Purpose }, string, RegExp]>([
    ['without a signature', { found: body }, 'unsigned', /not signed/],
    ['that are nothing', { found: null }, 'unsigned', /not signed/],
    [
      'with another word in them',
      { found: { ...signed, text: signed.text.replace('run-1', 'run-2') } },
      'altered',
      /altered, or forged/,
    ],
    [
      'with another time in them',
      { found: { ...signed, text: signed.text.replace('08:00:25', '18:00:25') } },
      'altered',
      /altered/,
    ],
    ['with a signature that is none', { found: { ...signed, signature: 'AAAA' } }, 'altered', /altered/],
    [
      'under the name of another key',
      { found: { ...signed, key: second.id }, keys: [bot, second] },
      'altered',
      /altered/,
    ],
    [
      'of a site in the place of a bot',
      { found: signWords('site-hq', site, purpose, body) },
      'other-party',
      /not signed by a bot/,
    ],
    [
      'of a site that calls itself a bot',
      { found: signWords('bot', site, purpose, body) },
      'unknown-key',
      /of a bot only .* is known here/,
    ],
    [
      'of a bot that nobody knows here',
      { found: signed, keys: [] },
      'unknown-key',
      /no public key of a bot is known here/,
    ],
    [
      'of another site',
      { found: signWords('site-lab', site, purpose, body), from: 'site-hq', keys: [site] },
      'other-party',
      /not signed by a worker of hq/,
    ],
    [
      'that were signed for another job',
      { found: signed, purpose: { ...purpose, id: 'run-1.test.imap-service.hq' } },
      'other-purpose',
      /moved here/,
    ],
    [
      'that were signed as something else',
      { found: signed, purpose: { ...purpose, is: 'probe answer' } },
      'other-purpose',
      /moved here/,
    ],
    [
      'of a newer protocol',
      { found: { ...signed, protocol: 2 } },
      'protocol',
      /protocol 2.*this side is too old, update it/,
    ],
    [
      'of an older protocol than is read',
      { found: { ...signed, protocol: 0 } },
      'protocol',
      /the other side is too old/,
    ],
  ])('%s', (_, { found, from = 'bot', keys = [bot], purpose: asked = purpose }, why, says) => {
    expect(openWords(from, keys, asked, carried(found))).toMatchObject({
      is: 'refused',
      why,
      says: expect.stringMatching(says),
    });
  });

  it('and a key with a strange name is not repeated', () => {
    const opened = openWords('bot', [bot], purpose, { ...signed, key: '<@U1> \u202e' });
    expect(JSON.stringify(opened)).not.toMatch(/U1|\u202e/);
  });
});

it('a protocol is part of what is signed: nobody can call the words those of an older one', () => {
  const head = { ...signed, protocol: 1 } satisfies Signed;
  const other = signWords('bot', bot, { ...purpose, id: 'x' }, body);
  expect(openWords('bot', [bot], purpose, { ...head, signature: other.signature })).toMatchObject({ why: 'altered' });
});

it('a key that was added a moment ago counts: keys are read again for one that is not known', async () => {
  let known = [bot];
  const ring = {
    own: () => null,
    accepted: () => known,
    refresh: async () => {
      known = [bot, second];
    },
  };
  const found = signWords('bot', second, purpose, body);
  const refused: string[] = [];
  const hq = makeSigning('site-hq', ring, (what, why) => refused.push(`${what}: ${why}`));
  expect(await hq.open('bot', purpose, found)).toMatchObject({ is: 'good', key: second.id });
  expect(refused).toEqual([]);
  await hq.open('bot', purpose, signWords('bot', site, purpose, body));
  await hq.open('bot', purpose, { ...found, text: '{}' });
  expect(refused).toEqual(['probe order: unknown-key', 'probe order: altered']);
  expect(() => makeSigning('site-hq', ring).sign(purpose, body)).toThrow(/no private key of a worker of hq here/);
});

it('a key is one line of text or a PEM file, and says nothing of itself where it is none', () => {
  const { pem, key } = makeSigningKey();
  expect(key.text).toMatch(/^ed25519:[A-Za-z0-9_-]{43}$/);
  expect(readPublicKey(key.text)?.id).toBe(key.id);
  expect(readSigningKey(pem.trim().replaceAll('\n', '\\n'), 'env:KEY').id).toBe(key.id);
  expect(readPublicKey(`${key.text}x`)).toBeNull();
  const secret = 'not-a-key-but-a-secret';
  expect(() => readSigningKey(secret, 'env:KEY')).toThrow(/^env:KEY holds no private Ed25519 key/);
  expect(() => readSigningKey(secret, 'env:KEY')).not.toThrow(secret);
});
