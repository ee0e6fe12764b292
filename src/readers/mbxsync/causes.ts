import type { SyncCause } from '../../domain/evidence/sync-log.js';

/**
 * What the words of a failed call mean. The words of the HTTP library come first: with them Unity Connection writes a status of its own,
 * such as 503 where nobody answered, which Exchange never sent.
 */
export const causeOf = (words: string, status: number | null): SyncCause => {
  const said = SAID.find(([part]) => words.includes(part));
  return said ? said[1] : (BY_STATUS.get(status ?? 0) ?? (status !== null && status >= 500 ? 'server-error' : 'other'));
};

const SAID: readonly (readonly [part: string, cause: SyncCause])[] = [
  ["Couldn't connect to server", 'no-connection'],
  ["Couldn't resolve host name", 'name'],
  ["Couldn't resolve proxy name", 'name'],
  ['Timeout was reached', 'timeout'],
  ['Peer certificate cannot be authenticated', 'certificate'],
  ['SSL peer certificate', 'certificate'],
  ['SSL connect error', 'tls'],
  ['INVALID_CREDENTIALS', 'directory-login'],
  ['Failed to locate a Domain Controller', 'no-directory'],
];

const BY_STATUS: ReadonlyMap<number, SyncCause> = new Map([
  [401, 'unauthorised'],
  [403, 'forbidden'],
  [404, 'not-found'],
  [500, 'server-error'],
  [503, 'unavailable'],
]);
