import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readers } from '../../src/readers/index.js';
import { readAll } from './desk.js';

/* Somebody presses Ctrl-C, or a file breaks off, in the middle of a line: half a line is no line, and none that could not be understood. */

const fixture = (name: string) => readFileSync(new URL(`../fixtures/${name}`, import.meta.url));
const endOf = (bytes: Buffer, at: number) => bytes.indexOf(0x0a, at) + 1;

/** All bytes come, and no end. */
const stopped = async (bytes: Buffer) => {
  const stopping = new AbortController();
  async function* given() {
    yield bytes;
    stopping.abort();
    yield Buffer.from('never read');
  }
  return (await readAll({ x: given() }, { readers, signal: stopping.signal }))[0];
};
const broken = async (bytes: Buffer) => {
  async function* given() {
    yield bytes;
    throw Object.assign(new Error('gone'), { code: 'EIO' });
  }
  return (await readAll({ x: given() }, { readers }))[0];
};

describe.each([
  'exchange/get-imapsettings-2016.txt',
  'exchange/get-receiveconnector-2016.txt',
  'eventlog/application.csv',
  'eventlog/9646.xml',
  'jetty/jetty-access-gap.txt',
  'cuc/show-open-ports-7080-listening.txt',
  'cuc/tbl_exsubscription-stale.txt',
  'cuc/diag_CuMbxSync_http-failures.uc',
])('%s', name => {
  const whole = fixture(name);
  /** Behind so much of the file a line begins of which only the first half comes. */
  it.each([0.3, 0.6, 0.9])('half a line behind %d of it tells nothing', async part => {
    const from = endOf(whole, Math.floor(whole.length * part));
    const next = endOf(whole, from);
    const half = Math.floor((from + (next === 0 ? whole.length : next)) / 2);
    for (const read of [stopped, broken]) {
      const expected = await read(whole.subarray(0, from));
      const told = await read(whole.subarray(0, half));
      expect(told?.facts).toEqual(expected?.facts);
      expect(told?.file.unread).toEqual(expected?.file.unread);
    }
  });
});

it.each([
  ['a list', 'Server : EX01\nMaxConnectionsPerUser : 5', [], []],
  ['JSON', '{"Server":"EX01",\n"MaxConnectionsPerUser":500,\n', [], []],
  ['CSV', '"Server","MaxConnectionsPerUser"\n"EX01","500"\n"EX02","', [500], []],
  ['CLIXML', '<Objs><Obj><Props>\n<S N="Server">EX01</S>\n<I32 N="MaxConnectionsPerUser">500</I32>\n', [], []],
  ['an event', '<Event xmlns="http://schemas.microsoft.com/win/2004/08/events/event">\n<System>\n', [], []],
] as const)('half of %s is no value, and nothing that was not understood', async (_, text, limits, unread) => {
  for (const bytes of [Buffer.from(text), Buffer.from(`\ufeff${text}`, 'utf16le')]) {
    const told = await stopped(bytes);
    expect(told?.file).toMatchObject({ cut: 'reading was stopped', unread: { first: unread, more: 0 } });
    expect(
      told?.facts.map(fact => (fact as unknown as { maxConnectionsPerUser: number }).maxConnectionsPerUser),
    ).toEqual(limits);
  }
});

it('a last line without an end is one where the file ends', async () => {
  const [told] = await readAll({ x: 'Server : EX01\nMaxConnectionsPerUser : 500' }, { readers });
  expect(told?.facts).toMatchObject([{ maxConnectionsPerUser: 500 }]);
});
