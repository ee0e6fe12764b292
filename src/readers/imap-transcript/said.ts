/** Who said a line of a written conversation, and what; `client` also where it is an answer to a challenge. */
export type Said = { by: 'client' | 'server'; words: string };

/**
 * A line as people write conversations down (`C: A1 LOGIN …`, `S: * OK …`, `<`, `>`), or as a window of telnet or openssl shows it, where
 * only the form tells a server from a client. Null for whatever else stands between.
 */
export const saidIn = (line: string): Said | null => {
  const [, mark, marked = ''] = MARKED.exec(line) ?? [];
  if (mark) return { by: /^[C>]/i.test(mark) ? 'client' : 'server', words: marked };
  if (/^(?:\* \S|\+(?: |$)|[A-Za-z0-9.]{1,20} (?:OK|NO|BAD)\b)/i.test(line)) return { by: 'server', words: line };
  return /^[A-Za-z0-9.]{1,20} [A-Za-z]{2,12}(?: |$)/.test(line) ? { by: 'client', words: line } : null;
};

/** `S:` and `C:`, also with «server» and «client» written out, or the arrows of curl and of many logs. */
const MARKED = /^\s{0,8}(C|S|Client|Server|<{1,3}|>{1,3})(?::|(?<=[<>])) ?(.*)$/i;
