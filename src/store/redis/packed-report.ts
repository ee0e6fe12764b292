import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Report } from '../../domain/report.js';

/** A report repeats itself in every line: packed it takes a fifth of the room. As letters, so that scripts and people can carry it. */
export const packed = (report: Report): string =>
  deflateRawSync(JSON.stringify(report), { level: 6 }).toString('base64');

/** Of what somebody else may have put there we unpack no more than this. */
const MOST_BYTES = 8_000_000;

/** Null where it is cut, or of a version that we do not know. Versions before 0.2 kept reports unpacked. */
export const unpacked = (text: string): Report | null => {
  try {
    const isPlain = text.startsWith('{');
    const json = isPlain
      ? text
      : inflateRawSync(Buffer.from(text, 'base64'), { maxOutputLength: MOST_BYTES }).toString('utf8');
    return Report.parse(JSON.parse(json));
  } catch {
    return null;
  }
};
