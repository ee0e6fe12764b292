import { describe, expect, it } from 'vitest';
import { defineReader } from '../../src/readers/reader.js';
import { processorMs } from '../support/processor.js';
import { NOW, pieces, plainReader, readAll } from './desk.js';

const utf16 = (text: string) => Buffer.from(text, 'utf16le');

describe('reading a file', () => {
  it('says as what it was read, and gives facts with file, line and time of reading', async () => {
    const [read] = await readAll({ 'prod.txt': 'known\nlimit 16\n' });
    expect(read?.file).toMatchObject({
      name: 'prod.txt',
      reader: 'plain',
      says: 'lines for a test',
      bytes: 15,
      lines: 2,
      facts: 1,
      cut: null,
    });
    expect(read?.facts).toEqual([
      {
        kind: 'imap-limits',
        source: { by: 'artifact', reader: 'plain', artifact: 'prod.txt:2' },
        at: NOW,
        server: null,
        maxConnectionsPerUser: 16,
      },
    ]);
  });

  it.each<[string, Buffer | string, string]>([
    ['an empty file', '', 'it is empty'],
    ['something else', 'hello', 'nothing that I know writes such files'],
    [
      'a tar archive',
      Buffer.concat([Buffer.alloc(257), Buffer.from('ustar')]),
      'it is a tar archive: unpack it, and read the folder',
    ],
  ])('refuses %s', async (_, bytes, cut) => {
    const [read] = await readAll({ x: bytes });
    expect(read?.file).toMatchObject({ reader: null, cut });
  });

  it.each<[string, Buffer]>([
    ['UTF-16 with its mark', Buffer.concat([Buffer.from([0xff, 0xfe]), utf16('known\r\nquote Gebühr €\r\n')])],
    ['UTF-16 without it', utf16('known\r\nquote Gebühr €\r\n')],
    [
      'UTF-16, big end first',
      Buffer.concat([Buffer.from([0xfe, 0xff]), utf16('known\r\nquote Gebühr €\r\n').swap16()]),
    ],
    ['UTF-8 with a mark', Buffer.from('\ufeffknown\nquote Gebühr €\n')],
    ['windows-1252', Buffer.from('known\nquote Geb\xfchr \x80\n', 'latin1')],
  ])('reads %s', async (_, bytes) => {
    const [read] = await readAll({ x: pieces(bytes, 3) });
    expect(read?.file.quotes.first).toEqual([{ line: 2, text: 'Gebühr €' }]);
  });

  it('keeps the mark of UTF-8 from a reader', async () => {
    const first: number[] = [];
    const reader = defineReader({
      ...plainReader,
      recognises: ({ bytes }) => (bytes[0] === 0x6b ? 1 : 0),
      open: () => ({ push: chunk => void first.push(chunk[0] as number), end: () => {} }),
    });
    await readAll({ x: '\ufeffknown' }, { readers: [reader] });
    expect(first).toEqual([0x6b]);
  });

  it('gives a capture as it is, though half of its bytes are zeros', async () => {
    const got: Buffer[] = [];
    const magic = Buffer.from('d4c3b2a1', 'hex');
    const bytes = Buffer.concat([magic, utf16('packets packets')]);
    const reader = defineReader({
      ...plainReader,
      recognises: head => (head.bytes.subarray(0, 4).equals(magic) ? 1 : 0),
      open: () => ({ push: chunk => void got.push(Buffer.from(chunk)), end: () => {} }),
    });
    await readAll({ x: bytes }, { readers: [plainReader, reader] });
    expect(Buffer.concat(got).equals(bytes)).toBe(true);
  });

  it('gives the file to the surest reader, whichever comes first', async () => {
    const surer = defineReader({ ...plainReader, id: 'surer', recognises: () => 0.9 });
    const unsure = defineReader({ ...plainReader, id: 'unsure', recognises: () => 0.1 });
    const [read] = await readAll({ x: 'known' }, { readers: [unsure, surer, plainReader] });
    expect(read?.file.reader).toBe('surer');
  });

  it('counts what there is more of than it keeps', async () => {
    const [read] = await readAll({
      x: `known\n${'quote a\n'.repeat(30)}${'unread\n'.repeat(15)}${'limit 1\n'.repeat(105)}`,
    });
    expect(read?.facts).toHaveLength(100);
    expect(read?.file.quotes).toMatchObject({ first: { length: 20 }, more: 10 });
    expect(read?.file.unread).toMatchObject({ first: { length: 10 }, more: 10 });
  });

  it('leaves out a fact that is none, and goes on', async () => {
    const [read] = await readAll({ x: 'known\nlimit none\nlimit 16\n' });
    expect(read?.facts).toHaveLength(1);
    expect(read?.file.unread.first).toEqual([
      { line: 2, why: 'something that is no imap-limits as any server writes it' },
    ]);
  });

  it('keeps what a reader had understood when it crashes', async () => {
    const crashes: string[] = [];
    const [read, next] = await readAll(
      { a: 'known\nlimit 16\ncrash\nlimit 17', b: 'known\nlimit 18' },
      { onCrash: (_, reader) => crashes.push(reader) },
    );
    expect(crashes).toEqual(['plain']);
    expect(read?.file).toMatchObject({ facts: 1, cut: 'reading it broke off by a fault of our own' });
    expect(next?.file).toMatchObject({ facts: 1, cut: null });
  });

  it('keeps what it had read when the file breaks off', async () => {
    async function* broken() {
      yield Buffer.from('known\nlimit 16\n');
      throw Object.assign(new Error('gone'), { code: 'EIO' });
    }
    const [read] = await readAll({ x: broken() });
    expect(read?.file).toMatchObject({ facts: 1, cut: 'it cannot be read to its end: EIO' });
  });

  it('stops where it is told to, and says so of every file', async () => {
    const stopping = new AbortController();
    async function* endless() {
      yield Buffer.from('known\nlimit 16\n');
      stopping.abort();
      for (;;) yield Buffer.from('limit 17\n');
    }
    const read = await readAll({ a: endless(), b: 'known' }, { signal: stopping.signal });
    expect(read.map(({ file }) => [file.facts, file.cut])).toEqual([
      [1, 'reading was stopped'],
      [0, 'reading was stopped'],
    ]);
  });

  it('lets others have their turn', async () => {
    let turns = 0;
    const timer = setInterval(() => turns++, 1);
    const line = Buffer.from(`known ${'x'.repeat(90)}\n`.repeat(10_000));
    async function* many() {
      for (let n = 0; n < 60; n++) yield line;
    }
    await readAll({ x: many() });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(2);
  });

  it('has room for so many bytes', async () => {
    const [read] = await readAll({ x: `known\n${'limit 1\n'.repeat(200_000)}` }, { limits: { bytes: 2 ** 20 } });
    expect(read?.file.cut).toBe('together it is more than 1 MB');
  });

  it('shows a name that could redraw a terminal as what it is', async () => {
    const [read] = await readAll({ 'a\u001b[2J\u202egpj.txt': 'known' });
    expect(read?.file.name).toBe('a\\x1b[2J\\u{202e}gpj.txt');
  });
});

describe('secrets', () => {
  const blob = (...parts: string[]) => Buffer.from(parts.join('\0')).toString('base64');
  it.each<[string, string, string]>([
    [
      'SASL PLAIN with its answer',
      `C: A1 AUTHENTICATE PLAIN ${blob('', 'uccx', 'S3cret!pass')}`,
      'C: A1 AUTHENTICATE PLAIN ****',
    ],
    [
      'SASL PLAIN alone',
      `10609  94.2  IMAP  Request: ${blob('', 'uccx', 'S3cret!pass')}`,
      '10609  94.2  IMAP  Request: ****',
    ],
    ['an answer to LOGIN', `C: ${Buffer.from('S3cret!pass1').toString('base64')}`, 'C: ****'],
    ['LOGIN', 'A1 LOGIN "CONTOSO\\uccx" "S3cret pass"', 'A1 LOGIN **** ****'],
    ['SMTP AUTH', `AUTH LOGIN ${blob('uccx@contoso')}`, 'AUTH LOGIN ****'],
    ['NTLM', `x ${Buffer.from('NTLMSSP\0\x03\0\0\0secret').toString('base64')} y`, 'x **** y'],
    [
      'XOAUTH2',
      `AUTH XOAUTH2 ${Buffer.from('user=a\x01auth=Bearer tok\x01\x01').toString('base64')}`,
      'AUTH XOAUTH2 ****',
    ],
    ['Authorization', 'Authorization: Basic dXNlcjpwYXNz', 'Authorization: ****'],
    ['a cookie', 'Set-Cookie: JSESSIONID=abc; Path=/', 'Set-Cookie: ****'],
    ['a password', 'imapPassword=S3cret!pass user=uccx', 'imapPassword=**** user=uccx'],
    ['a quoted one', '"password": "S3cret pass", "a": 1', '"password": ****, "a": 1'],
    ['a token in a query', 'GET /x?access_token=abc.def&b=1', 'GET /x?access_token=****&b=1'],
    ['a JWT', 'got eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_', 'got ****'],
    ['in an address', 'https://uccx:S3cret@mail.test/', 'https://uccx:****@mail.test/'],
  ])('%s is masked', async (_, line, shown) => {
    const [read] = await readAll({ x: `known\nquote ${line}\n` });
    expect(read?.file.quotes.first[0]?.text).toBe(shown);
  });

  it.each([
    '* CAPABILITY IMAP4rev1 AUTH=NTLM AUTH=GSSAPI AUTH=PLAIN STARTTLS',
    '250-AUTH GSSAPI NTLM LOGIN',
    'A1 NO LOGIN failed.',
    'A1 NO AUTHENTICATE failed.',
    'subscriptionid=EABleC1jYXMwMS5jb250b3NvLnRlc3QQAAAASi0fb1lKh0abDBwuP0BRYgAAAAAAAAAA',
    'PasswordLastSet : 21.11.2026 08:00:00',
  ])('%s holds none', async line => {
    const [read] = await readAll({ x: `known\nquote ${line}\n` });
    expect(read?.file.quotes.first[0]?.text).toBe(line);
  });

  it('looks at a hostile line for no longer than at another', async () => {
    const before = processorMs();
    const hostile = ['a LOGIN '.repeat(8000), `password${' '.repeat(60_000)}`, 'A'.repeat(60_000), '"'.repeat(60_000)];
    await readAll({ x: `known\n${hostile.map(line => `quote ${line}\n`).join('')}` });
    expect(processorMs() - before).toBeLessThan(2_000);
  });
});
