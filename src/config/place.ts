import { z } from 'zod';
import type { Digest } from '../domain/digest.js';

/** Where something comes that nobody asks for at that moment. */
export const Place = z.union([
  z.strictObject({
    slack: z.string().regex(/^[CGD][A-Z0-9]{1,20}$/, 'expected the id of a channel, such as C0123456789'),
  }),
  z.strictObject({ teams: z.string().min(1).max(300) }),
  z.strictObject({ console: z.literal(true) }),
]);

/** As those are that people ask for: the platform knows the conversation by this name. */
export const namedPlace = (place: z.infer<typeof Place>): Extract<Digest['to'], { is: 'named' }> => {
  const [platform = '', name] = Object.entries(place)[0] ?? [];
  return { is: 'named', platform, name: String(name) };
};
