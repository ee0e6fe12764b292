import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { Report } from '../../domain/report.js';
import { WORDS_1 } from './report-words.js';

/**
 * Reports are much alike: packed with words that all of them have, one of a healthy mailbox takes a kilobyte instead of twelve. As letters, so that
 * scripts and people can carry it; in front the number of the words.
 */
export const packed = (report: Report): string =>
  `1:${deflateRawSync(JSON.stringify(report), { level: 6, dictionary: WORDS_1 }).toString('base64')}`;

/** Of what somebody else may have put there we unpack no more than this. */
const MOST_BYTES = 8_000_000;

/** Null where it is cut, or of a version that we do not know. Earlier ones kept reports unpacked, or packed without words. */
export const unpacked = (text: string): Report | null => {
  try {
    return Report.parse(JSON.parse(text.startsWith('{') ? text : inflated(text)));
  } catch {
    return null;
  }
};

const inflated = (text: string): string => {
  const [, version, bytes = text] = /^(\d+):(.*)$/s.exec(text) ?? [];
  if (version !== undefined && version !== '1') throw new TypeError(`packed with words ${version}`);
  const words = version === undefined ? {} : { dictionary: WORDS_1 };
  return inflateRawSync(Buffer.from(bytes, 'base64'), { maxOutputLength: MOST_BYTES, ...words }).toString('utf8');
};
