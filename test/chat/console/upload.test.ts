import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { Question } from '../../../src/intake/ports.js';
import { type OpenConsole, openConsole } from './rig.js';

let console: OpenConsole;
let taken: [string, string][];
const contentOf = async ({ open }: NonNullable<Question['files']>[number]): Promise<string> => {
  const chunks: Buffer[] = [];
  for await (const chunk of open(new AbortController().signal, 1_000_000)) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
};
beforeAll(async () => {
  console = await openConsole(async ({ files = [] }) => {
    taken = [];
    for (const file of files) taken.push([file.name, await contentOf(file).catch(error => String(error))]);
  });
});
afterAll(() => console.stop());

const drop = (
  files: readonly { name: string; size: number }[],
  body: string,
  changes: Record<string, string> = {},
  query = '',
) =>
  fetch(`${console.origin}/read${query}`, {
    method: 'POST',
    headers: {
      ...console.auth,
      'content-type': 'application/octet-stream',
      'x-files': encodeURIComponent(JSON.stringify(files)),
      ...changes,
    },
    body,
  });

describe('files dropped on the console', () => {
  it('come to the intake one by one, with their names, and the target that was named', async () => {
    const big = 'x'.repeat(300_000);
    const files = [
      { name: 'a b.log', size: 3 },
      { name: 'leer.txt', size: 0 },
      { name: 'größer.log', size: big.length },
    ];
    expect((await drop(files, `abc${big}`, {}, '?target=prod')).status).toBe(202);
    expect(taken).toEqual([
      ['a b.log', 'abc'],
      ['leer.txt', ''],
      ['größer.log', big],
    ]);
    expect(console.questions.at(-1)?.text).toBe('/uccx read prod');
  });

  it('that end too early say so of the file that they end in', async () => {
    await drop(
      [
        { name: 'a', size: 2 },
        { name: 'b', size: 9 },
      ],
      'aab',
    );
    expect(taken).toEqual([
      ['a', 'aa'],
      ['b', 'Error: the upload ends too early'],
    ]);
  });

  it.each<[string, number, Parameters<typeof drop>]>([
    ['without the token', 401, [[{ name: 'a', size: 1 }], 'a', { authorization: 'Bearer x' }]],
    ['as a form', 415, [[{ name: 'a', size: 1 }], 'a', { 'content-type': 'text/plain' }]],
    ['without names', 400, [[], '']],
    ['with names that are none', 400, [[], '', { 'x-files': '%7B' }]],
    ['with a size that is none', 400, [[{ name: 'a', size: -1 }], '']],
    ['with too many names', 400, [Array.from({ length: 51 }, () => ({ name: 'a', size: 0 })), '']],
    ['with a target that is a command', 400, [[{ name: 'a', size: 1 }], 'a', {}, '?target=prod%0Acheck']],
  ])('are refused %s', async (_, status, attempt) => {
    const before = console.questions.length;
    expect((await drop(...attempt)).status).toBe(status);
    expect(console.questions).toHaveLength(before);
  });
});
