import { Digest } from '../domain/digest.js';
import { readWhenText } from '../domain/digest-when.js';
import type { Config } from './config.js';
import { namedPlace } from './place.js';

/** The digests of a configuration that was read, as those are that people ask for. */
export const digestsOf = ({ digests, timeZone }: Pick<Config, 'digests' | 'timeZone'>): Digest[] =>
  digests.map(({ id, when, zone = timeZone, targets = [], onlyChanges, to }) =>
    Digest.parse({ id, when: readWhenText(when), zone, targets, onlyChanges, to: namedPlace(to), by: null }),
  );
