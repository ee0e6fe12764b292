/** A command that waits for its answer. `words` are its arguments until they were looked at; those of a login are taken out at once. */
export type ImapCommand = { tag: string; name: string; words: string; atMs: number };

/**
 * What a line of a client begins: a command that is waited for, the name of one that only matters where it is refused, or null for
 * anything else, which may be what somebody typed as a password and is neither kept nor shown.
 */
export const commandIn = (bytes: Buffer, start: number, end: number): string | null => {
  let at = start;
  while (at < end && at - start < MAX_TAG && bytes[at] !== BLANK) at += 1;
  const word = at + 1;
  if (at === start || bytes[at] !== BLANK) return null;
  at = word;
  while (at < end && at - word <= LONGEST && bytes[at] !== BLANK) at += 1;
  if (at - word < 2 || at - word > LONGEST) return null;
  let mark = 0;
  for (let here = word; here < at; here += 1) mark = markOf(mark, bytes[here] as number);
  return KNOWN.get(mark) ?? null;
};
export const isAwaited = (name: string): boolean => AWAITED.has(name);

/** Commands under way, by their tags. Clients send several at once; of those that never get an answer the oldest goes. */
export const openImapCommands = () => {
  const waiting = new Map<string, ImapCommand>();
  let login: ImapCommand | null = null;
  return {
    given: (name: string, line: string, atMs: number): ImapCommand => {
      const [, tag = '', words = ''] = /^(\S{1,64}) \S{1,20}(?: (.*))?$/.exec(line) ?? [];
      const command = { tag, name, words, atMs };
      waiting.delete(tag);
      waiting.set(tag, command);
      if (waiting.size > MAX_WAITING) waiting.delete(waiting.keys().next().value ?? '');
      if (name === 'LOGIN' || name === 'AUTHENTICATE') login = command;
      return command;
    },
    answered: (tag: string): ImapCommand | null => {
      const command = waiting.get(tag) ?? null;
      waiting.delete(tag);
      if (command === login) login = null;
      return command;
    },
    /** Answers may be missing: nobody waits for them any more. */
    lost: () => {
      login = null;
    },
    waiting: (): number => waiting.size,
    /** The login that has no answer yet. */
    loggingIn: (): ImapCommand | null => login,
  };
};

const MAX_WAITING = 32;
const MAX_TAG = 64;
const BLANK = 0x20;
const AWAITED: ReadonlySet<string> = new Set(['STARTTLS', 'AUTHENTICATE', 'LOGIN', 'SELECT', 'EXAMINE', 'LOGOUT']);
/** Of a letter in whatever case. A word that happens to have the mark of a command is told by that command's name, never by its own. */
const markOf = (mark: number, byte: number): number => (Math.imul(mark, 31) + (byte & 0xdf)) | 0;
const KNOWN: ReadonlyMap<number, string> = new Map(
  (
    'CAPABILITY NOOP LOGOUT STARTTLS AUTHENTICATE LOGIN ENABLE SELECT EXAMINE CREATE DELETE RENAME SUBSCRIBE UNSUBSCRIBE LIST LSUB ' +
    'NAMESPACE STATUS APPEND IDLE CHECK CLOSE UNSELECT EXPUNGE SEARCH FETCH STORE COPY MOVE UID ID GETQUOTA GETQUOTAROOT'
  )
    .split(' ')
    .map(name => [[...Buffer.from(name)].reduce(markOf, 0), name]),
);
const LONGEST = 'AUTHENTICATE'.length;
