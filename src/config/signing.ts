import { z } from 'zod';
import { SiteId } from '../domain/ids.js';
import { SecretRef } from '../domain/target.js';
import { isPublicText } from '../signing/key.js';

/** A public key is no secret, so it may stand here itself; or where it is to be found, several of them a line each. */
const Accepted = z.string().refine(text => isPublicText(text) || SecretRef.safeParse(text).success, {
  message: 'expected ed25519:… as «uccx-doctor keys show» prints it, env:NAME or file:/path',
});

const Party = {
  /** The private key, where this process signs with it. */
  key: SecretRef.optional(),
  /** The public keys that count, several while one is being changed. */
  accept: z.array(Accepted).min(1).max(20).optional(),
};

/** Who signs with what. What is not named here is looked for in the folder. */
export const SigningConfig = z.strictObject({
  folder: z.string().min(1).optional(),
  bot: z.strictObject(Party).optional(),
  sites: z
    .array(z.strictObject({ id: SiteId, ...Party }))
    .max(500)
    .optional(),
});
export type SigningConfig = z.infer<typeof SigningConfig>;
