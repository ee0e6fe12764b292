/** What somebody typed above an answer, as far as it says whose answer that is. */
export type Asked = {
  /** The first `Get-` cmdlet of the line, in lower case. */
  cmdlet: string | null;
  /** The one server that was asked. */
  server: string | null;
  /** The one thing that was asked for by its name. */
  named: { is: Subject; name: string } | null;
  /** The component that it asked of a server. */
  component?: string;
};

/** What the first argument of a cmdlet names, which may also stand behind `-Identity`. */
export type Subject = 'server' | 'mailbox' | 'connector' | 'policy' | 'database' | 'service';

export const NOTHING_ASKED: Asked = { cmdlet: null, server: null, named: null };

/**
 * Where the first argument may stand without its name, by https://learn.microsoft.com/powershell/module/exchangepowershell/ and
 * https://learn.microsoft.com/powershell/module/activedirectory/get-aduser. `Get-ImapSettings` has no such argument: the shell refuses one.
 */
export const FIRST_ARGUMENTS: Readonly<Record<string, Subject>> = {
  'get-exchangeserver': 'server',
  'get-servercomponentstate': 'server',
  'get-mailbox': 'mailbox',
  'get-casmailbox': 'mailbox',
  'get-throttlingpolicyassociation': 'mailbox',
  'get-aduser': 'mailbox',
  'get-receiveconnector': 'connector',
  'get-throttlingpolicy': 'policy',
  'get-mailboxdatabase': 'database',
  'get-service': 'service',
};

/** More is no line that a person typed. */
const MOST_TYPED = 2000;

/** The cmdlet in a line that somebody typed: `[PS] C:\>Get-ImapSettings | fl`. */
const cmdletTyped = (line: string): string | null =>
  line.length > MOST_TYPED ? null : (/(?:^\s*|[>#]\s*)(Get-[A-Za-z]{3,60})\b/i.exec(line)?.[1]?.toLowerCase() ?? null);

/** `[PS] C:\>`, `PS C:\Users\admin>`, and of a session on another machine `[EX01]: PS C:\>`. */
const PROMPT = /^\s{0,8}(?:\[([^\]]{1,80})\]: )?(?:\[PS\] ?|PS ?)[^>]{0,200}>/;

/** A line that somebody typed, whatever it did: what is printed below it is a later look. Deeper in, values go on. */
export const isTyped = (line: string): boolean =>
  !/^\s{9}/.test(line) &&
  (cmdletTyped(line) !== null ||
    (line.length <= MOST_TYPED && PROMPT.test(line) && line.replace(PROMPT, '').trim() !== ''));

/** No line of CSV, JSON or CLIXML begins so, as they quote what they hold. */
export const isPrompt = (line: string): boolean =>
  line.length <= MOST_TYPED && (PROMPT.test(line) || /^\s{0,8}Get-[A-Za-z]{3,60}\b/i.test(line));

/** The widths of consoles that break a line wherever they are full. */
const WIDTHS = [80, 120];

/** A typed line with the one below it, where it goes on there: behind the shell's `>>`, or because the console was full. */
export const goesOn = (typed: string, below: string): string | null => {
  if (typed.length > MOST_TYPED) return null;
  const behind = /^\s{0,3}>>\s?(.*)$/.exec(below)?.[1];
  if (behind !== undefined) return `${typed.replace(/`\s*$/, '')} ${behind}`;
  if (below.trim() === '' || /^\s/.test(below)) return null;
  if (WIDTHS.includes(typed.length)) return typed + below;
  return WIDTHS.includes(typed.length + 1) ? `${typed} ${below}` : null; // the blank at its end is often lost
};

/**
 * What a typed line asks; of a list, a variable or a pattern it names nothing. The shell takes typographic quotes and dashes as well, and
 * mail makes them.
 */
export const askedIn = (typed: string): Asked => {
  const line = typed
    .replaceAll(/[“”„]/g, '"')
    .replaceAll(/[‘’‚]/g, "'")
    .replaceAll(/(?<=\s)[–—](?=[A-Za-z])/g, '-');
  const cmdlet = cmdletTyped(line);
  const named = cmdlet === null ? null : namedIn(line, cmdlet);
  const server = serverTyped(line) ?? (named?.is === 'server' ? named.name : null) ?? machineIn(line, cmdlet);
  const component = /\s-Component[\s:]+['"]?([A-Za-z]{3,60})\b/i.exec(line)?.[1];
  return { cmdlet, server, named, ...(component ? { component } : {}) };
};

/** Cmdlets that answer with one object where a server is named: a second one is of nobody knows which. */
const OF_ONE = ['get-imapsettings', 'get-exchangeserver'];

/** What still counts behind the first answer: a name is of one thing, and that is printed first. */
export const afterOne = (asked: Asked): Asked => ({
  ...asked,
  server: asked.cmdlet !== null && OF_ONE.includes(asked.cmdlet) ? null : asked.server,
  named: null,
});

/** What still counts behind words of a person, which may be about another server. */
export const afterWords = (asked: Asked): Asked => ({ ...asked, server: null, named: null });

/** The one server that a typed `Get-` names: `-Server EX01`, `-ComputerName 'EX01'`. */
const serverTyped = (line: string): string | null => {
  if (line.length > MOST_TYPED || !/\bGet-/i.test(line)) return null;
  const named = [...line.matchAll(/\s-(?:Server|ComputerName)[\s:]+(\S{1,200})/gi)].map(([, name = '']) =>
    serverName(name.replace(/[;)}]*$/, '')),
  );
  return named.length === 1 ? (named[0] ?? null) : null;
};

const serverName = (word: string): string | null =>
  /^(['"]?)([A-Za-z0-9][A-Za-z0-9.-]{0,254})\1$/.exec(word)?.[2] ?? null;

/** Cmdlets of Windows act on the machine whose prompt it is; those of Exchange on whichever server they are connected to. */
const OF_THE_MACHINE = ['get-service', 'get-itemproperty', 'get-eventlog', 'get-winevent'];
const machineIn = (line: string, cmdlet: string | null): string | null =>
  cmdlet !== null && OF_THE_MACHINE.includes(cmdlet) && !/\s-ComputerName\b/i.test(line)
    ? serverName(PROMPT.exec(line)?.[1] ?? '')
    : null;

const VALUE = '"[^"]{1,300}"|\'[^\']{1,300}\'|[^\\s|;\'"-][^\\s|;]{0,300}';

/** Behind a second `Get-` the objects are those of another cmdlet. */
const namedIn = (line: string, cmdlet: string): Asked['named'] => {
  const is = FIRST_ARGUMENTS[cmdlet];
  if (is === undefined || (line.match(/\bGet-/gi) ?? []).length !== 1) return null;
  const rest = line.slice(line.toLowerCase().indexOf(cmdlet) + cmdlet.length).split('|', 1)[0] ?? '';
  const value = new RegExp(`(?:^|\\s-(?:Id[entiy]{0,6}|Name))[\\s:]+(${VALUE})`, 'i').exec(rest)?.[1];
  const name = value?.replace(/^(['"])(.*)\1$/, '$2').trim();
  if (!name || NO_NAME.test(name)) return null;
  if (name === value ? /^@|[$`(){},]/.test(name) : value?.startsWith('"') && /[$`]/.test(name)) return null;
  return { is, name };
};
/** A pattern, a GUID or a place in the directory: nobody knows a thing again by them. */
const NO_NAME = /\*|^(?:\{?[0-9a-f]{8}-[0-9a-f]{4}-|(?:CN|OU)=)/i;
