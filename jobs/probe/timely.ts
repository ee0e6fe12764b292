import type { SiteId } from '../../src/domain/ids.js';
import { type Refused, refused, type Validity } from '../../src/signing/signed.js';

/** The bot's clock wrote the times of an order; ours may be wrong by some minutes. */
export const CLOCKS_DIFFER_MS = 300_000;

/** Whether somebody still waits for an order, and the clocks are such that it can be told. */
export const timely = <Value>(
  { value, valid }: { value: Value; valid: Validity | null },
  now: number,
  site: SiteId,
): { is: 'good'; value: Value; untilMs: number } | Refused => {
  if (!valid) return refused('stale', 'it does not say until when it is good', null);
  const { at, until } = valid;
  const clock = `the clock of ${site} says ${new Date(now).toISOString()}`;
  const untilMs = Date.parse(until);
  if (now > untilMs + CLOCKS_DIFFER_MS)
    return refused(
      'stale',
      `it lay in the queue until nobody waited for it any more: it was good until ${until}, and ${clock}`,
      null,
    );
  if (now < Date.parse(at) - CLOCKS_DIFFER_MS)
    return refused('early', `it was laid at ${at}, and ${clock}: one of the two clocks is wrong`, null);
  return { is: 'good', value, untilMs };
};
