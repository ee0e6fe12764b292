/**
 * Loaded before a process of ours (`NODE_OPTIONS=--import`): its wall clock is off by the milliseconds in the file `UCCX_CHAOS_CLOCK`, read
 * again at each SIGUSR2. Timers run on, as they do when somebody sets the clock of a machine.
 */
import { readFileSync } from 'node:fs';

const file = process.env.UCCX_CHAOS_CLOCK ?? '';
let offMs = 0;
const read = (): void => {
  try {
    offMs = Number(readFileSync(file, 'utf8')) || 0;
  } catch {
    offMs = 0; // not written yet: the right time
  }
};

const Real = Date;
const now = (): number => Real.now() + offMs;
globalThis.Date = new Proxy(Real, {
  construct: (target, given, as) => Reflect.construct(target, given.length === 0 ? [now()] : given, as),
  apply: () => new Real(now()).toString(),
  get: (target, name) => (name === 'now' ? now : Reflect.get(target, name)),
});

read();
process.on('SIGUSR2', read);
