import { closeScanner, MOST_WORD, openScanner } from '../bytes/scanner.js';
import { ANSWERED, OUTSTANDING, TELLING } from './sync-line.js';
import type { Server } from './sync-sums.js';

/**
 * Takes the lines that tell nothing but their time, those of calls that were answered well to a user and a server that are known, and
 * those of no more outstanding requests than before, as bytes: that is nearly all of them. Whatever else there is becomes text and takes
 * the usual way.
 */
export const plainLines = (
  onAnswered: (server: Server, times: number) => void,
  most: { readonly outstanding: number | null },
) => {
  /** Lines taken; of these, with a time; where the last of those begins in the block that is being taken. */
  const seen = { lines: 0, begun: 0, lastAt: -1 };
  const scanner = openScanner();
  /** Each has a room in the scanner. */
  const servers: { name: string; server: Server }[] = [];
  let learnt = 0;
  let bytes = 0;
  if (scanner) {
    for (const word of TELLING) scanner.machine.tells(scanner.give(word));
    scanner.machine.answersAre(scanner.give(ANSWERED));
    scanner.machine.countsAre(scanner.give(OUTSTANDING));
  }

  return { seen, open, take, learn, close: () => closeScanner(scanner) };

  /** A block of whole lines. */
  function open(block: Buffer): void {
    bytes = scanner?.lay(block) ?? 0;
    scanner?.machine.openSync(bytes);
    seen.lastAt = -1;
  }

  /** Takes lines of the block from `from` on; gives where the first other line begins. */
  function take(from: number): number {
    if (!scanner || bytes === 0) return from;
    const { machine, told } = scanner;
    const to = machine.takeSync(from, bytes, servers.length, most.outstanding ?? -1);
    if (to === from) return from;
    seen.lines += told[TAKEN] as number;
    seen.begun += told[BEGUN] as number;
    if (told[BEGUN] !== 0) seen.lastAt = told[LAST] as number;
    for (const [room, { server }] of servers.entries()) {
      const times = told[ANSWERED_BY + room] as number;
      if (times > 0) onAnswered(server, times);
    }
    return to;
  }

  /** Remembers whom a line names that was taken the usual way. */
  function learn(line: Buffer, server: Server): void {
    const text = line.toString('latin1', 0, PREFIX_BYTES);
    const [prefix, name, user] = PREFIX.exec(text) ?? [];
    if (!scanner || prefix === undefined || name === undefined || user === undefined) return;
    if (text.indexOf(LABELLED) < prefix.length) return;
    scanner.machine.remember(scanner.give(user));
    if (servers.some(known => known.name === name)) return;
    const room = learnt++ % MOST_SERVERS;
    scanner.machine.knowServer(room, scanner.give(name));
    servers[room] = { name, server };
  }
};

/** What `takeSync` tells, word by word. */
const [TAKEN, BEGUN, LAST, ANSWERED_BY] = [0, 1, 2, 4] as const;
const MOST_SERVERS = 20;
/** `01:10:20.300 |6549`, the server between its commas, and the user with the comma behind. */
const PREFIX = new RegExp(`^.{12} \\|\\d{0,10}(,[^,]{6,298},)([^,]{7,${MOST_WORD - 1}},)`, 's');
const PREFIX_BYTES = 1024;
const LABELLED = ']: ';
