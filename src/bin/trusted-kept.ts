import type { z } from 'zod';
import type { Log } from '../chat/log.js';
import type { Clock } from '../domain/clock.js';
import { Digest } from '../domain/digest.js';
import { Quiet } from '../domain/quiet.js';
import { Watch } from '../domain/watching.js';
import type { Opened } from '../signing/signed.js';
import type { Signing } from '../signing/signing.js';
import type { Store } from '../store/store.js';

type World = { signing: Signing; log: Log; clock: Clock };

/**
 * What people asked for and what goes on without them: mutes, windows, acceptances, watches, digests. Each was let in by the platform and by
 * their rights once, so only what a bot has signed counts: otherwise whoever writes into Redis mutes a target, or has reports told elsewhere.
 */
export const trustedKept = <Kept extends Pick<Store, 'quiets' | 'watches' | 'digests'>>(
  store: Kept,
  world: World,
): Kept => ({
  ...store,
  quiets: { ...store.quiets, ...trusted(store.quiets, 'silence', Quiet, world) },
  watches: { ...store.watches, ...trusted(store.watches, 'watch', Watch, world) },
  digests: { ...store.digests, ...trusted(store.digests, 'digest', Digest, world) },
});

/**
 * What a version before this one kept is not signed; nor is what one writes that still runs beside. A bot that has just been started signs it.
 * The version after this one has nothing unsigned left to take.
 */
const UNSIGNED_MS = 3_600_000;
/** A signature that fitted is looked at again after so long: its key may have been forgotten. */
const TRUSTED_MS = 600_000;

type Each = { id: string; signed?: unknown };
type Shelf<T> = { put: (each: T) => Promise<void>; all: () => Promise<T[]> };

const trusted = <T extends Each>(
  shelf: Shelf<T>,
  is: string,
  schema: z.ZodType<T>,
  { signing, log, clock }: World,
): Shelf<T> => {
  const startedAt = clock.now();
  const known = new Map<string, { marks: string; value: T; at: number }>();
  const told = new Set<string>();
  return {
    put,
    all: async () => {
      const checked = await Promise.all((await shelf.all()).map(checkedOf));
      return checked.filter(each => each !== null);
    },
  };

  async function put({ signed: _, ...each }: T): Promise<void> {
    await shelf.put({ ...each, signed: signing.sign({ is, id: each.id }, each) } as T);
  }

  async function checkedOf({ signed, ...bare }: T): Promise<T | null> {
    const each = bare as T;
    if (signed === undefined) return unsigned(each);
    const marks = marksOf(signed);
    const before = known.get(each.id);
    if (before?.marks === marks && clock.now() - before.at < TRUSTED_MS) return before.value;
    known.delete(each.id);
    const opened = await signing.open('bot', { is, id: each.id }, signed);
    const value = opened.is === 'good' ? schema.safeParse(opened.body).data : undefined;
    if (opened.is === 'refused' || value?.id !== each.id) return refused(each, opened);
    known.set(each.id, { marks, value, at: clock.now() });
    // Kept for longer than a key signs: what the key before has signed is signed anew while that still counts.
    if (signing.sign({ is, id: each.id }, null).key !== opened.key) await resigned(value);
    return value;
  }

  async function unsigned(each: T): Promise<T | null> {
    if (clock.now() - startedAt > UNSIGNED_MS) return refused(each, null);
    tell(
      each,
      `the ${is} ${each.id} is not signed: a version before this one kept it, or somebody else wrote it; it counts`,
    );
    await resigned(each);
    return each;
  }

  async function resigned(each: T): Promise<void> {
    await put(each).catch(error => log.warn({ error }, `the ${is} ${each.id} could not be signed`));
  }

  function refused(each: T, opened: Opened | null): null {
    const why = opened?.is === 'refused' ? opened.says : opened ? 'what was signed cannot be read' : 'it is not signed';
    tell(each, `the ${is} ${each.id} does not count, because ${why}`);
    return null;
  }

  function tell({ id }: T, says: string): void {
    if (!told.has(says)) log.warn({ id }, says);
    told.add(says);
  }
};

/** Equal where the very same was signed. */
const marksOf = (signed: unknown): string => {
  const { by, key, text, signature } = (signed ?? {}) as Record<string, unknown>;
  return [by, key, signature, text].map(String).join('\n');
};
