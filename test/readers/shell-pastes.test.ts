import { describe, expect, it } from 'vitest';
import { readers } from '../../src/readers/index.js';
import { bodiesOf, readWith } from './read-with.js';
import { asClixml, asCsv, asJson, asList, asTable, type Printed } from './shell-prints.js';

/* What people paste, as their mail, chat, console or editor has left it. */

const read = (pasted: string) => readWith(readers, 'pasted.txt', pasted);
const imapLimits = async (pasted: string) =>
  (bodiesOf(await read(pasted), 'imap-limits') as { server: string | null; maxConnectionsPerUser: number }[]).map(
    ({ server, maxConnectionsPerUser }) => `${server} ${maxConnectionsPerUser}`,
  );
const prompt = (command: string) => `[PS] C:\\Windows\\system32>${command}`;

describe('answers below what was typed, each in its own form', () => {
  const EX01: Printed = { Server: 'EX01', MaxConnectionsPerUser: 16, LoginType: 'SecureLogin' };
  const unnamed: Printed = { MaxConnectionsPerUser: 16, MaxConnections: 2000 };
  const forms: [string, (objects: readonly Printed[]) => string][] = [
    ['JSON', asJson],
    ['JSON in one line', objects => JSON.stringify(objects.length === 1 ? objects[0] : objects)],
    ['CSV', objects => asCsv(objects, ',')],
    ['CSV of a German Windows', objects => asCsv(objects, ';')],
    ['CSV without its type', objects => asCsv(objects, ',').split('\r\n').slice(1).join('\r\n')],
    ['CLIXML', asClixml],
    ['a list', objects => asList(objects, 120, { trims: true })],
    ['a table', asTable],
  ];

  it.each(forms)('%s', async (_, print) =>
    expect(await imapLimits(`${prompt('Get-ImapSettings -Server EX01')}\r\n${print([EX01])}\r\n`)).toEqual(['EX01 16']),
  );

  it.each(forms)('%s is of the server that was asked', async (_, print) =>
    expect(await imapLimits(`${prompt('Get-ImapSettings -Server EX02')}\r\n${print([unnamed])}\r\n`)).toEqual([
      'EX02 16',
    ]),
  );

  it.each(forms.flatMap(([name, print]) => forms.map(([other, then]) => [name, other, print, then] as const)))(
    '%s and then %s',
    async (_, __, print, then) =>
      expect(
        await imapLimits(
          [
            prompt('Get-ImapSettings -Server EX01 | …'),
            print([unnamed]),
            prompt('Get-ImapSettings -Server EX02 | …'),
            then([unnamed, { ...unnamed, MaxConnectionsPerUser: 17 }]),
            prompt(''),
          ].join('\r\n'),
        ),
      ).toEqual(['EX01 16', 'EX02 16', 'EX02 17']),
  );

  it.each([
    ['behind a fence of a chat', `Here it is:\n\`\`\`json\n${asJson([EX01])}\n\`\`\`\nthanks`],
    ['behind a fence on the same line', `\`\`\`${asJson([EX01])}\n\`\`\``],
    ['below words and a blank line', `As you asked, Peter:\n\n${asJson([EX01])}\n\nRegards`],
    ['below a warning', `${prompt('Get-ImapSettings')}\nWARNUNG: Der Befehl wurde abgeschlossen.\n${asJson([EX01])}`],
    ['with the blanks of a chat', asJson([EX01]).replaceAll('  ', '\u00a0\u00a0')],
    ['a CSV behind a fence', `${prompt('Get-ImapSettings')}\n\`\`\`\n${asCsv([EX01], ',')}\n\`\`\`\n`],
    [
      'a CSV with names in quotes below a blank line',
      `See:\n\n${asCsv([EX01], ',').split('\r\n').slice(1).join('\n')}`,
    ],
    ['two of them in one', `${asCsv([EX01], ',')}\n${asCsv([EX01], ',')}`, 2],
  ])('%s', async (_, pasted, times = 1) => expect(await imapLimits(pasted)).toEqual(Array(times).fill('EX01 16')));

  it('a half one does not swallow what was typed below it, and is told with its line', async () => {
    const half = asJson([EX01]).slice(0, -2);
    const told = await read(
      `${prompt('Get-ImapSettings | ConvertTo-Json')}\n${half}\n${prompt('Get-ImapSettings -Server EX02 | fl')}\n\nMaxConnectionsPerUser : 17\n`,
    );
    expect(bodiesOf(told, 'imap-limits')).toEqual([{ server: 'EX02', maxConnectionsPerUser: 17 }]);
    expect(told.file.unread.first).toEqual([{ line: 2, why: 'this JSON is not whole' }]);
  });

  it('a value of a CSV that looks as if it had been typed is a value', async () => {
    const told = await read(
      `${prompt('Get-ReceiveConnector | ConvertTo-Csv')}\n"Identity","Banner","MaxInboundConnectionPerSource"\n"EX01\\UCCX","see\n${prompt('Get-Help')}\n","20"\n`,
    );
    expect(bodiesOf(told, 'connector-limits')).toMatchObject([{ connector: 'EX01\\UCCX', connectionsPerSource: 20 }]);
  });

  it('words with a comma between them are no head of a CSV', async () =>
    expect(await imapLimits('Hello\n\nServer, Limit\n\nServer : EX01\nMaxConnectionsPerUser : 16\n')).toEqual([
      'EX01 16',
    ]));

  it('what a list showed of POP says nothing of what was typed after it', async () =>
    expect(
      await imapLimits(
        `${prompt('Get-PopSettings | fl')}\n\nServer : EX01\nMaxConnectionsPerUser : 12\n\n${prompt('$imap | fl')}\n\nServer : EX01\nMaxConnectionsPerUser : 16\n`,
      ),
    ).toEqual(['EX01 16']));
});
