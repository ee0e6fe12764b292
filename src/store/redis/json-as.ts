import type { z } from 'zod';

/** What is kept, as far as it is ours: null where it is cut, or no JSON, or of another shape. */
export const jsonAs = <T>(schema: z.ZodType<T>, text: string): T | null => {
  try {
    return schema.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
};
