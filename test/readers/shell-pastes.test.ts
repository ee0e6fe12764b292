import { describe, expect, it } from 'vitest';
import { judgeFiles } from '../../src/diagnosis/files.js';
import { RunId } from '../../src/domain/ids.js';
import type { Target } from '../../src/domain/target.js';
import { readers } from '../../src/readers/index.js';
import { FIRST_ARGUMENTS } from '../../src/readers/shell/typed.js';
import { rules } from '../../src/rules/index.js';
import reference from '../fixtures/exchange/cmdlet-reference.json' with { type: 'json' };
import { mailTarget } from '../support/build.js';
import { bodiesOf, NOW, readWith } from './read-with.js';
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
      ).toEqual(['EX01 16', 'EX02 16', 'null 17']),
  );

  it.each([
    ['behind a fence of a chat', `Here it is:\n\`\`\`json\n${asJson([EX01])}\n\`\`\`\nthanks`],
    ['behind a fence on the same line', `\`\`\`${asJson([EX01])}\n\`\`\``],
    ['below words and a blank line', `As you asked, Peter:\n\n${asJson([EX01])}\n\nRegards`],
    ['below words that end in a colon', `As you asked:\n${asJson([EX01])}`],
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

describe('with a mark before each line', () => {
  const LIST = [
    '',
    'Server                : EX01',
    'MaxConnectionsPerUser : 16',
    '',
    'Server                : EX02',
    'Banner                : The service is',
    '                        ready',
    'MaxConnectionsPerUser : 200',
    '',
  ];
  const marked = (mark: (at: number) => string, lines: readonly string[]) =>
    lines.map((line, at) => `${mark(at)}${line}`).join('\n');
  const both = ['EX01 16', 'EX02 200'];

  const marks: [string, (at: number) => string][] = [
    ['> ', () => '> '],
    ['>', () => '>'],
    ['>> ', () => '>> '],
    ['> > ', () => '> > '],
    ['| ', () => '| '],
    ['> with the blank of a chat', () => '>\u00a0'],
    ['numbers of an editor', at => `${String(at + 8).padStart(4)}  `],
    ['numbers and a colon', at => `${at + 8}: `],
    ['numbers and a colon without a blank', at => `${at + 8}:`],
    ['numbers and a line', at => `${at + 8}| `],
    ['numbers and a tab', at => `${String(at + 8).padStart(6)}\t`],
    ['numbers in a quoted mail', at => `> ${at + 98}: `],
  ];
  it.each(marks)('a list: %s', async (_, mark) => expect(await imapLimits(marked(mark, LIST))).toEqual(both));
  it.each(marks)('a list below what was typed: %s', async (_, mark) => {
    const unnamed = ['', 'MaxConnectionsPerUser : 16', 'MaxConnections        : 2000', ''];
    const typed = (server: string) => prompt(`Get-ImapSettings -Server ${server} | fl Max*`);
    const lines = [typed('EX01'), ...unnamed, typed('EX02'), ...unnamed];
    expect(await imapLimits(marked(mark, lines))).toEqual(['EX01 16', 'EX02 16']);
  });
  it.each(marks)('JSON: %s', async (_, mark) =>
    expect(await imapLimits(marked(mark, asJson([{ Server: 'EX01', MaxConnectionsPerUser: 16 }]).split('\n')))).toEqual(
      ['EX01 16'],
    ),
  );
  it.each(marks)('a table: %s', async (_, mark) =>
    expect(
      await imapLimits(
        marked(mark, ['Server MaxConnectionsPerUser', '------ ---------------------', 'EX01                      16']),
      ),
    ).toEqual(['EX01 16']),
  );

  it.each([
    ['below whoever wrote it', `Peter wrote:\n${marked(() => '> ', LIST)}`, both],
    ['and an answer below it', `${marked(() => '> ', LIST)}\n\nThanks, that helps.`, both],
    ['and words right below it', `${marked(() => '> ', LIST.slice(0, -1))}\nThanks, that helps.`, both],
    ['with blank lines that the mail has bared', marked(() => '> ', LIST).replaceAll(/^> $/gm, ''), both],
    [
      'with a blank line behind every line',
      LIST.slice(1, 3)
        .map(line => `> ${line}\n\n`)
        .join(''),
      ['EX01 16'],
    ],
    [
      'as numbers that leave out blank lines',
      '     1\tServer : EX01\n     2\tMaxConnectionsPerUser : 16\n\n',
      ['EX01 16'],
    ],
    [
      'another mail in it, and an answer to that',
      '>> Server : EX01\n>> MaxConnectionsPerUser : 16\n>\n> Server : EX02\n> MaxConnectionsPerUser : 200\n',
      both,
    ],
    [
      'a line that the mail has broken makes what it broke doubtful, and nothing else',
      '> Server : EX01\n> Banner : The service is\nready\n> MaxConnectionsPerUser : 16\n',
      ['EX01 16'],
    ],
  ])('%s', async (_, pasted, expected) => expect(await imapLimits(pasted)).toEqual(expected));

  it('and below words what somebody has added', async () =>
    expect(
      await imapLimits(
        '> Server : EX01\n> MaxConnectionsPerUser : 16\nYes, and of the other one:\nServer : EX02\nMaxConnectionsPerUser : 200\n',
      ),
    ).toEqual(both));

  it('what is mixed line by line is told', async () =>
    expect(
      (await read('> Server : EX01\n> MaxConnectionsPerUser : 16\nServer : EX02\n')).file.unread.first,
    ).toMatchObject([{ line: 1, why: expect.stringMatching(/^some of these lines begin with a mark/) }]));

  it.each([
    [
      "the shell's own sign of a line that goes on",
      `${prompt('Get-ImapSettings -Server EX01 |')}\n>> Format-List Server,\n>> MaxConnectionsPerUser\n>>\n\nServer : EX01\nMaxConnectionsPerUser : 16\n`,
      ['EX01 16'],
    ],
    ['a value that begins so', 'Server : EX01\nBanner : > ready\nMaxConnectionsPerUser : 16\n', ['EX01 16']],
    [
      'one that lost its blanks',
      'Server : EX01\nBanner : ready\n> MaxConnectionsPerUser : 200\nMaxConnectionsPerUser : 16\n',
      ['EX01 16'],
    ],
    [
      'an answer between the lines is of nobody',
      '> Server : EX01\n> MaxConnectionsPerUser : 16\nMaxConnectionsPerUser : 100\n> MaxConnections : 2000\n',
      [],
    ],
    ['numbers that do not go up by one', '10 Server : EX01\n20 MaxConnectionsPerUser : 16\n', []],
    ['one line alone', '> MaxConnectionsPerUser : 16\n', []],
    [
      'numbers of a spreadsheet',
      'Count\tServer\tMaxConnectionsPerUser\n1\tEX01\t16\n2\tEX02\t200\n',
      ['EX01 16', 'EX02 200'],
    ],
  ])('is none: %s', async (_, pasted, expected) => expect(await imapLimits(pasted)).toEqual(expected));

  it('hides what stands alone on its line as it does without a mark', async () => {
    const secret = Buffer.from('my secret password 1').toString('base64');
    const event = [
      'ProviderName : MSExchangeTransport',
      'Id           : 15006',
      'Message      : first',
      `               ${secret}`,
      '               last',
    ];
    const told = await read(marked(at => `${at + 1}: `, event));
    expect(told.file.quotes.first.map(({ text }) => text)).toEqual(['first **** last']);
  });

  it.each(marks)('is taken away of more lines than are kept waiting: %s', async (_, mark) => {
    const many = Array.from({ length: 700 }, (_, at) => `Name${at} : x`);
    expect(await imapLimits(marked(mark, [...many, ...LIST]))).toEqual(both);
  });
});

describe('with tabs in place of blanks', () => {
  it.each([
    ['a list', 'Server\t\t\t: EX01\nMaxConnectionsPerUser\t: 16\n'],
    ['a list, each sign in its own cell', 'Server\t:\tEX01\nMaxConnectionsPerUser\t:\t16\n'],
    [
      'a list whose value goes on',
      'Server\t\t\t: EX01\nBanner\t\t\t: ready\n\t\t\t  at last\nMaxConnectionsPerUser\t: 16\n',
    ],
    ['a table of a spreadsheet', 'Server\tMaxConnectionsPerUser\n------\t---------------------\nEX01\t16\n'],
    ['one below words', 'See here:\nServer\tMaxConnectionsPerUser\n------\t---------------------\nEX01\t16\n\nPeter\n'],
    [
      'one below what was typed',
      `${prompt('Get-ImapSettings')}\n\nServer\tMaxConnectionsPerUser\n------\t----\nEX01\t16\n`,
    ],
    ['one whose lines end in a tab', 'Server\tMaxConnectionsPerUser\t\n------\t----\t\nEX01\t16\t\n'],
    ['one below words whose lines do', 'See\nServer\tMaxConnectionsPerUser\t\n------\t----\t\nEX01\t16\t\n'],
    [
      'a table of a terminal',
      'Hi\nServer\t\tMaxConnectionsPerUser\n------\t\t---------------------\nEX01\t\t\t\t   16\n',
    ],
  ])('%s', async (_, pasted) => expect(await imapLimits(pasted)).toEqual(['EX01 16']));

  it('a cell that is not there leaves nothing to its neighbour', async () =>
    expect(
      await imapLimits('See:\nServer\tName\tMaxConnectionsPerUser\n------\t----\t----\nEX01\t\t16\nEX02\t16\n'),
    ).toEqual(['EX01 16']));
});

describe('what was asked for by its name', () => {
  type Known = { position?: number; type?: string };
  const SUBJECTS: Record<string, string> = {
    ServerIdParameter: 'server',
    MailboxIdParameter: 'mailbox',
    ThrottlingPolicyAssociationIdParameter: 'mailbox',
    ReceiveConnectorIdParameter: 'connector',
    ThrottlingPolicyIdParameter: 'policy',
    DatabaseIdParameter: 'database',
  };
  it('may stand first where the reference says so', () => {
    const cmdlets = reference.cmdlets as Record<string, { parameters: Record<string, Known> }>;
    const known = Object.entries(cmdlets).flatMap(([cmdlet, { parameters }]) => {
      if (cmdlet === 'Get-Service') return [['get-service', 'service']]; // its first argument is -Name
      const { position, type = '' } = parameters.Identity ?? {};
      const is = cmdlet === 'Get-ADUser' ? 'mailbox' : SUBJECTS[type];
      return cmdlet.startsWith('Get-') && position !== undefined && is ? [[cmdlet.toLowerCase(), is]] : [];
    });
    expect(FIRST_ARGUMENTS).toEqual(Object.fromEntries(known));
  });

  const answer = (command: string, ...lines: string[]) => `${prompt(command)}\n\n${lines.join('\n')}\n\n`;
  it.each([
    [answer('Get-ServerComponentState EX01 | ft', 'Component State', '--------- -----', 'ImapProxy Active'), 'EX01'],
    [
      answer(
        "Get-ServerComponentState -Identity 'EX01' | ft",
        'Component State',
        '--------- -----',
        'ImapProxy Active',
      ),
      'EX01',
    ],
    [answer('Get-ServerComponentState $s | fl', 'Component : ImapProxy', 'State : Active'), null],
    [answer('Get-ServerComponentState EX01 | fl', 'Server : EX02', 'Component : ImapProxy', 'State : Active'), 'EX02'],
    [answer('Get-ServerComponentState EX02 -Component ImapProxy | fl State', 'State : Inactive'), 'EX02'],
    [answer('Get-Service MSExchangeIMAP4 -ComputerName EX02 | fl Status', 'Status : Stopped'), 'EX02'],
    [answer('Get-ExchangeServer EX01 | fl', 'AdminDisplayVersion : Version 15.1 (Build 2507.6)'), 'EX01'],
    [answer('Get-ImapSettings EX01 | fl', 'MaxConnectionsPerUser : 16'), null],
    [
      answer('Get-ReceiveConnector "EX01\\Default EX01" | fl', 'MaxInboundConnectionPerSource : 20'),
      'EX01\\Default EX01',
    ],
    [
      answer("Get-ReceiveConnector 'EX01\\UCCX' | fl", 'Name : UCCX', 'MaxInboundConnectionPerSource : 20'),
      'EX01\\UCCX',
    ],
    [answer("Get-ReceiveConnector 'EX01\\UCCX' | fl", 'Name : Other', 'MaxInboundConnectionPerSource : 20'), 'Other'],
    [answer('Get-ThrottlingPolicy UCCX | fl', 'ImapMaxConcurrency : 20', 'ImapMaxBurst : 1'), 'UCCX'],
    [answer('Get-MailboxDatabase DB01 -Status | fl', 'Mounted : False', 'MountedOnServer : EX01'), 'DB01'],
    [answer('Get-CASMailbox uccx | fl', 'ImapEnabled : True'), ['uccx']],
    [answer('Get-CASMailbox -Id contoso\\uccx | fl', 'ImapEnabled : True'), ['contoso\\uccx']],
    [
      answer('Get-CASMailbox uccx@contoso.test | fl', 'Name : UCCX Agents', 'ImapEnabled : True'),
      ['UCCX Agents', 'uccx@contoso.test'],
    ],
    [answer('Get-CASMailbox uccx* | fl', 'Name : uccx2', 'ImapEnabled : True'), ['uccx2']],
    [answer('Get-CASMailbox -ResultSize 1 | fl', 'Name : uccx2', 'ImapEnabled : True'), ['uccx2']],
    [answer('Get-MailboxDatabase DB01 | Get-CASMailbox | fl', 'Name : uccx2', 'ImapEnabled : True'), ['uccx2']],
    [answer('Get-Mailbox uccx | fl', 'LegacyExchangeDN : /o=x/cn=uccx'), ['uccx']],
    [answer('Get-ThrottlingPolicyAssociation uccx | fl', 'ThrottlingPolicyId :'), ['uccx']],
    [answer('Get-ADUser uccx -Properties LockedOut | fl', 'LockedOut : True'), ['uccx']],
  ])('%s', async (pasted, expected) => {
    const { facts } = await read(pasted);
    const named = facts.map(fact => {
      const { server, connector, policy, database, names } = fact as unknown as Record<string, unknown>;
      return names ?? connector ?? database ?? (fact.kind === 'throttling-policy' ? policy : server);
    });
    expect(named).toEqual([expected]);
  });

  it('is one thing, and what is printed behind it without a name is nobody’s', async () => {
    const told = await read(
      answer(
        'Get-CASMailbox uccx | fl',
        'ImapEnabled : True',
        '',
        'ImapEnabled : False',
        '',
        'Name : b',
        'ImapEnabled : False',
      ),
    );
    expect(bodiesOf(told, 'cas-mailbox')).toMatchObject([
      { names: ['uccx'], imapEnabled: true },
      { names: ['b'], imapEnabled: false },
    ]);
    expect(told.file.unread.first).toMatchObject([{ why: expect.stringMatching(/of a mailbox that is not named/) }]);
  });

  it('stands behind a warning, too', async () =>
    expect(
      bodiesOf(
        await read(answer('Get-CASMailbox uccx | fl', 'WARNING: By default.', '', 'ImapEnabled : True')),
        'cas-mailbox',
      ),
    ).toMatchObject([{ names: ['uccx'] }]));

  it.each([
    ['a console of 80 columns breaks anywhere', 'EX01'],
    ['a name of its own', 'EX01.contoso.test'],
  ])('goes on in the next line: %s', async (_, server) => {
    const typed = prompt(
      `Get-ImapSettings -DomainController dc01.contoso.test -Server ${server} | fl MaxConnectionsPerUser`,
    );
    for (const width of [80, 120]) {
      const lines = typed.match(new RegExp(`.{1,${width}}`, 'g')) ?? [];
      const pasted = `${lines.join('\n')}\n\nMaxConnectionsPerUser : 16\n`;
      expect(await imapLimits(pasted)).toEqual([`${server} 16`]);
    }
  });
  it('goes on where the shell asks for more', async () =>
    expect(
      await imapLimits(
        `${prompt('Get-ImapSettings `')}\n>> -Server EX02 |\n>> ConvertTo-Json\n>>\n{"MaxConnectionsPerUser":16}\n`,
      ),
    ).toEqual(['EX02 16']));
  it('is the machine whose prompt it is', async () =>
    expect(
      bodiesOf(
        await read(
          '[EX02]: PS C:\\Users\\admin> Get-Service MSExchangeIMAP4\n\nStatus   Name             DisplayName\n------   ----             -----------\nStopped  MSExchangeIMAP4  Microsoft Exchange IMAP4\n',
        ),
        'service-state',
      ),
    ).toMatchObject([{ server: 'EX02', status: 'Stopped' }]));
});

/** What `read` says of one paste: the verdict of a rule. */
const verdictOf = async (pasted: string, rule: string, target: Target = mailTarget()) => {
  const input = { run: RunId.parse('run-0001'), target, read: [await read(pasted)], startedAt: NOW, finishedAt: NOW };
  const onCrash = (error: unknown) => {
    throw error;
  };
  return judgeFiles({ rules, onCrash }, input).report.verdicts.find(verdict => verdict.rule === rule);
};

describe('a policy of 2013 and later that leaves its limit to the one above it', () => {
  const policy = (name: string, scope: string, limit: string) =>
    `Name : ${name}\nThrottlingPolicyScope : ${scope}\nImapMaxConcurrency : ${limit}\nImapMaxBurst : 3600000\n\n`;
  const association = `${prompt('Get-ThrottlingPolicyAssociation uccxemail | fl ThrottlingPolicyId')}\n\nThrottlingPolicyId : UCCX\n\n`;
  const listed = (...policies: string[]) =>
    `${prompt('Get-ThrottlingPolicy | fl Name,*Scope,Imap*')}\n\n${policies.join('')}${association}`;

  it.each([
    [listed(policy('Global_1', 'Global', 'Unlimited'), policy('UCCX', 'Regular', '')), 'healthy'],
    [listed(policy('Global_1', 'Global', '10'), policy('UCCX', 'Regular', '')), 'problem'],
    [listed(policy('Global_1', 'Global', '10'), policy('UCCX', 'Regular', 'Unlimited')), 'healthy'],
    [listed(policy('UCCX', 'Regular', '')), 'unknown'],
  ])('%s', async (pasted, is) => expect(await verdictOf(pasted, 'throttling-policy')).toMatchObject({ is }));
});

describe('whole windows as administrators send them', () => {
  it.each([
    [
      'a log of a terminal with its colours',
      '\u001b]0;EX01\u0007\u001b[32;1mServer                : \u001b[0mEX01\r\r\n\u001b[32;1mMaxConnectionsPerUser : \u001b[0m16\r\r\n',
      ['EX01 16'],
    ],
    [
      'a ticket of Jira',
      `Output:\n{code:powershell}\n${prompt('Get-ImapSettings | ft')}\n\nServer MaxConnectionsPerUser\n------ ---------------------\nEX01                      16\n{code}\n{noformat}\n{"Server":"EX02","MaxConnectionsPerUser":200}\n{noformat}\n`,
      ['EX01 16', 'EX02 200'],
    ],
    [
      'a page of the web',
      'PS C:\\&gt; Get-ImapSettings -Server EX02 | fl\n\nMaxConnectionsPerUser : 16\n',
      ['EX02 16'],
    ],
    ['code within lines of a chat', 'here:\n`Server : EX01`\n`MaxConnectionsPerUser : 16`\n', ['EX01 16']],
    ['a bulletin board', '[code]\nServer : EX01\nMaxConnectionsPerUser : 16\n[/code]\n', ['EX01 16']],
    [
      'quotes and dashes that mail has made',
      `${prompt('Get-ImapSettings –Server “EX02” | fl')}\n\nMaxConnectionsPerUser : 16\n`,
      ['EX02 16'],
    ],
    [
      'words about another server between two answers',
      `${prompt('Get-ImapSettings -Server EX01 | fl Max*')}\n\nMaxConnectionsPerUser : 60\n\nAnd on EX02 there is:\n\nMaxConnectionsPerUser : 16\n`,
      ['EX01 60', 'null 16'],
    ],
    [
      'a second answer below one question',
      `${prompt('Get-ImapSettings -Server EX01 | fl Max*')}\n\nMaxConnectionsPerUser : 60\n\n\nMaxConnectionsPerUser : 16\n`,
      ['EX01 60', 'null 16'],
    ],
  ])('%s', async (_, pasted, expected) => {
    const told = await read(pasted);
    expect(await imapLimits(pasted)).toEqual(expected);
    expect(told.file.unread.first).toEqual([]);
  });

  it.each([
    ['MaxConnectionsPerUser', '6 0'],
    ['MaxConnectionFromSingleIP', '2,4'],
    ['Maximum Allowed Service Sessions Per User', 'x'],
  ])('%s that is no number is told', async (name, value) =>
    expect((await read(`Server : EX01\n${name} : ${value}\n`)).file.unread.first).toEqual([
      { line: 2, why: `${name.toLowerCase()}: «${value}» is no number` },
    ]),
  );

  it('services of the server that was asked, until somebody speaks of another', async () => {
    const table = (state: string) =>
      `\nStatus   Name             DisplayName\n------   ----             -----------\n${state}  MSExchangeIMAP4  Microsoft Exchange IMAP4\n`;
    const pasted = `${prompt('Get-Service -ComputerName EX01 MSExchangeIMAP4')}\n${table('Running')}\nOn the other one it is not:\n${table('Stopped')}`;
    expect(bodiesOf(await read(pasted), 'service-state')).toMatchObject([
      { server: 'EX01', status: 'Running' },
      { server: null, status: 'Stopped' },
    ]);
  });
});
