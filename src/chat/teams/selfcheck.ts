import { ConfigError } from '../../domain/errors.js';
import type { CheckedThing } from './engine.js';
import type { EngineDeps } from './engine-deps.js';
import type { TokenSource } from './outbound-token.js';
import { clockCauses, keyCauses, tokenCauses } from './selfcheck-causes.js';
import type { SigningKeys } from './signing-keys.js';

/** What both engines look at to find out why Teams says 401, or nothing. Sends no message. */
export const selfcheck = async (
  deps: EngineDeps & { tokens: TokenSource; keys: SigningKeys },
): Promise<CheckedThing[]> => {
  const [token, keys] = await Promise.all([
    tryThing(
      'token',
      async () => (await deps.tokens.fetch()).date,
      'Entra ID gives a token.',
      error => tokenCauses(error, deps),
    ),
    tryThing(
      'signing keys',
      async () => {
        const { count, date } = await deps.keys.fetch();
        if (count === 0) throw new Error('the list of keys is empty');
        return date;
      },
      'The keys that sign what Teams sends can be had.',
      error => keyCauses(error, deps),
    ),
  ]);
  return [token.thing, keys.thing, clockThing([token.date, keys.date], deps.clock.now())];
};

type Tried = { thing: CheckedThing; date: string | null };

const tryThing = async (
  name: string,
  look: () => Promise<string | null>,
  well: string,
  causes: (error: unknown) => string[],
): Promise<Tried> => {
  try {
    return { thing: { name, is: 'well', says: well, causes: [] }, date: await look() };
  } catch (error) {
    if (error instanceof ConfigError) throw error; // a secret that is not there says itself what is wrong
    const { date } = (error as { facts?: { date?: unknown } }).facts ?? {};
    const says = error instanceof Error ? error.message : String(error);
    return { thing: { name, is: 'ill', says, causes: causes(error) }, date: typeof date === 'string' ? date : null };
  }
};

/** Tokens are good five minutes early and late. */
const CLOCK_MS = 5 * 60_000;

const clockThing = (dates: readonly (string | null)[], nowMs: number): CheckedThing => {
  const name = 'clock';
  const theirs = dates.map(date => Date.parse(date ?? '')).find(ms => !Number.isNaN(ms));
  if (theirs === undefined)
    return {
      name,
      is: 'ill',
      says: 'Nobody answered who could tell the time.',
      causes: ['See the lines above: this one follows from them.'],
    };
  const offMs = nowMs - theirs;
  const says = `The clock here is ${Math.round(Math.abs(offMs) / 1000)} s ${offMs < 0 ? 'behind' : 'ahead of'} Microsoft's.`;
  return Math.abs(offMs) < CLOCK_MS
    ? { name, is: 'well', says, causes: [] }
    : { name, is: 'ill', says, causes: clockCauses };
};
