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
    const listening = new Map<string, OpenPortsBody['listening'][number]>();
    const connected = new Map<number, { port: number; connections: number; peers: Set<string> }>();
    let asked: { command: PortCommand; filter: string | null } | null = null;
    let [leftOut, quoted] = [0, 0];
    let isWhole = false;
    /** It is of a client or of Exchange, and what Unity Connection does not listen on it cannot show. */
    let isOfWindows = false;
    let firstLine: number | null = null;

    const { push, end, ...more } = lineSink((line, number, isCut) => {
      if (line.trim() === '') return;
      if (isCut || line.length > 2000) {
        unread(number, 'the line is longer than a line of such a list');
        return;
      }
      const found = commandIn(line);
      if (found) {
        asked ??= found;
        isWhole = asked !== found;
        return;
      }
      if (PROMPT.test(line)) {
        isWhole = true;
        return;
      }
      const words = wordsOf(line);
      isOfWindows ||= words[0] === 'TCP';
      const shown = portLine(words, asked?.command ?? null);
      if (shown) keep(shown, line, number);
      else if (!isTitle(line)) unread(number, 'no line of a list of TCP ports');
    });

    return {
      ...more,
      push,
      end: () => {
        end();
        const body: OpenPortsBody = {
          command: asked?.command ?? 'netstat',
          filter: asked?.filter ?? null,
          isWhole: isWhole && !isOfWindows,
          listening: [...listening.values()].sort((a, b) => a.port - b.port),
          connected: [...connected.values()]
            .sort((a, b) => a.port - b.port)
            .map(({ peers, ...counts }) => ({ ...counts, peers: [...peers].sort() })),
          leftOut,
        };
        observe('open-ports', body, null, firstLine);
      },
    };

    function keep(shown: PortLine & { command: PortCommand }, line: string, number: number): void {
      asked ??= { command: shown.command, filter: null };
      if (shown.peer !== null) {
        connect(shown.port, hostOf(shown.peer));
        return;
      }
      const on = standing(shown.address);
      const key = `${shown.port} ${on}`;
      if (listening.has(key)) return;
      if (listening.size >= 300) {
        leftOut++;
        return;
      }
      listening.set(key, { port: shown.port, on, process: shown.process === null ? null : plain(shown.process, 64) });
      firstLine ??= number;
      if (quoted++ < 5) quote(number, line);
    }

    function connect(port: number, peer: string): void {
      const known = connected.get(port) ?? { port, connections: 0, peers: new Set<string>() };
      if (!connected.has(port)) {
        if (connected.size >= 100) {
          leftOut++;
          return;
        }
        connected.set(port, known);
      }
      known.connections++;
      if (known.peers.size < 20) known.peers.add(peer);
    }
  },
});

/** `admin:show open ports regexp 7080`, `[root@cuc ~]# netstat -ano | grep 7080`. */
const commandIn = (line: string): { command: PortCommand; filter: string | null } | null => {
  if (line.length > 500) return null;
  const cli = /\bshow\s+open\s+ports\s+(all|task|regexp)\b\s*(\S{0,100})/i.exec(line);
  if (cli) return { command: 'show-open-ports', filter: cli[1]?.toLowerCase() === 'all' ? null : (cli[2] ?? '') };
  const shell = /(?:^|[\]#$>]\s*)(?:sudo\s+)?(netstat|ss|lsof)\s(.*)$/.exec(line);
  if (!shell) return null;
  const rest = shell[2] ?? '';
  const filter = /(?:\|\s*(?:e|f)?grep\s+(?:-\S+\s+)*|-i\s*(?:tcp)?:)["']?([^\s"']{1,100})/i.exec(rest)?.[1] ?? null;
  return { command: shell[1] as PortCommand, filter };
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
const PROMPT = /^(?:admin:|\[[^\]]{1,80}\][#$])\s*$/;
const isTitle = (line: string): boolean =>
  /^(?:Executing|Active Internet|Active UNIX|Proto\s|COMMAND\s|State\s|Netid\s|udp|unix\s|raw)/i.test(line.trim());

/** An address without its port. */
const hostOf = (peer: string): string => plain(peer.slice(0, Math.max(peer.lastIndexOf(':'), 0)), 255);
const plain = (words: string, most: number): string => words.replace(/[^A-Za-z0-9._:%*[\]-]/g, '?').slice(0, most);
