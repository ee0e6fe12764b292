import fc from 'fast-check';
import { expect, it } from 'vitest';
import { isoNow } from '../../src/domain/clock.js';

it('writes any moment as Date does, whatever was written before', () =>
  fc.assert(
    fc.property(fc.array(fc.date({ noInvalidDate: true, min: new Date(-1e12), max: new Date(9e12) })), moments => {
      for (const moment of moments) expect(isoNow({ now: () => moment.getTime() })).toBe(moment.toISOString());
    }),
  ));

it('leaves out what is less than a millisecond', () =>
  expect(isoNow({ now: () => 1_700_000_000_999.9 })).toBe('2023-11-14T22:13:20.999Z'));
