import type { BodyOf } from '../../domain/evidence/index.js';
import { lineSink } from '../lines.js';
import { defineReader } from '../reader.js';
import { lsofLine, netstatLine, type PortCommand, type PortLine, ssLine, standing } from './port-line.js';

type OpenPortsBody = BodyOf<'open-ports'>;

/** `show open ports` of Unity Connection, and `lsof`, `netstat` and `ss` of its shell: who listens, and who is connected. */
export const openPorts = defineReader({
  id: 'open-ports',
  says: 'a list of open ports (show open ports, netstat, ss or lsof)',
  recognises: ({ bytes }) => {
    const lines = bytes.toString('latin1', 0, 16_384).split(/\r?\n/, 60);
    if (lines.some(line => commandIn(line)?.command === 'show-open-ports')) return 0.95;
    const shown = lines.filter(line => portLine(wordsOf(line), null) !== null).length;
    if (shown === 0) return lines.some(line => commandIn(line) !== null) ? 0.6 : 0;
    return shown * 2 >= lines.length - 4 ? 0.9 : 0.5;
  },
  yields: ['open-ports'],

  open: ({ observe, quote, unread }) => {
    let list: List | null = null;
    let [lists, quoted] = [0, 0];

    const { push, end, ...more } = lineSink((line, number, isCut) => {
      if (line.trim() === '') return;
      if (isCut || line.length > 2000) {
        strange(number, 'the line is longer than a line of such a list');
        return;
      }
      const found = commandIn(line);
      if (found || PROMPT.test(line)) {
        close(true);
        if (found) list = listOf(found);
        return;
      }
      const words = wordsOf(line);
      if (words[0] === 'TCP') current().isOfWindows = true;
      const shown = portLine(words, list?.asked?.command ?? null);
      if (shown) keep(shown, line, number);
      else if (!isTitle(line) && !isOtherState(line)) strange(number, 'no line of a list of TCP ports');
    });

    return {
      ...more,
      push,
      end: () => {
        end();
        if (lists === 0) current();
        close(false);
      },
    };

    function current(): List {
      list ??= listOf(null);
      return list;
    }

    /** What is listed below another command is another list: of another node, or of another time. */
    function close(isWhole: boolean): void {
      if (!list) return;
      lists++;
      observe('open-ports', bodyOf(list, isWhole), null, list.firstLine);
      list = null;
    }

    function strange(number: number, why: string): void {
      if (list) list.isTorn = true;
      unread(number, why);
    }

    function keep(shown: PortLine & { command: PortCommand }, line: string, number: number): void {
      const into = current();
      const { listening } = into;
      into.asked ??= { command: shown.command, filter: null };
      if (shown.peer !== null) {
        connect(shown.port, hostOf(shown.peer));
        return;
      }
      const on = standing(shown.address);
      const key = `${shown.port} ${on}`;
      if (listening.has(key)) return;
      if (listening.size >= 300) {
        into.leftOut++;
        return;
      }
      listening.set(key, { port: shown.port, on, process: shown.process === null ? null : plain(shown.process, 64) });
      into.firstLine ??= number;
      if (quoted++ < 5) quote(number, line);
    }

    function connect(port: number, peer: string): void {
      const into = current();
      const { connected } = into;
      const known = connected.get(port) ?? { port, connections: 0, peers: new Set<string>() };
      if (!connected.has(port)) {
        if (connected.size >= 100) {
          into.leftOut++;
          return;
        }
        connected.set(port, known);
      }
      known.connections++;
      if (known.peers.size < 20) known.peers.add(peer);
    }
  },
});

type Asked = { command: PortCommand; filter: string | null };
type List = {
  asked: Asked | null;
  listening: Map<string, OpenPortsBody['listening'][number]>;
  connected: Map<number, { port: number; connections: number; peers: Set<string> }>;
  leftOut: number;
  /** A line of it is not understood, and may be the one that is missed. */
  isTorn: boolean;
  /** It is of a client or of Exchange, and what Unity Connection does not listen on it cannot show. */
  isOfWindows: boolean;
  firstLine: number | null;
};
const listOf = (asked: Asked | null): List => ({
  ...{ asked, listening: new Map(), connected: new Map(), leftOut: 0, isTorn: false, isOfWindows: false },
  firstLine: null,
});

const bodyOf = (list: List, isWhole: boolean): OpenPortsBody => ({
  command: list.asked?.command ?? 'netstat',
  filter: list.asked?.filter ?? null,
  isWhole: isWhole && !list.isTorn && !list.isOfWindows,
  listening: [...list.listening.values()].sort((a, b) => a.port - b.port),
  connected: [...list.connected.values()]
    .sort((a, b) => a.port - b.port)
    .map(({ peers, ...counts }) => ({ ...counts, peers: [...peers].sort() })),
  leftOut: list.leftOut,
});

/** `admin:show open ports regexp 7080`, `[root@cuc ~]# netstat -ano | grep 7080`. */
const commandIn = (line: string): { command: PortCommand; filter: string | null } | null => {
  if (line.length > 500) return null;
  const cli = /\bshow\s+open\s+ports\s+(all|task|regexp)\b\s*(\S{0,100})/i.exec(line);
  if (cli) return { command: 'show-open-ports', filter: cli[1]?.toLowerCase() === 'all' ? null : (cli[2] ?? '') };
  const shell = /(?:^|[\]#$>]\s*)(?:sudo\s+)?(netstat|ss|lsof)\s(.*)$/.exec(line);
  if (!shell) return null;
  const rest = shell[2] ?? '';
  // What is narrowed twice, or by what it is not, is narrowed to no port alone.
  const filters = [...rest.matchAll(/(?:\|\s*(?:e|f)?grep\s+((?:-\S+\s+)*)|-i\s*(?:tcp)?:)["']?([^\s"'|]{1,100})/gi)];
  const words = filters.map(([, options = '', word = '']) => (options.includes('v') ? `not ${word}` : word));
  return { command: shell[1] as PortCommand, filter: words.length > 0 ? words.join(' | ').slice(0, 100) : null };
};

const portLine = (
  words: readonly string[],
  command: PortCommand | null,
): (PortLine & { command: PortCommand }) | null => {
  const lsof = lsofLine(words);
  if (lsof) return { ...lsof, command: command ?? 'lsof' };
  const netstat = netstatLine(words);
  if (netstat) return { ...netstat, command: command ?? 'netstat' };
  const ss = ssLine(words);
  return ss && { ...ss, command: command ?? 'ss' };
};

const wordsOf = (line: string): string[] => (line.length > 2000 ? [] : line.trim().split(/\s+/));
/** With or without another command behind it. */
const PROMPT = /^(?:admin:|\[[^\]]{1,80}\][#$])/;
const isTitle = (line: string): boolean =>
  /^(?:Executing|Active Internet|Active UNIX|Proto\s|COMMAND\s|State\s|Netid\s|udp|unix\s|raw)/i.test(line.trim());

/** Of a connection that ends or begins, or of UDP: it tells nothing here, and nothing is missing by it. */
const isOtherState = (line: string): boolean =>
  /\sUDP\s|\sTCP\s.*\([A-Z][A-Z0-9_]{3,12}\)\s*$/.test(line) ||
  /^\s*tcp[46]?\s.*\s(?:TIME_WAIT|CLOSE_WAIT|FIN_WAIT[12]|SYN_SENT|SYN_RECV|LAST_ACK|CLOSING)\b/i.test(line) ||
  /^\s*(?:tcp\s+)?(?:TIME-WAIT|CLOSE-WAIT|FIN-WAIT-[12]|SYN-SENT|SYN-RECV|LAST-ACK|UNCONN)\s/.test(line);

/** An address without its port. */
const hostOf = (peer: string): string => plain(peer.slice(0, Math.max(peer.lastIndexOf(':'), 0)), 255);
const plain = (words: string, most: number): string => words.replace(/[^A-Za-z0-9._:%*[\]-]/g, '?').slice(0, most);
