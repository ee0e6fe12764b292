import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isAvailable } from '../../src/readers/sieve/program.js';
import { plainSieve, sieveOf } from '../../src/readers/sieve/sieve.js';

const PAIRS = ['P ', 'Er', 'EE', 'aa', '\xff\x01'];
const placesOf = ({ find, marks }: ReturnType<typeof sieveOf>, bytes: Buffer) => [...marks.subarray(0, find(bytes))];

describe('the sieve', () => {
  it('marks ends of lines, lone CRs and pairs, in order', () => {
    const bytes = Buffer.from('ab\r\nHTTP x\rError\n\nEEE\r', 'latin1');
    expect(placesOf(sieveOf(PAIRS), bytes)).toEqual([3, 7, 10, 11, 16, 17, 18, 19, 21]);
  });

  it('runs as a program here, so what is tested is not its stand-in', () => expect(isAvailable()).toBe(true));

  it('finds what its plain form finds, in any bytes of any length', () => {
    const sign = fc.constantFrom(0x0a, 0x0d, 0x50, 0x20, 0x45, 0x72, 0x61, 0xff, 0x01, 0x00);
    const bytes = fc.oneof(fc.array(sign, { maxLength: 100 }), fc.array(fc.nat(255), { maxLength: 100 }));
    const [quick, plain] = [sieveOf(PAIRS), plainSieve(PAIRS)];
    fc.assert(
      fc.property(bytes, fc.nat(40), (some, times) => {
        const whole = Buffer.from(Array.from({ length: times + 1 }, () => some).flat());
        expect(placesOf(quick, whole)).toEqual(placesOf(plain, whole));
      }),
      { numRuns: 500 },
    );
  });
});
