import { ASSEMBLED } from './assembled.js';

/** Longer words are not remembered, nor are shorter ones than eight bytes. */
export const MOST_WORD = 64;

/**
 * Looks at lines as bytes, hundreds at a time, without a string and without an object: `machine/` compiled to WebAssembly, with a memory
 * of its own for one file. It only spares work. Whatever it does not take goes the usual way, and where this Node has no WebAssembly
 * (`--jitless`, a processor without its instructions) that is everything.
 */
export const openScanner = (): Scanner | null => {
  if (typeof WebAssembly === 'undefined') return null;
  const scanner = idle.pop();
  if (scanner) return scanner;
  const machine = started(WebAssembly);
  return machine && scannerOn(machine);
};

/** Forgets its file and serves another one: to start one takes as long as to read many a log. */
export const closeScanner = (scanner: Scanner | null): void => {
  if (!scanner || idle.length >= MOST_IDLE || idle.includes(scanner)) return;
  scanner.machine.forget();
  scanner.machine.noneTells();
  idle.push(scanner);
};

export type Scanner = ReturnType<typeof scannerOn>;
const idle: Scanner[] = [];
const MOST_IDLE = 2;

const scannerOn = (machine: Machine) => {
  const memory = Buffer.from(machine.memory.buffer);
  const { GIVEN, LINES, TOLD } = machine;
  const most = memory.length - LINES.value - LOOKS_FURTHER;
  return {
    machine,
    /** What the last call told. */
    told: new Uint32Array(machine.memory.buffer, TOLD.value, TOLD_WORDS),
    /** Bytes that the next call is about; gives how many there are. */
    give: (text: string): number => memory.write(text, GIVEN.value, 'latin1'),
    /** Whole lines to look at; gives how many bytes there are, none where they are too many. */
    lay: (lines: Buffer): number => (lines.length > most ? 0 : lines.copy(memory, LINES.value)),
  };
};

type Machine = {
  memory: { buffer: ArrayBuffer };
  GIVEN: { value: number };
  LINES: { value: number };
  TOLD: { value: number };
  tells: (given: number) => void;
  noneTells: () => void;
  remember: (given: number) => number;
  countOfKnown: () => number;
  forget: () => void;
  answersAre: (given: number) => void;
  countsAre: (given: number) => void;
  knowServer: (room: number, given: number) => void;
  openSync: (bytes: number) => void;
  takeSync: (from: number, bytes: number, servers: number, most: number) => number;
  knowShape: (room: number, timeAt: number, idAt: number, behind: number) => void;
  takeAccess: (from: number, bytes: number, shapes: number) => number;
};

const LOOKS_FURTHER = 64;
const TOLD_WORDS = 128;

/** Of what nearly every Node has, and no types tell. */
type Assembler = {
  validate: (bytes: Buffer) => boolean;
  Module: new (bytes: Buffer) => object;
  Instance: new (compiled: object) => { exports: unknown };
};
declare const WebAssembly: Assembler | undefined;

/** Compiled when it is wanted for the first time; null where it cannot be. */
let compiled: object | null | undefined;
const started = ({ validate, Module, Instance }: Assembler): Machine | null => {
  if (compiled === undefined) {
    const bytes = Buffer.from(ASSEMBLED, 'base64');
    compiled = validate(bytes) ? new Module(bytes) : null;
  }
  return compiled && (new Instance(compiled).exports as Machine);
};
