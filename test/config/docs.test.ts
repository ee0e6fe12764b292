import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Config } from '../../src/config/config.js';

const keysOf = (schema: z.core.$ZodType): string[] => {
  if (schema instanceof z.ZodOptional || schema instanceof z.ZodDefault || schema instanceof z.ZodPrefault)
    return keysOf(schema.unwrap());
  if (schema instanceof z.ZodArray) return keysOf(schema.element);
  if (schema instanceof z.ZodDiscriminatedUnion) return schema.options.flatMap(keysOf);
  if (!(schema instanceof z.ZodObject)) return [];
  return Object.entries(schema.shape).flatMap(([key, value]) => [key, ...keysOf(value)]);
};
const keys = [...new Set(keysOf(Config))];

describe('every key of the configuration', () => {
  const docs = readFileSync('docs/configuration.md', 'utf8');
  const example = readFileSync('manifests/config.example.yaml', 'utf8');
  const known = new Set(docs.match(/[A-Za-z]+/g));

  it('is more than a handful', () => {
    expect(keys.length).toBeGreaterThan(50);
  });
  it.each(keys)('%s is documented', key => {
    expect(known.has(key)).toBe(true);
  });
  // left out: what would make the example worse, or belongs to another mode than the one shown
  it.each(keys.filter(key => !['allowOldTls', 'apiUrl', 'lab', 'loginUrl', 'openIdUrl', 'serviceUrl'].includes(key)))(
    '%s stands in the example',
    key => {
      expect(example).toMatch(new RegExp(`\\b${key}:`));
    },
  );
});
