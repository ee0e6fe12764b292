/** One line of a list of ports. `peer` is null for a port that is listened on. */
export type PortLine = { port: number; address: string; peer: string | null; process: string | null };
export type PortCommand = 'show-open-ports' | 'netstat' | 'ss' | 'lsof';

/** `jetty 14655 jetty 117u IPv6 117863 0t0 TCP *:7080 (LISTEN)`, of `lsof` and of `show open ports` alike. */
export const lsofLine = (words: readonly string[]): PortLine | null => {
  const tcp = words.indexOf('TCP');
  const state = words.at(-1);
  if (tcp < 4 || tcp !== words.length - 3 || !state?.startsWith('(')) return null;
  const [local = '', remote = null] = (words[tcp + 1] ?? '').split('->', 2);
  const place = addressOf(local);
  if (!place || (state !== '(LISTEN)' && state !== '(ESTABLISHED)') || (state === '(LISTEN)') !== (remote === null))
    return null;
  return { ...place, peer: remote, process: words[0] ?? null };
};

/** `tcp 0 0 :::7080 :::* LISTEN`, with the process behind it where it was asked for (`14655/jetty`). */
export const netstatLine = (words: readonly string[]): PortLine | null => {
  if (!/^tcp[46]?$/i.test(words[0] ?? '')) return null;
  const at = words.findIndex(word => word === 'LISTEN' || word === 'ESTABLISHED' || word === 'LISTENING');
  const place = at < 3 ? null : addressOf(words[at - 2] ?? '');
  if (!place) return null;
  const process = words.slice(at + 1).find(word => /^\d{1,7}\/[A-Za-z]/.test(word));
  return {
    ...place,
    peer: words[at] === 'ESTABLISHED' ? (words[at - 1] ?? null) : null,
    process: process?.split('/')[1] ?? null,
  };
};

/** `LISTEN 0 50 *:7080 *:* users:(("jetty",pid=14655,fd=117))`, with `tcp` before it where both kinds are shown. */
export const ssLine = (words: readonly string[]): PortLine | null => {
  const at = words[0] === 'tcp' ? 1 : 0;
  const state = words[at];
  const place = state === 'LISTEN' || state === 'ESTAB' ? addressOf(words[at + 3] ?? '') : null;
  if (!place) return null;
  const process = /^users:\(\("([^"]{1,64})"/.exec(words[at + 5] ?? '')?.[1];
  return { ...place, peer: state === 'ESTAB' ? (words[at + 4] ?? null) : null, process: process ?? null };
};

/** `*:7080`, `:::7080`, `[::]:7080`, `0.0.0.0:7080`, `cuc.contoso.test:7080`. */
const addressOf = (words: string): { address: string; port: number } | null => {
  const colon = words.lastIndexOf(':');
  const port = Number(words.slice(colon + 1));
  if (colon === -1 || !/^\d{1,5}$/.test(words.slice(colon + 1)) || port < 1 || port > 65_535) return null;
  return { address: words.slice(0, colon), port };
};

export const standing = (address: string): 'any' | 'loopback' | 'one' => {
  const bare = address.replace(/^\[|\]$/g, '').toLowerCase();
  if (['*', '0.0.0.0', '::', ''].includes(bare)) return 'any';
  return /^(?:127\.|::1$|::ffff:127\.|localhost(?:$|\.))/.test(bare) ? 'loopback' : 'one';
};
