import { z } from 'zod';
import type { SiteId } from '../../src/domain/ids.js';
import { siteParty } from '../../src/signing/signed.js';
import type { Signing } from '../../src/signing/signing.js';

/** Counted, so that what was said first is not put in the place of what was said last. */
const Progress = z.object({ count: z.int(), says: z.string() });

const purposeOf = (id: string) => ({ is: 'probe progress', id });

/** How far the order of a job has come, in the site's name. */
export const progressSigner = (signing: Signing, id: string): ((says: string) => object) => {
  let count = 0;
  return says => signing.sign(purposeOf(id), { count: ++count, says } satisfies z.infer<typeof Progress>);
};

/** Null where the site did not say so. */
export const readProgress = async (
  signing: Signing,
  site: SiteId,
  id: string,
  found: unknown,
): Promise<z.infer<typeof Progress> | null> => {
  const opened = await signing.open(siteParty(site), purposeOf(id), found);
  return opened.is === 'good' ? (Progress.safeParse(opened.body).data ?? null) : null;
};
