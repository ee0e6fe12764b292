import { describe, expect, it } from 'vitest';
import { ntlmPeer } from '../../src/lab/ntlm-server.js';
import { ntlmAuthenticate, ntlmNegotiate, readNtlmChallenge } from '../../src/wire/ntlm.js';

/** A whole exchange, with the last message as the test has changed it. */
const claim = (change: (message: Buffer) => Buffer = message => message, channelBinding: Buffer | null = null) => {
  const peer = ntlmPeer({ computer: 'ex01.contoso.test', domain: 'CONTOSO' }, null);
  const read = readNtlmChallenge(peer.challenge(ntlmNegotiate()) ?? Buffer.alloc(0));
  if (read.is === 'bad') throw new Error(read.says);
  const message = ntlmAuthenticate({ user: 'contoso\\Uccx', password: 'right', channelBinding }, read.challenge);
  return peer.claim(change(message));
};
const with1 = (at: number) => (message: Buffer) => {
  const changed = Buffer.from(message);
  changed[at] = (changed[at] ?? 0) ^ 1;
  return changed;
};

describe('the NTLM of the lab', () => {
  it('knows the right password from another', () => {
    const made = claim();
    expect(made).toMatchObject({ user: 'contoso\\Uccx', flaw: null });
    expect(made?.holds('right')).toBe(true);
    expect(made?.holds('Right')).toBe(false);
  });

  it.each([
    { name: 'a flag changed on its way', change: with1(63) },
    { name: 'another integrity code', change: with1(80) },
    { name: 'another user', change: with1(88 + 2 * 'contoso'.length) },
  ])('takes no message with $name', ({ change }) => {
    expect(claim(change)?.holds('right')).toBe(false);
  });

  it.each([
    {
      name: 'the short answer of version 1',
      change: (message: Buffer) => {
        const changed = Buffer.from(message);
        changed.writeUInt16LE(24, 20);
        return changed;
      },
      flaw: 'the answer is of NTLM version 1',
    },
    {
      name: 'an LM answer',
      change: (message: Buffer) => with1(message.readUInt32LE(16))(message),
      flaw: 'an LM answer goes with it, though the time was given',
    },
    {
      name: 'the time of another exchange',
      change: (message: Buffer) => with1(message.readUInt32LE(24) + 24)(message),
      flaw: 'the time is not the one that was given',
    },
  ])('says what is wrong with $name', ({ change, flaw }) => {
    const made = claim(change);
    expect(made?.flaw).toBe(flaw);
    expect(made?.holds('right')).toBe(false);
  });

  it('takes no proof that is bound to a TLS session where there is none', () => {
    expect(claim(undefined, Buffer.alloc(16, 7))?.holds('right')).toBe(false);
  });

  it.each([
    { name: 'message 1 instead', change: () => ntlmNegotiate() },
    { name: 'a field outside of it', change: (message: Buffer) => message.subarray(0, 100) },
  ])('does not understand $name', ({ change }) => expect(claim(change)).toBeNull());

  it('answers nobody without message 1', () => {
    const peer = ntlmPeer({ computer: 'ex01.contoso.test', domain: 'CONTOSO' }, null);
    expect(peer.challenge(Buffer.from('TlRM', 'base64'))).toBeNull();
    expect(peer.claim(ntlmNegotiate())).toBeNull();
  });
});
