import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Config } from '../../src/config/config.js';
import { readConfig } from '../../src/config/read-config.js';

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

it('the small configuration is good as it stands, and wants three secrets and nothing else of this machine', () => {
  const small = readFileSync('manifests/config.small.yaml', 'utf8');
  const read = readConfig(small);
  expect(read).toMatchObject({ is: 'good', warnings: [] });
  expect(read.is === 'good' && read.config.redis?.url).toBe(undefined);
  const wanted = ['UCCX_MAIL_PASSWORD', 'SLACK_BOT_TOKEN', 'SLACK_APP_TOKEN'];
  expect([...small.matchAll(/\b(?:env:|file:)(\w+)/g)].map(([, name]) => name)).toEqual(wanted);
  const start = readFileSync('README.md', 'utf8').match(/^ *export (.*)$/m)?.[1] ?? '';
  expect(
    start
      .split(' ')
      .map(each => each.split('=')[0])
      .sort(),
  ).toEqual([...wanted].sort());
});
