import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readers } from '../../src/readers/index.js';
import { readWith } from './read-with.js';

const FIXTURES = [
  'jetty/jetty-access-healthy-two-subs.txt',
  'cuc/show-open-ports-7080-established.txt',
  'cuc/show-open-ports-7080-notlistening.txt',
  'cuc/tbl_exsubscription-stale.txt',
  'cuc/diag_CuMbxSync_http-failures.uc',
  'smtp/transcript-421-rate.txt',
];

const each = (text: string, change: (line: string) => string): string => text.split(/\r?\n/).map(change).join('\n');
const broken = (line: string, width: number): string => line.replaceAll(new RegExp(`(.{${width}})(?=.)`, 'g'), '$1\n');

/** What mail, chats and windows make of a text. */
const FORMS: Record<string, (text: string) => string> = {
  'quoted by mail': text => each(text, line => `> ${line}`),
  'quoted twice, below some words': text =>
    `See below,\nregards\n\n${each(text, line => (line === '' ? '>>' : `>> ${line}`))}`,
  'with blanks that do not break': text => text.replaceAll(' ', '\u00a0'),
  'set in as code': text => each(text, line => (line === '' ? '' : `    ${line}`)),
  'set in by a tab': text => each(text, line => (line === '' ? '' : `\t${line}`)),
  'broken by a window of 80 columns': text => each(text, line => broken(line, 80)),
  'broken by a window of 132 columns, and quoted': text =>
    each(
      each(text, line => broken(line, 132)),
      line => `> ${line}`,
    ),
};

const told = async (name: string, text: string) => {
  const { file, facts } = await readWith(readers, name, text);
  // Lines have other numbers behind some words, or where a window broke them.
  return JSON.parse(
    JSON.stringify({ reader: file.reader, facts }, (key, value) => (key === 'artifact' || key === 'line' ? '' : value)),
  ) as { reader: string; facts: unknown[] };
};

describe.each(FIXTURES)('%s tells the same', name => {
  const text = readFileSync(`test/fixtures/${name}`, 'utf8');
  it.each(Object.entries(FORMS))('%s', async (_, form) => {
    const plain = await told(name, text);
    expect(plain.facts.length).toBeGreaterThan(0);
    expect(await told(name, form(text))).toEqual(plain);
  });
});

describe('what only looks like it', () => {
  const line = (second: number, pid: string) =>
    `10.4.3.90 - - [29/Jun/2014:11:35:${second} +0000] "GET /${pid} HTTP/1.1" 200 343`;
  it('does not join lines that are all as long as a window is wide', async () => {
    const log = [10, 20, 30, 40].map(second => line(second, 'a'.repeat(13)));
    expect(log.map(each => each.length)).toEqual([80, 80, 80, 80]);
    const { facts } = await told('jetty.log', `${log.join('\n')}\nGET\n`);
    expect(facts).toMatchObject([{ requests: 4 }]);
  });

  it('nor where their addresses are of different lengths', async () => {
    const log = [10, 20, 30, 40].flatMap(second => [
      line(second, 'a'.repeat(13)),
      line(second, 'a'.repeat(13)).replace('10.4.3.90', '10.4.3.9'),
    ]);
    const { facts } = await told('jetty.log', `${log.join('\n')}\nGET\n`);
    expect(facts).toMatchObject([{ requests: 8 }]);
  });

  it('does not take the arrows of a conversation for marks of mail', async () => {
    const talk =
      '< * OK The Microsoft Exchange IMAP4 service is ready.\n> a1 LOGIN x y\n> \n> \n< a1 NO LOGIN failed.\n';
    const { reader, facts } = await told('talk.txt', talk);
    expect(reader).toBe('imap-transcript');
    expect(facts).toMatchObject([{ kind: 'imap-greeting' }, { kind: 'imap-login', outcome: 'refused' }]);
  });

  it('takes a command as it stood in the window in the end', async () => {
    const talk =
      '* OK The Microsoft Exchange IMAP4 service is ready.\na1 lgo\b\b\x1b[Kogin x hunter3\b \b2\na1 NO LOGIN failed for hunter2.\n';
    const { facts } = await told('talk.txt', talk);
    expect(facts).toMatchObject([{ kind: 'imap-greeting' }, { kind: 'imap-login', outcome: 'refused' }]);
    expect(JSON.stringify(facts)).not.toMatch(/hunter/);
  });

  it.each([
    ['10.4.3.90', '10.4.3.90'],
    ['2014_06_29.request.log:10.4.3.90', '10.4.3.90'],
    ['jetty.log:12:10.4.3.90', '10.4.3.90'],
    ['17:10.4.3.90', '10.4.3.90'],
    ['fe80::1', 'fe80::1'],
    ['[fe80::2]', 'fe80::2'],
    ['ex01.contoso.test', 'ex01.contoso.test'],
    ['log:ex01', null],
    ['>', null],
  ])('takes of %s in an access log the address alone', async (shown, address) => {
    const path = '/NotificationService/services/NotificationService?id=ff5fbb79-e156-4444-aee7-488b3aca49f1';
    const log = [11, 12].map(at => `${shown} - - [29/Jun/2014:${at}:35:54 +0000] "POST ${path} HTTP/1.1" 200 343\n`);
    const { facts } = await told('jetty.log', log.join(''));
    expect(facts).toMatchObject(address === null ? [] : [{ senders: [{ address }] }]);
  });
});
