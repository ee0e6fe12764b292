import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { rootCertificates } from 'node:tls';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { Trust } from '../../src/domain/target.js';
import { authoritiesFor } from '../../src/wire/authorities.js';

let folder: string;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'uccx-authorities-'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

const modern = { minVersion: 'TLSv1.2' } as const;
const fileWith = async (name: string, text: string): Promise<Trust> => {
  const path = join(folder, name);
  await writeFile(path, text);
  return Trust.parse(`ca:${path}`);
};
const [first = '', second = ''] = rootCertificates;

describe('the authorities', () => {
  it('of the machine are read once and not for each handshake, during which nothing else could move', async () => {
    const { context } = await authoritiesFor('system', modern);
    expect((await authoritiesFor('system', modern)).context).toBe(context);
    expect((await authoritiesFor('any', modern)).context).toBe(context);
    expect((await authoritiesFor('system', { minVersion: 'TLSv1', maxVersion: 'TLSv1.1' })).context).not.toBe(context);
  });

  it('of a file are read again when the file has changed', async () => {
    const trust = await fileWith('ca.pem', first);
    const { context, problem } = await authoritiesFor(trust, modern);
    expect(problem).toBeNull();
    expect((await authoritiesFor(trust, modern)).context).toBe(context);
    await fileWith('ca.pem', `${first}\n${second}`);
    expect((await authoritiesFor(trust, modern)).context).not.toBe(context);
  });

  it.each([
    [
      'that is not there',
      Trust.parse('ca:/nowhere/ca.pem'),
      'the authority file cannot be read: there is no such file',
    ],
    ['that is a folder', Trust.parse('ca:/'), 'the authority file cannot be read: it is a folder'],
  ])('of a file %s are those of the machine, and that is told', async (_, trust, says) => {
    const { context, problem } = await authoritiesFor(trust, modern);
    expect(problem).toBe(says);
    expect(context).toBeDefined();
  });

  it.each([
    ['nothing', ''],
    ['no certificate', 'hello'],
    ['half of one', first.slice(0, 200)],
  ])('of a file with %s are those of the machine, and that is told', async (name, text) => {
    const { problem } = await authoritiesFor(await fileWith(`${name.length}.pem`, text), modern);
    expect(problem).toBe('the authority file holds no certificate');
  });
});
