import { describe, expect, it } from 'vitest';
import { readers } from '../../src/readers/index.js';
import { fixture, judgedBy, target } from './inbox-finds.js';
import { givenTo, readWith } from './read-with.js';

/** What a command prints, without the prompt behind it. */
const printed = (path: string): string =>
  fixture(path)
    .toString()
    .trimEnd()
    .replace(/admin:$/, '');

const PORTS = printed('cuc/show-open-ports-7080-listening.txt');
const DEAF = printed('cuc/show-open-ports-7080-notlistening.txt');
const TABLE = printed('cuc/tbl_exsubscription-healthy.txt');
const FILES = printed('cuc/file-list-activelog.txt');
const LOG = fixture('cuc/diag_CuMbxSync_http-failures.uc').toString();
const VIEW = `admin:file view activelog /cuc/diag_CuMbxSync_00000090.uc\n\n${LOG}\nend of the file reached\n`;
const NTP =
  'admin:utils ntp status\nntpd (pid 1234) is running...\n     remote           refid      st t when poll\n' +
  'Current time in UTC is : Sun Jun 29 16:05:00 UTC 2014\nCurrent time in Europe/Berlin is : Sun Jun 29 18:05:00 CEST 2014\n';

const judged = async (text: string) => {
  const read = await readWith(readers, 'paste.txt', text);
  return {
    ...read.file,
    places: read.facts.map(({ kind, source }) => [kind, source]),
    ...judgedBy(givenTo(read, target.id)),
  };
};

describe('several commands of the command line in one paste', () => {
  it.each<[string, string, string[], string[]]>([
    ['ports, clock and table', PORTS + NTP + TABLE, [], ['notify-listener', 'push-subscriptions']],
    ['clock, table and ports', NTP + TABLE + PORTS, [], ['notify-listener', 'push-subscriptions']],
    ['table, list of files and clock', `${TABLE + FILES + NTP}admin:`, [], ['push-subscriptions']],
    [
      'a stopped Jetty before the table',
      DEAF + NTP + TABLE,
      ['inbox-direction: warning', 'notify-listener: critical'],
      ['push-subscriptions'],
    ],
  ])('reads %s', async (_, text, problems, healthy) =>
    expect(await judged(text)).toMatchObject({ reader: 'cli-session', unread: { first: [] }, problems, healthy }),
  );

  it('reads a log that was looked at there, too', async () => {
    const alone = await judged(LOG);
    const both = await judged(PORTS + VIEW);
    expect(both.problems).toEqual(alone.problems);
    expect(both).toMatchObject({ healthy: ['notify-listener'], unread: { first: [] } });
  });

  it('names the lines of the paste', async () => {
    const text = PORTS + NTP + TABLE;
    const at = text.split('\n').findIndex(line => line.startsWith('0a37d81c')) + 1;
    const artifact = (line: number) => expect.objectContaining({ artifact: `paste.txt:${line}` }) as object;
    expect((await judged(text)).places).toEqual([
      ['open-ports', artifact(3)],
      ['push-subscriptions', artifact(at)],
    ]);
  });

  it('says which command prints what it does not know', async () => {
    const { unread, healthy } = await judged(`${PORTS}admin:show status\nHost Name : cuc\nDate : x\n${NTP}${TABLE}`);
    expect(unread.first).toEqual([{ line: 5, why: 'what this command prints is not read' }]);
    expect(healthy).toEqual(['notify-listener', 'push-subscriptions']);
  });

  it('tells of a command that stands below more lines than anybody pastes that it is not read', async () => {
    const text = `${PORTS}${FILES}${'\n'.repeat(30_000)}${TABLE}admin:\n`;
    const { unread, places } = await judged(text);
    expect(places.map(([kind]) => kind)).toEqual(['open-ports']);
    expect(unread.first[0]).toMatchObject({ why: 'what this command prints is not read' });
  });
});
