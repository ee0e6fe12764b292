import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { factsIn } from '../../src/readers/shell/facts-in.js';
import { shellObjects } from '../../src/readers/shell/objects.js';
import { shellOutput } from '../../src/readers/shell/shell-output.js';
import { bodiesOf, readWith } from './read-with.js';
import { asClixml, asCsv, asJson, asList, asTable, type Printed } from './shell-prints.js';

const fixture = (name: string) => readFileSync(new URL(`../fixtures/exchange/${name}.txt`, import.meta.url));
const read = (bytes: Buffer | string) => readWith([shellOutput], 'pasted.txt', bytes);

describe('published output of the shell', () => {
  it.each([
    ['get-imapsettings-2010', 'CAS01', 2000],
    ['get-imapsettings-2016', 'EX16', 2_147_483_647],
  ])('%s allows one account 16 connections', async (name, server, shipped) => {
    const file = await read(fixture(name));
    expect(file.facts).toHaveLength(2);
    expect(bodiesOf(file, 'imap-limits')).toEqual([{ server, maxConnectionsPerUser: 16 }]);
    expect(bodiesOf(file, 'imap-service-limits')).toEqual([
      { server, maxConnectionsFromSingleIp: shipped, maxConnections: shipped },
    ]);
    expect(file.facts.map(({ source }) => source)).toMatchObject([
      { artifact: 'pasted.txt:18' },
      { artifact: 'pasted.txt:17' },
    ]);
  });

  it('the limits of the IMAP service alone, as they are asked for', async () =>
    expect(
      bodiesOf(
        await read(
          'Server                    : EX01\nMaxConnections            : 2000\nMaxConnectionFromSingleIP : 20\n',
        ),
        'imap-service-limits',
      ),
    ).toEqual([{ server: 'EX01', maxConnectionsFromSingleIp: 20, maxConnections: 2000 }]));

  it.each([
    ['get-receiveconnector-2010', ['CAS01\\Default CAS01 25 unlimited', 'CAS01\\Client CAS01 587 5']],
    [
      'get-receiveconnector-2016',
      ['EX16\\Default Frontend EX16 25 unlimited', 'EX16\\Client Frontend EX16 587 5', 'EX16\\Client Proxy EX16 465 5'],
    ],
  ])('%s names each connector with its port and rate', async (name, expected) => {
    const file = await read(fixture(name));
    expect(
      bodiesOf(file, 'connector-limits').map(body => {
        const { connector, ports, messagesPerMinute } = body as Record<string, unknown>;
        return `${connector} ${ports} ${messagesPerMinute}`;
      }),
    ).toEqual(expected);
    expect(file.facts).toHaveLength(expected.length);
    expect(file.file.unread.first).toEqual([]);
  });

  it.each([
    [
      'get-throttlingpolicy-2010sp1-default',
      { scope: 'default', imapConcurrency: 'unlimited', rcaConcurrency: 20, ewsConcurrency: 10, imapCutoff: null },
    ],
    ['get-throttlingpolicy-2010sp1-uccx', { policy: 'UCCXEmail', scope: 'regular', rcaConcurrency: 'unlimited' }],
    [
      'get-throttlingpolicy-2016-global',
      {
        scope: 'global',
        imapConcurrency: 'unlimited',
        imapCutoff: 'unlimited',
        rcaConcurrency: 40,
        ewsSubscriptions: 5000,
      },
    ],
  ])('%s', async (name, expected) => {
    const file = await read(fixture(name));
    expect(bodiesOf(file, 'throttling-policy')).toEqual([expect.objectContaining(expected)]);
    expect(file.facts).toHaveLength(1);
  });

  it.each([
    ['2010 has no limit there', 'IsDefault : False', 'unlimited'],
    ['2013 takes that of the policy above', 'ThrottlingPolicyScope : Regular', null],
    ['2013 does so too where its scope was not listed', 'ImapCutoffBalance :', null],
  ])('a policy that leaves a limit blank: %s', async (_, sign, imapConcurrency) =>
    expect(bodiesOf(await read(`Name : UCCX\n${sign}\nImapMaxConcurrency :\n`), 'throttling-policy')).toEqual([
      expect.objectContaining({ imapConcurrency, blank: expect.arrayContaining(['imapConcurrency']) }),
    ]),
  );

  it.each([
    ['get-throttlingpolicyassociation-default', null],
    ['get-throttlingpolicyassociation-uccx', 'UCCXEmail'],
  ])('%s', async (name, policy) =>
    expect(bodiesOf(await read(fixture(name)), 'policy-association')).toEqual([
      { names: ['contoso.test/Users/uccxemail', 'uccxemail'], policy },
    ]),
  );

  it('that refused a parameter', async () =>
    expect(bodiesOf(await read(fixture('set-throttlingpolicy-2016-bad-parameter')), 'shell-refusal')).toEqual([
      { cmdlet: 'Set-ThrottlingPolicy', parameter: 'IMAPPercentTimeInAD' },
    ]));

  it('as Windows PowerShell writes it into a file (UTF-16)', async () => {
    const utf16 = Buffer.concat([
      Buffer.from([0xff, 0xfe]),
      Buffer.from(fixture('get-imapsettings-2016').toString(), 'utf16le'),
    ]);
    expect(bodiesOf(await read(utf16), 'imap-limits')).toEqual([{ server: 'EX16', maxConnectionsPerUser: 16 }]);
  });
});

describe('what is none of it', () => {
  it.each([
    ['POP has properties of the same names', 'ProtocolName : POP3\nServer : EX01\nMaxConnectionsPerUser : 16'],
    [
      'and those of its service',
      'ProtocolName : POP3\nServer : EX01\nMaxConnections : 2000\nMaxConnectionFromSingleIP : 2000',
    ],
    [
      'so it has in a table',
      '[PS] C:\\>Get-PopSettings | ft\n\nServer MaxConnectionsPerUser\n------ ---------------------\nEX01                      16\n',
    ],
    [
      'a version of a database',
      'Name : DB01\nEdbFilePath : E:\\DB01.edb\nAdminDisplayVersion : Version 15.1 (Build 2507.6)',
    ],
    ['a number that goes on where nobody can tell', 'Server : EX01\nMaxConnectionsPerUser : 2\n400'],
    ['a number with a fraction', 'Server : EX01\nMaxConnectionsPerUser : 2,4'],
    ['a cell that was cut off', 'Server MaxConnectionsPerUser\n------ ---------------------\nEX01   2...\n'],
  ])('%s', async (_, pasted) => expect((await read(pasted)).facts).toEqual([]));
});

it.each([
  ['2400', 2400],
  ['2,400', 2400],
  ['2.400', 2400],
  ["2'400", 2400],
  ['2\u202f400', 2400],
  ['2\u00a0400', 2400],
])('reads %s as a number of any Windows locale', async (text, limit) =>
  expect(bodiesOf(await read(`"Server","MaxConnectionsPerUser"\n"EX01","${text}"`), 'imap-limits')).toEqual([
    { server: 'EX01', maxConnectionsPerUser: limit },
  ]),
);

it.each([
  [
    'a CAS mailbox in a table',
    'Name      ImapEnabled\n----      -----------\nuccxemail False\n',
    'cas-mailbox',
    { names: ['uccxemail'], imapEnabled: false, ewsEnabled: null },
  ],
  [
    'a CAS mailbox in a list',
    'Name : uccxemail\nImapEnabled : True\nEwsEnabled : False',
    'cas-mailbox',
    { names: ['uccxemail'], imapEnabled: true, ewsEnabled: false },
  ],
  [
    'a mailbox',
    'Alias : uccxemail\nLegacyExchangeDN : /o=First/ou=Ex/cn=Recipients/cn=UCCX EmailQ686\nDatabase : DB01\nServerName : ex01',
    'exchange-mailbox',
    {
      names: ['uccxemail'],
      legacyDn: '/o=First/ou=Ex/cn=Recipients/cn=UCCX EmailQ686',
      server: 'ex01',
      database: 'DB01',
    },
  ],
  [
    'a role',
    'Role : ApplicationImpersonation\nRoleAssigneeName : cucsvc\nEnabled : True\nRoleAssignmentDelegationType : Regular',
    'role-assignment',
    { role: 'ApplicationImpersonation', assignee: 'cucsvc', enabled: true, delegating: false },
  ],
  [
    'a server in JSON',
    '[{"Name":"EX01","AdminDisplayVersion":{"Major":15,"Minor":1,"Build":2507,"Revision":6}}]',
    'exchange-server',
    { server: 'EX01', build: '15.1.2507.6' },
  ],
  [
    'a number that Exchange wraps',
    '{"Identity":"EX01\\\\Client Frontend EX01","MaxInboundConnectionPerSource":{"IsUnlimited":false,"Value":20},"MessageRateLimit":{"IsUnlimited":true}}',
    'connector-limits',
    {
      connector: 'EX01\\Client Frontend EX01',
      connectionsPerSource: 20,
      messagesPerMinute: 'unlimited',
      connections: null,
      connectionsPercentPerSource: null,
    },
  ],
] as const)('understands %s', async (_, pasted, kind, expected) =>
  expect(bodiesOf(await read(pasted), kind)).toEqual([expected]),
);

it.each([
  ['as French Windows groups a number', 'MaxConnectionsPerUser : 2\u00a0000', 2000],
  ['with every blank of a chat', 'MaxConnectionsPerUser\u00a0:\u00a02\u00a0000', 2000],
  ['as a chat writes blanks', 'MaxConnectionsPerUser\u00a0:\u00a016', 16],
  ['as two numbers', 'MaxConnectionsPerUser : 10 2\u00a0000', undefined],
])('a no-break blank, %s', (_, line, limit) =>
  expect(
    factsIn(`Server : EX01\n${line}\n`).map(
      ({ body }) => (body as { maxConnectionsPerUser: number }).maxConnectionsPerUser,
    ),
  ).toEqual(limit === undefined ? [] : [limit]),
);

describe('however it was printed', () => {
  const word = fc.constantFrom('Client', 'Frontend', 'EX01', 'UCCX-Mail', 'a', '7', 'Zürich', 'Empfangsconnector', '-');
  const name = fc.array(word, { minLength: 1, maxLength: 6 }).map(words => words.join(' '));
  const amount = fc.oneof(fc.integer({ min: 1, max: 2_147_483_647 }), fc.constant('Unlimited'));
  const connector = fc.record({
    Identity: name.map(words => `EX01\\${words}`),
    Banner: fc.constantFrom('', 'ESMTP ready at last with many words that must wrap somewhere on a console', 'x : y'),
    MaxInboundConnection: amount,
    MaxInboundConnectionPerSource: fc.integer({ min: 1, max: 9999 }),
    MaxInboundConnectionPercentagePerSource: fc.integer({ min: 1, max: 100 }),
    MessageRateLimit: amount,
  });
  const objects = fc.array(connector, { minLength: 1, maxLength: 4 });

  const expectedOf = (object: Printed) => ({
    connector: object.Identity,
    connections: unlimited(object.MaxInboundConnection),
    connectionsPerSource: object.MaxInboundConnectionPerSource,
    connectionsPercentPerSource: object.MaxInboundConnectionPercentagePerSource,
    messagesPerMinute: unlimited(object.MessageRateLimit),
  });
  const unlimited = (value: unknown) => (value === 'Unlimited' ? 'unlimited' : value);
  const bodies = (text: string) =>
    factsIn(text).flatMap(({ kind, body, doubt }) => (kind === 'connector-limits' && doubt === null ? [body] : []));

  it('a list at any width is read as it was, or a value of it is not read', () => {
    let whole = 0;
    fc.assert(
      fc.property(objects, fc.integer({ min: 40, max: 300 }), fc.boolean(), (printed, width, trims) => {
        const expected = printed.map(expectedOf);
        for (const got of bodies(asList(printed, width, { trims }))) {
          const match = expected.find(each =>
            Object.entries(got).every(([key, value]) => value === null || each[key as keyof typeof each] === value),
          );
          expect({ got, match }).toMatchObject({ match: expect.anything() });
          whole++;
        }
      }),
      { numRuns: 300 },
    );
    expect(whole).toBeGreaterThan(400);
  });

  it('a list that fits is read whole', () =>
    fc.assert(
      fc.property(objects, fc.integer({ min: 160, max: 300 }), fc.boolean(), (printed, width, trims) => {
        expect(bodies(asList(printed, width, { trims }))).toEqual(printed.map(expectedOf));
      }),
    ));

  it.each<[string, (objects: readonly Printed[]) => string]>([
    ['a CSV', printed => asCsv(printed, ',')],
    ['a CSV of a German Windows', printed => asCsv(printed, ';')],
    ['JSON', asJson],
    ['CLIXML', asClixml],
  ])('%s is read whole', (_, print) =>
    fc.assert(
      fc.property(objects, printed => {
        expect(bodies(print(printed))).toEqual(printed.map(expectedOf));
      }),
    ),
  );

  it('a table is read whole, or its borders are said to be unknown', () => {
    let whole = 0;
    fc.assert(
      fc.property(objects, printed => {
        const shown = printed.map(({ Banner: _, ...rest }) => rest);
        const got = bodies(asTable(shown));
        if (got.length === 0) return;
        whole++;
        expect(got).toEqual(shown.map(expectedOf));
      }),
      { numRuns: 300 },
    );
    expect(whole).toBeGreaterThan(150);
  });

  it('cut and mangled text is read or refused, and never breaks the reader', () =>
    fc.assert(
      fc.property(
        objects,
        fc.integer({ min: 40, max: 200 }),
        fc.nat(4000),
        fc.string({ unit: 'binary', maxLength: 20 }),
        (printed, width, cut, noise) => {
          const text = asList(printed, width, { trims: true });
          const at = cut % (text.length + 1);
          expect(() => factsIn(`${text.slice(0, at)}${noise}${text.slice(at)}`)).not.toThrow();
          for (const form of [asJson, asClixml, (all: readonly Printed[]) => asCsv(all, ',')])
            expect(() => factsIn(form(printed).slice(0, at))).not.toThrow();
        },
      ),
      { numRuns: 12 },
    ));
});

/** A turn of the road is 8 ms; a sink that needs longer for a piece stalls everybody. The bound allows for a busy machine. */
it.each([
  ['blank lines', '\n'.repeat(400_000)],
  ['blanks', ' '.repeat(400_000)],
  [
    'a value that never ends',
    `Server : EX01\nMaxConnectionsPerUser : x\n${`${' '.repeat(30)}${'y'.repeat(3000)}\n`.repeat(150)}`,
  ],
  ['half a version that goes on', `AdminDisplayVersion : Version\n${`${'x'.repeat(20)}\n`.repeat(30_000)}`],
  ['a quote that never closes', `"MaxConnectionsPerUser","Server"\n"${'a\n'.repeat(200_000)}`],
  ['elements that never end', `<Objs>MaxConnectionsPerUser${'<Obj N="a">'.repeat(40_000)}`],
  ['blanks in an element', `<Objs MaxConnectionsPerUser${' '.repeat(400_000)}`],
  ['a table of columns', `MaxConnectionsPerUser x\n${'- '.repeat(400)}\n${`${'a '.repeat(400)}\n`.repeat(500)}`],
  ['prompts', `MaxConnectionsPerUser\n${'> '.repeat(200_000)}`],
  ['quotes', `MaxConnectionsPerUser\n${`'${'a'.repeat(60)}`.repeat(5000)}`],
  [
    'a typed line that goes on',
    `${'[PS] C:\\>Get-ImapSettings `\n'}${'>> -Server EX01 `\n'.repeat(40_000)}MaxConnectionsPerUser`,
  ],
  ['mail in mail', '>>>>>> MaxConnectionsPerUser : 16\n'.repeat(12_000)],
  ['open brackets', `[${'{"MaxConnectionsPerUser":['.repeat(30_000)}`],
])('%s end in time', async (_, text) => {
  const from = process.cpuUsage();
  await read(text);
  // Work, not time: others keep the machine busy as well.
  expect(process.cpuUsage(from).user / 1000).toBeLessThan(4000);
});

describe('however much it is', () => {
  const gone = (text: string) => {
    const told = { objects: 0, mostAtOnce: 0, unread: [] as string[] };
    const objects = shellObjects(
      () => ++told.objects > 0,
      (_, why) => void told.unread.push(why),
    );
    const step = (take: () => void) => {
      const before = told.objects;
      take();
      told.mostAtOnce = Math.max(told.mostAtOnce, told.objects - before);
    };
    for (const [at, line] of text.split('\n').entries()) step(() => objects.line(line, at + 1));
    step(objects.end);
    return told;
  };

  it('CLIXML is read object by object, also of more than a megabyte', () => {
    const one =
      '<Obj RefId="0"><Props>\n<I32 N="MaxConnectionsPerUser">16</I32>\n<S N="Banner">a &gt;\nb</S>\n</Props></Obj>';
    const text = `<Objs>\n${Array(15_000).fill(one).join('\n')}\n</Objs>`;
    expect(gone(text)).toEqual({ objects: 15_000, mostAtOnce: 1, unread: [] });
  });

  it.each([
    ['JSON', `[${'{"a":1},'.repeat(20_000)}{"a":1}]`, 'more than 12000 values of JSON; export fewer objects'],
    [
      'CLIXML in one line',
      `<Objs>${'<Obj><S N="a">1</S></Obj>'.repeat(8000)}</Objs>`,
      'a line of more than 100000 characters of CLIXML',
    ],
    ['CSV', `Server,Name\n${','.repeat(300_000)}`, 'a record of more than 200000 characters'],
  ])('%s that could only be taken at once is refused before it is', (_, text, why) =>
    expect(gone(text)).toEqual({ objects: 0, mostAtOnce: 0, unread: [why] }),
  );
});

describe('a list with a blank line behind every line, as mail and chats make of it', () => {
  const spaced = (...lines: string[]) => lines.map(line => `${line}\n\n`).join('');
  const EX01 = ['Server : EX01', 'MaxConnectionsPerUser : 16', 'MaxConnections : 2000'];
  const EX02 = ['Server : EX02', 'MaxConnectionsPerUser : 200', 'MaxConnections : 2000'];
  const limits = (text: string) =>
    factsIn(text).flatMap(({ kind, body }) => (kind === 'imap-limits' ? [Object.values(body).join(' ')] : []));

  it.each([
    ['one object', spaced(...EX01), ['EX01 16']],
    ['the next one begins where a name comes again', spaced(...EX01, ...EX02), ['EX01 16', 'EX02 200']],
    [
      'or where the blank line between them became three',
      `${spaced(...EX01)}\n\n${spaced(...EX02)}`,
      ['EX01 16', 'EX02 200'],
    ],
    ['a single line, then a list as it was printed', `Machine: X\n\n${EX01.join('\n')}\n`, ['EX01 16']],
    ['two lists as they were printed', `${EX01.join('\n')}\n\n${EX02.join('\n')}\n`, ['EX01 16', 'EX02 200']],
    ['values alone', 'MaxConnectionsPerUser : 16\n\nMaxConnectionsPerUser : 200\n\n', [' 16', ' 200']],
    [
      'two commands',
      `${spaced('Server : EX01')}[PS] C:\\>Get-ImapSettings\n\n${spaced('MaxConnectionsPerUser : 16')}`,
      [' 16'],
    ],
  ])('%s', (_, text, expected) => expect(limits(text)).toEqual(expected));

  it('a name that goes on below a blank line is not taken for a whole one', () => {
    const text = spaced('Identity : EX01\\Client', 'Frontend EX01', 'MaxInboundConnectionPerSource : 20');
    expect(factsIn(text).filter(({ doubt }) => doubt === null)).toEqual([]);
  });
});

describe('what was asked again in the same window', () => {
  const user = (locked: string, more = '') =>
    `[PS] C:\\>Get-ADUser uccx -Properties LockedOut | fl\n\nSamAccountName : uccx\nLockedOut : ${locked}\n${more}\n`;
  const services = (state: string) =>
    `PS C:\\> Get-Service MSExchangeIMAP4\n\nStatus   Name             DisplayName\n------   ----             -----------\n${state}  MSExchangeIMAP4  Microsoft Exchange IMAP4\n\n`;
  const imap = (server: string, limit: number) =>
    `[PS] C:\\>Get-ImapSettings -Server ${server} | fl\n\nServer : ${server}\nMaxConnectionsPerUser : ${limit}\n\n`;

  it('counts as it was shown last', async () => {
    const unlocked = await read(`${user('True', 'Enabled : True\n')}[PS] C:\\>Unlock-ADAccount uccx\n${user('False')}`);
    expect(bodiesOf(unlocked, 'ad-user')).toEqual([
      { names: ['uccx'], enabled: true, lockedOut: false, passwordExpired: null },
    ]);
    const started = await read(`${services('Stopped')}PS C:\\> Start-Service MSExchangeIMAP4\n${services('Running')}`);
    expect(bodiesOf(started, 'service-state')).toEqual([
      { server: null, service: 'MSExchangeIMAP4', status: 'Running' },
    ]);
    const raised = `${imap('EX01', 16)}[PS] C:\\>Set-ImapSettings -Server EX01 -MaxConnectionsPerUser 100\n${imap('EX01', 100)}`;
    const limits = [{ server: 'EX01', maxConnectionsPerUser: 100 }];
    expect(bodiesOf(await read(raised), 'imap-limits')).toEqual(limits);
    expect(factsIn(raised).map(({ body }) => body)).toEqual(limits);
  });

  it('an account that expires no more has lost its date', async () => {
    const text = `${user('False', 'AccountExpirationDate : 12/31/2023 12:00:00 AM\n')}${user('False', 'AccountExpirationDate :\n')}`;
    expect(bodiesOf(await read(text), 'ad-user')).toMatchObject([{ expires: null }]);
  });

  it('is no other thing: another server, or the same name in one answer', async () => {
    expect(bodiesOf(await read(imap('EX01', 16) + imap('EX02', 100)), 'imap-limits')).toHaveLength(2);
    const connector = (limit: number) => `Name : UCCX\nMaxInboundConnectionPerSource : ${limit}\n\n`;
    const both = `[PS] C:\\>Get-ReceiveConnector | fl\n\n${connector(20)}${connector(100)}`;
    expect(bodiesOf(await read(both), 'connector-limits')).toHaveLength(2);
    const apart = `[PS] C:\\>Get-ReceiveConnector -Server EX01 | fl\n\n${connector(20)}[PS] C:\\>Get-ReceiveConnector -Server EX02 | fl\n\n${connector(100)}`;
    expect(bodiesOf(await read(apart), 'connector-limits')).toHaveLength(2);
  });

  it('is no value that goes on with what looks as if it had been typed', () => {
    const column = ' '.repeat(32);
    const text = `MaxInboundConnectionPerSource : 20\nBanner                        : see\n${column}PS C:\\> Get-Help\nIdentity                      : EX01\\UCCX\n`;
    expect(factsIn(text)).toMatchObject([{ body: { connector: 'EX01\\UCCX', connectionsPerSource: 20 } }]);
  });

  it('a service in two states is one of two servers that nobody names', async () => {
    const [head] = services('Stopped').split('Stopped');
    const told = await read(
      `${head}Stopped  MSExchangeIMAP4  Microsoft Exchange IMAP4\nRunning  MSExchangeIMAP4  Microsoft Exchange IMAP4\n`,
    );
    expect(told.facts).toEqual([]);
    expect(told.file.unread.first.map(({ why }) => why).join()).toMatch(/of which servers is not said/);
  });
});

it.each([
  ['a service in a list', 'Name : MSExchangeIMAP4\nMachineName : EX01\nStatus : Stopped\n', 'service-state'],
  ['a service in JSON', '{"Name":"MSExchangeIMAP4","MachineName":"EX01","Status":1}', 'service-state'],
  ['a component in a list', 'Server : EX01\nComponent : ImapProxy\nState : Inactive\n', 'component-state'],
  [
    'a component in JSON of Windows PowerShell',
    '{\n  "Server":  "EX01",\n  "Component":  "ImapProxy",\n  "State":  {"value": 1, "Value": "Inactive"}\n}',
    'component-state',
  ],
] as const)('knows %s without the line that was typed', async (_, text, kind) =>
  expect(bodiesOf(await read(text), kind)).toMatchObject([{ server: 'EX01' }]),
);

it('says which limit of a connector is no number', async () => {
  const told = await read(
    'Identity : EX01\\UCCX\nMaxInboundConnectionPerSource : 20 (5 per source)\nMessageRateLimit :\n',
  );
  expect(bodiesOf(told, 'connector-limits')).toMatchObject([{ connectionsPerSource: null, messagesPerMinute: null }]);
  expect(told.file.unread.first).toEqual([
    { line: 2, why: 'maxinboundconnectionpersource: «20 (5 per source)» is no number' },
  ]);
});

it.each([
  ['-Server EX02', 'EX02'],
  ["-Server 'ex02.contoso.test'", 'ex02.contoso.test'],
  ['-Server $s', null],
  ['', null],
])('a list without its server is of the one that was asked: Get-ImapSettings %s', async (asked, server) =>
  expect(
    bodiesOf(
      await read(`[PS] C:\\>Get-ImapSettings ${asked} | fl MaxConnectionsPerUser\n\nMaxConnectionsPerUser : 16\n`),
      'imap-limits',
    ),
  ).toEqual([{ server, maxConnectionsPerUser: 16 }]),
);
it('and a service, too, but none of a list of servers', async () => {
  const asked = (of: string) =>
    read(
      `PS C:\\> Get-Service -ComputerName ${of} MSExchangeIMAP4 | fl Name,Status\n\nName : MSExchangeIMAP4\nStatus : Stopped\n`,
    );
  expect(bodiesOf(await asked('EX02'), 'service-state')).toMatchObject([{ server: 'EX02' }]);
  expect(bodiesOf(await asked('EX01,EX02'), 'service-state')).toMatchObject([{ server: null }]);
});
