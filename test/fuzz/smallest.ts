import type { Reader } from '../../src/readers/reader.js';
import type { Case } from './case.js';
import { examine, type Fault } from './examine.js';

/** More tries make no case that anybody would understand sooner. */
const MOST_TRIES = 3000;

/** The least of a case that still has a fault of the same kind. What takes too long stays as it is: less of it takes less. */
export const smallest = (known: readonly Reader[], given: Case, { is }: Fault): Case => {
  if (is === 'stall' || is === 'size') return given;
  let left = given;
  let tries = 0;
  for (
    let size = Math.ceil(left.bytes.length / 2);
    size >= 1 && tries < MOST_TRIES;
    size = size === 1 ? 0 : Math.ceil(size / 2)
  )
    for (let at = 0; at < left.bytes.length && tries < MOST_TRIES; tries++) {
      const less = { ...left, bytes: Buffer.concat([left.bytes.subarray(0, at), left.bytes.subarray(at + size)]) };
      if (examine(known, less).fault?.is === is) left = less;
      else at += size;
    }
  return left;
};

/** The bytes as a test holds them. */
export const asCode = (bytes: Buffer): string => {
  const isText = bytes.every(byte => (byte >= 0x20 && byte < 0x7f) || byte === 0x0a || byte === 0x0d || byte === 0x09);
  return isText
    ? `Buffer.from(${JSON.stringify(bytes.toString('latin1'))})`
    : `Buffer.from('${bytes.toString('base64')}', 'base64')`;
};
