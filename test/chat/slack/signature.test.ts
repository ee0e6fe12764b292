import { createHmac } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { signatureFault } from '../../../src/chat/slack/signature.js';

/** By itself, for Bolt's own check stands behind it and would hide a hole in this one. */
describe('the signature of a request', () => {
  const body = Buffer.from('command=%2Fuccx');
  const now = 1_700_000_000;
  const sign = (stamp: string, secret = 'secret') =>
    `v0=${createHmac('sha256', secret).update(`v0:${stamp}:`).update(body).digest('hex')}`;
  const right = sign(String(now));

  it.each([
    { name: 'right', signatures: [right], stamps: [String(now)], fault: null },
    { name: '300 seconds old', signatures: [sign(String(now - 300))], stamps: [String(now - 300)], fault: null },
    {
      name: '301 seconds old',
      signatures: [sign(String(now - 301))],
      stamps: [String(now - 301)],
      fault: /not of now/,
    },
    {
      name: '301 seconds ahead',
      signatures: [sign(String(now + 301))],
      stamps: [String(now + 301)],
      fault: /not of now/,
    },
    { name: 'signed twice alike', signatures: [right, right], stamps: [String(now)], fault: /twice/ },
    { name: 'stamped twice alike', signatures: [right], stamps: [String(now), String(now)], fault: /twice/ },
    { name: 'unsigned', signatures: [], stamps: [String(now)], fault: /missing/ },
    { name: 'not stamped', signatures: [right], stamps: [], fault: /missing/ },
    { name: 'stamped in hexadecimal', signatures: [sign('0x6553f100')], stamps: ['0x6553f100'], fault: /no number/ },
    { name: 'stamped with nothing', signatures: [sign('')], stamps: [''], fault: /no number/ },
    { name: 'in capitals', signatures: [right.toUpperCase()], stamps: [String(now)], fault: /no known form/ },
    {
      name: 'by another secret',
      signatures: [sign(String(now), 'guess')],
      stamps: [String(now)],
      fault: /does not match/,
    },
  ])('$name', ({ signatures, stamps, fault }) => {
    const headersDistinct = { 'x-slack-signature': signatures, 'x-slack-request-timestamp': stamps };
    const found = signatureFault({ headersDistinct }, body, 'secret', now * 1000);
    if (fault === null) expect(found).toBeNull();
    else expect(found).toMatch(fault);
  });
});
