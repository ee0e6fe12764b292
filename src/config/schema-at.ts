import { z } from 'zod';
import { SecretRef } from '../domain/target.js';
import type { Path } from './mistake.js';

/** The schema that judges the value at `path`, as far as the file lets us know; null below anything unknown. */
const schemaAt = (schema: z.core.$ZodType, raw: unknown, path: Path): z.core.$ZodType | null => {
  const here = unwrapped(schema, raw);
  const [step, ...rest] = path;
  if (step === undefined || here === null) return here;
  const below = isRecord(raw) || Array.isArray(raw) ? (raw as Record<PropertyKey, unknown>)[step] : undefined;
  if (here instanceof z.ZodArray) return schemaAt(here.element, below, rest);
  const next = here instanceof z.ZodObject ? here.shape[String(step)] : undefined;
  return next ? schemaAt(next, below, rest) : null;
};

/** The keys that may stand in the mapping at `path`. */
export const keysAt = (schema: z.core.$ZodType, raw: unknown, path: Path): string[] => {
  const found = schemaAt(schema, raw, path);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
};

/** Whether the value at `path` should be a reference to a secret; if it is not one, it may be the secret itself. */
export const isSecretAt = (schema: z.core.$ZodType, raw: unknown, path: Path): boolean =>
  schemaAt(schema, raw, path) === SecretRef;

/** Without optional and default, and of a choice the one that the value itself names. */
const unwrapped = (schema: z.core.$ZodType, raw: unknown): z.core.$ZodType | null => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return unwrapped(schema.unwrap(), raw);
  if (!(schema instanceof z.ZodDiscriminatedUnion)) return schema;
  const word = schema.def.discriminator;
  const named = isRecord(raw) ? raw[word] : undefined;
  return (
    schema.options.find(
      (option): option is z.ZodObject =>
        option instanceof z.ZodObject &&
        (option.shape[word] as z.ZodType | undefined)?.safeParse(named).success === true,
    ) ?? null
  );
};

export const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);
