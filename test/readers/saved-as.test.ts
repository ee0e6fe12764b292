import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { zipSync } from 'fflate';
import { expect, it } from 'vitest';
import type { FileRead } from '../../src/domain/read-file.js';
import { readers } from '../../src/readers/index.js';
import { readFiles } from '../../src/readers/read.js';

const FIXTURES = 'test/fixtures';
const FOLDERS = ['cuc', 'eventlog', 'ews', 'exchange', 'imap', 'jetty', 'smtp', 'uccx', 'wireshark'];
const fixtures = FOLDERS.flatMap(folder =>
  readdirSync(join(FIXTURES, folder))
    .filter(name => !/^README|cmdlet-reference/.test(name))
    .map(name => [folder, name] as const),
);

/** What else the same text is saved as, or packed in. */
const FORMS: Record<string, (text: string, name: string) => Buffer> = {
  'UTF-16LE with its mark': text => Buffer.from(`\ufeff${text}`, 'utf16le'),
  'UTF-16BE with its mark': text => Buffer.from(`\ufeff${text}`, 'utf16le').swap16(),
  'UTF-16LE without a mark': text => Buffer.from(text, 'utf16le'),
  'UTF-8 with a mark': text => Buffer.from(`\ufeff${text}`),
  'lines that end as on Windows': text => Buffer.from(text.replaceAll(/\r?\n/g, '\r\n')),
  'lines that end as on Linux': text => Buffer.from(text.replaceAll('\r\n', '\n')),
  gzip: text => gzipSync(Buffer.from(text)),
  zip: (text, name) => Buffer.from(zipSync({ [`logs/${name}`]: Buffer.from(text) })),
};

const told = async (name: string, bytes: Buffer, piece = bytes.length): Promise<FileRead> => {
  const [read, ...more] = await readFiles([{ name, bytes: inPieces(bytes, piece) }], {
    clock: { now: () => Date.parse('2026-11-21T08:00:00.000Z') },
    signal: new AbortController().signal,
    onCrash: error => {
      throw error;
    },
    readers,
  });
  // Of an archive the last one is the archive itself.
  expect(more.every(({ file }) => file.reader === null)).toBe(true);
  return read as FileRead;
};

async function* inPieces(bytes: Buffer, size: number): AsyncGenerator<Buffer> {
  for (let from = 0; from < bytes.length; from += size) yield bytes.subarray(from, from + size);
}

/** Without the name of the file and its size, which differ. */
const findings = ({ file: { name, bytes, ...file }, facts }: FileRead) =>
  JSON.parse(JSON.stringify({ file, facts }).replaceAll(`"${name}`, '"FILE')) as { facts: unknown[] };

it.each(fixtures)('%s/%s tells the same however it is saved, packed and sent', async (folder, name) => {
  const text = readFileSync(join(FIXTURES, folder, name), 'utf8');
  const plain = findings(await told(name, Buffer.from(text)));
  expect(plain).toMatchObject({ file: { reader: expect.any(String), cut: null } });
  for (const [form, write] of Object.entries(FORMS))
    expect({ form, ...findings(await told(name, write(text, name))) }).toEqual({ form, ...plain });
  const foreign = text.replaceAll('contoso', 'contosö').replaceAll('uccxemail', 'uccxémail');
  const western = findings(await told(name, Buffer.from(foreign, 'latin1')));
  expect(western).toEqual(findings(await told(name, Buffer.from(foreign))));
  // As a pipe may give it: without its name, in pieces that end anywhere.
  expect(findings(await told('standard input', Buffer.from(text), 7))).toEqual(plain);
});
