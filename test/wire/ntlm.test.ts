import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { digest } from '../../src/lab/nt-hash.js';
import { md4 } from '../../src/wire/md4.js';
import { ntlmAuthenticate, ntlmName, ntlmNegotiate, readNtlmChallenge } from '../../src/wire/ntlm.js';
import { lmProof, ntlmKey, ntlmProof } from '../../src/wire/ntlm-proof.js';

const hex = (words: string) => Buffer.from(words.replaceAll(/\s/g, ''), 'hex');

describe('MD4', () => {
  // RFC 1320, A.5
  it.each([
    ['', '31d6cfe0d16ae931b73c59d7e0c089c0'],
    ['a', 'bde52cb31de33e46245e05fbdbd6fb24'],
    ['abc', 'a448017aaf21d8525fc10ae87aa6729d'],
    ['message digest', 'd9130a8164549fe818874806e1c7014b'],
    ['abcdefghijklmnopqrstuvwxyz', 'd79e1c308aa5bbcdeea8ed63df412da9'],
    ['ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789', '043f8582f241db351ce627e153e7f0e4'],
    [
      '12345678901234567890123456789012345678901234567890123456789012345678901234567890',
      'e33b4ddc9c38f2199c3e7b164fcc0536',
    ],
  ])('of «%s» is that of RFC 1320, in the client and in the lab', (words, expected) => {
    expect(md4(Buffer.from(words)).toString('hex')).toBe(expected);
    expect(digest(Buffer.from(words)).toString('hex')).toBe(expected);
  });

  it('is the same in client and lab, whatever the length', () =>
    fc.assert(fc.property(fc.uint8Array({ maxLength: 200 }), bytes => md4(Buffer.from(bytes)).equals(digest(bytes)))));
});

/** MS-NLMP 4.2.1 and 4.2.4: the values that Microsoft publishes for NTLMv2, byte for byte. */
describe('the published example of NTLMv2', () => {
  const serverChallenge = hex('0123456789abcdef');
  const clientChallenge = hex('aaaaaaaaaaaaaaaa');
  const targetInfo = hex('02000c0044006f006d00610069006e00 01000c00530065007200760065007200 00000000');
  const key = ntlmKey('User', 'Domain', 'Password');
  const temp = hex(
    '01010000000000000000000000000000aaaaaaaaaaaaaaaa0000000002000c0044006f006d00610069006e0001000c005300650072007600650072000000000000000000',
  );
  const challengeMessage = hex(`4e544c4d53535000 02000000 0c000c0038000000 33828ae2 0123456789abcdef 0000000000000000
    2400240044000000 060070170000000f 530065007200760065007200
    02000c0044006f006d00610069006e0001000c0053006500720076006500720000000000`);

  it('has the key of 4.2.4.1.1', () => expect(key).toEqual(hex('0c868a403bfd7a93a3001ef22ef02e3f')));
  it('has the answers and the session key of 4.2.4.1.2 to 4.2.4.2.2', () => {
    const { response, sessionKey } = ntlmProof({ key, serverChallenge, clientChallenge, time: 0n, targetInfo });
    expect(response).toEqual(Buffer.concat([hex('68cd0ab851e51c96aabc927bebef6a1c'), temp]));
    expect(sessionKey).toEqual(hex('8de40ccadbc14a82f15cb0ad0de95ca3'));
    expect(lmProof(key, serverChallenge, clientChallenge)).toEqual(
      hex('86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa'),
    );
  });
  it('reads the challenge of 4.2.4.3 and answers it with the names and proofs of its answer', () => {
    const read = readNtlmChallenge(challengeMessage);
    if (read.is === 'bad') throw new Error(read.says);
    expect(read.challenge.serverChallenge).toEqual(serverChallenge);
    const answer = ntlmAuthenticate(
      { user: 'Domain\\User', password: 'Password', channelBinding: null },
      read.challenge,
      { clientChallenge, now: 0n },
    );
    const field = (at: number) => answer.subarray(answer.readUInt32LE(at + 4)).subarray(0, answer.readUInt16LE(at));
    expect(answer.subarray(0, 12)).toEqual(hex('4e544c4d5353500003000000'));
    expect(field(12)).toEqual(hex('86c35097ac9cec102554764a57cccc19aaaaaaaaaaaaaaaa'));
    expect(field(20)).toEqual(Buffer.concat([hex('68cd0ab851e51c96aabc927bebef6a1c'), temp]));
    expect(field(28)).toEqual(hex('44006f006d00610069006e00'));
    expect(field(36)).toEqual(hex('5500730065007200'));
  });

  it.each([
    ['is cut', challengeMessage.subarray(0, 31), 'it has 31 bytes and at least 32 are needed'],
    ['has another signature', patched(challengeMessage, 0, 0x58), 'its signature is not NTLMSSP'],
    ['is message 3', patched(challengeMessage, 8, 3), 'it is message 3 and not 2'],
    ['speaks OEM letters only', patched(challengeMessage, 20, 0x32), 'the server does not take Unicode'],
    ['does not know NTLM', patched(challengeMessage, 21, 0x80), 'the server does not offer NTLM in it'],
    ['points beyond its end', patched(challengeMessage, 44, 0xff), 'its target information lies outside of it'],
    ['points into its head', patched(challengeMessage, 44, 4), 'its target information lies outside of it'],
    ['has a pair longer than it', patched(challengeMessage, 70, 0xff), 'its target information cannot be read'],
    ['has no end mark', patched(challengeMessage, 40, 0x20), 'its target information cannot be read'],
    ['is huge', Buffer.concat([challengeMessage, Buffer.alloc(9000)]), 'it has 9104 bytes'],
  ])('is not answered when the challenge %s', (_, bytes, says) => {
    expect(readNtlmChallenge(bytes)).toEqual({ is: 'bad', says });
  });

  it('survives whatever a server makes of it', () =>
    fc.assert(
      fc.property(fc.array(fc.tuple(fc.nat(103), fc.nat(255)), { maxLength: 12 }), fc.nat(104), (changes, end) => {
        const bytes = Buffer.from(challengeMessage);
        for (const [at, value] of changes) bytes[at] = value;
        const read = readNtlmChallenge(bytes.subarray(0, end));
        if (read.is === 'read') {
          const answer = ntlmAuthenticate({ user: 'u', password: 'p', channelBinding: null }, read.challenge);
          expect(answer.length).toBeLessThan(5000);
        }
      }),
    ));

  it('never asks for version 1, signing or sealing', () => {
    expect(ntlmNegotiate()).toEqual(hex('4e544c4d53535000 01000000 058208a0 0000000000000000 0000000000000000'));
  });
});

function patched(message: Buffer, at: number, value: number): Buffer {
  const bytes = Buffer.from(message);
  bytes[at] = value;
  return bytes;
}

it.each([
  ['CONTOSO\\uccx', { domain: 'CONTOSO', name: 'uccx' }],
  ['contoso/uccx', { domain: 'contoso', name: 'uccx' }],
  ['uccx@contoso.test', { domain: '', name: 'uccx@contoso.test' }],
  ['contoso/uccx/shared', null],
])('%s has its name in NTLM, or none', (user, name) => expect(ntlmName(user)).toEqual(name));
