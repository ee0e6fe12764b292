import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { mistakeText } from '../../src/config/mistake.js';
import { readConfig } from '../../src/config/read-config.js';

const example = readFileSync('manifests/config.example.yaml', 'utf8');

const good = `sites:
  - id: hq
    vantages: [uccx-side, exchange-side]
targets:
  - kind: uccx-mail
    id: mail
    exchange: { servers: [CAS01], version: 2010-sp3 }
    desktop: cad
    agents: 10
    mailbox:
      user: CORP\\uccx
      password: env:MAIL_PASSWORD
    imap: { host: mail.corp.example, port: 143, security: starttls }
    smtp: { host: mail.corp.example, port: 25, security: plain }
  - kind: cuc-single-inbox
    id: voice
    exchange: { servers: [CAS01], version: '2016' }
    cuc: { host: cuc.corp.example }
    sites: [hq]
access:
  - role: runner
    platform: slack
    users: [U1]
    targets: [mail]
`;

const told = (text: string): string[] => {
  const read = readConfig(text);
  return read.is === 'bad' ? read.mistakes.map(mistake => mistakeText('f', mistake)) : [];
};
const change = (from: string, to: string): string => {
  expect(good, `the table changes something that is there: ${from}`).toContain(from);
  return good.replace(from, to);
};

describe('a good configuration', () => {
  it('is the example, whole and without a warning', () => {
    const read = readConfig(example);
    expect(read.is === 'bad' ? read.mistakes : []).toEqual([]);
    expect(read.warnings).toEqual([]);
    if (read.is !== 'good') throw new Error('bad');
    expect(read.config.targets.map(({ id }) => id)).toEqual(['agent-mail', 'chat-mail', 'voice-inbox']);
    expect(read.config.slack?.mode).toBe('socket');
  });

  it('has defaults for what it leaves out', () => {
    const read = readConfig(good);
    if (read.is !== 'good') throw new Error(JSON.stringify(read.mistakes));
    const { listen, check, history, redis, slack, console } = read.config;
    expect({ listen, check, history, redis, slack, console }).toEqual({
      listen: { host: '127.0.0.1', port: 3000 },
      check: { deadlineSec: 25 },
      history: {
        keepDays: 90,
        keepHealthyDays: 7,
        keepReports: 100,
        keepHealthyReports: 12,
        hourlyAfterDays: 2,
        dailyAfterDays: 14,
        rowDays: 400,
        problemRowDays: 800,
        rowsPerDay: 1440,
      },
    });
    const [mail] = read.config.targets;
    expect(mail).toMatchObject({ serverSessions: 4, imap: { trust: 'system', allowOldTls: false } });
  });

  it.each([
    'redis://redis',
    'rediss://redis:6380/2',
    'rediss://[::1]:6380',
    'redis+unix:///run/redis.sock?db=1',
    'redis+sentinel://one:26379,two/mymaster',
  ])('may name Redis as %s', url => {
    expect(readConfig(`${good}redis: { url: '${url}' }\n`)).toMatchObject({ is: 'good', config: { redis: { url } } });
  });

  it.each([
    ['plain', 'CORP\\uccx', 'CORP\\uccx'],
    ['single quotes', "'CORP\\uccx'", 'CORP\\uccx'],
    ['double quotes with two backslashes', '"CORP\\\\uccx"', 'CORP\\uccx'],
    ['a UPN', 'uccx@corp.example', 'uccx@corp.example'],
    ['the word no, which is a word', 'no', 'no'],
  ])('takes the mailbox as it is meant: %s', (_, written, meant) => {
    const read = readConfig(change('CORP\\uccx', written));
    expect(read).toMatchObject({ is: 'good', config: { targets: [{ mailbox: { user: meant } }, {}] } });
  });

  it('takes a target whose version nobody knows yet, and still no version that does not exist', () => {
    const read = readConfig(change(", version: '2016'", ''));
    expect(read).toMatchObject({ is: 'good', config: { targets: [{}, { exchange: { servers: ['CAS01'] } }] } });
    expect(read.is === 'good' && read.config.targets[1]?.exchange.version).toBeUndefined();
    expect(readConfig(change("'2016'", "'2017'"))).toMatchObject({
      is: 'bad',
      mistakes: [{ says: expect.stringMatching(/2016/) }],
    });
  });

  it('takes a year as the version without quotes', () => {
    expect(readConfig(change("'2016'", '2016'))).toMatchObject({
      is: 'good',
      config: { targets: [{}, { exchange: { version: '2016' } }] },
    });
  });

  it('takes a value that is written once and used twice', () => {
    const text = change('imap: {', 'imap: &server {').replace(
      'smtp: { host: mail.corp.example, port: 25, security: plain }',
      'smtp: *server',
    );
    expect(readConfig(text)).toMatchObject({ is: 'good', config: { targets: [{ smtp: { port: 143 } }, {}] } });
  });
});

describe('a mistake is told with its line', () => {
  it.each([
    [
      'an unknown key, near to one',
      change('agents: 10', 'agent: 10'),
      [
        'f:5:5 targets[0].agents: is missing; expected a number',
        'f:9:5 targets[0]: unknown key «agent»; did you mean agents?',
      ],
    ],
    [
      'an unknown key, near to none',
      `${good}colour: blue\n`,
      [
        'f:25:1 unknown key «colour»; expected one of sites, targets, access, redis, signing, listen, slack, teams, console, metrics, telemetry, check, reading, timeZone, digests, maintenance, watches, history, limits, audit',
      ],
    ],
    [
      'a wrong type',
      change('agents: 10', "agents: '10'"),
      ['f:9:13 targets[0].agents: expected a number, found text that looks like a number; remove the quotes'],
    ],
    [
      'half an agent',
      change('agents: 10', 'agents: 10.5'),
      ['f:9:13 targets[0].agents: expected a whole number, found the number 10.5'],
    ],
    [
      'a number out of range',
      change('port: 143', 'port: 70000'),
      ['f:13:44 targets[0].imap.port: expected a number of at most 65535, found 70000'],
    ],
    [
      'a misspelt choice',
      change('security: starttls', 'security: startls'),
      [
        'f:13:59 targets[0].imap.security: expected one of plain, starttls, tls, found «startls»; did you mean starttls?',
      ],
    ],
    [
      'a number where a name belongs',
      change('id: voice', 'id: 7080'),
      ['f:16:9 targets[1].id: expected text, found the number 7080; put it in quotes'],
    ],
    [
      'a name with capitals',
      change('id: voice', 'id: Voice'),
      ['f:16:9 targets[1].id: expected lower-case letters, digits and inner hyphens, at most 40 of them'],
    ],
    [
      'a misspelt kind, with what else is wrong in it',
      change('kind: cuc-single-inbox', 'kind: cuc-inbox').replace('cuc.corp', 'cuc corp'),
      [
        'f:15:11 targets[1].kind: expected one of uccx-mail, cuc-single-inbox, found «cuc-inbox»',
        'f:18:18 targets[1].cuc.host: expected a host name or an IP address',
      ],
    ],
    [
      'a key without a value',
      change('desktop: cad', 'desktop:'),
      ['f:8:5 targets[0].desktop: expected one of cad, finesse, found nothing'],
    ],
    [
      'no sites at all',
      change('sites:\n  - id: hq\n    vantages: [uccx-side, exchange-side]\n', 'sites: []\n'),
      ['f:1:1 sites: expected at least 1 entry, found none', 'f:17:13 targets[1].sites[0]: no site has this id'],
    ],
    [
      'a text where a list belongs',
      change('users: [U1]', 'users: U1'),
      ['f:23:12 access[0].users: expected a list (lines that begin with a dash), found text'],
    ],
    [
      'a grant to nobody',
      change('    users: [U1]\n', ''),
      ['f:21:5 access[0]: names nobody: expected at least one of users, groups, channels'],
    ],
    [
      'an unknown target in a grant',
      change('targets: [mail]', 'targets: [mial]'),
      ['f:24:15 access[0].targets[0]: no target has this id; did you mean mail?'],
    ],
    [
      'an unknown site of a target',
      change('sites: [hq]', 'sites: [hq, hq2]'),
      ['f:19:17 targets[1].sites[1]: no site has this id; did you mean hq?'],
    ],
    [
      'a target that is there twice',
      change('id: voice', 'id: mail'),
      ['f:16:9 targets[1].id: there is a target of this id already, on line 6'],
    ],
    [
      'a key that stands twice',
      change('agents: 10', 'agents: 10\n    agents: 12'),
      ['f:10:5 this key stands twice; the first is on line 9'],
    ],
    [
      'a wrong address of the client',
      change('agents: 10', 'agents: 10\n    clientAddress: uccx.corp.example'),
      ['f:10:20 targets[0].clientAddress: expected an IPv4 address or an IPv6 address, found «uccx.corp.example»'],
    ],
    [
      'a day that is none',
      change('agents: 10', 'agents: 10\n    limits: { readOn: 2026-02-30 }'),
      ['f:10:23 targets[0].limits.readOn: expected a date such as 2026-11-21'],
    ],
    [
      'a limit that is neither',
      change('agents: 10', 'agents: 10\n    limits: { readOn: 2026-02-03, connectorConnections: none }'),
      ['f:10:57 targets[0].limits.connectorConnections: expected a number or unlimited, found «none»'],
    ],
    [
      'a backslash in double quotes that is no escape',
      change('CORP\\uccx', '"CORP\\uccx"'),
      [
        "f:11:13 targets[0].mailbox.user: inside double quotes YAML reads the backslash as the start of an escape (\\u, \\t, \\n …); write the name without quotes or in single quotes: 'DOMAIN\\user'",
      ],
    ],
    [
      'a backslash in double quotes that is swallowed',
      change('CORP\\uccx', '"CORP\\_svc"'),
      [
        "f:11:13 targets[0].mailbox.user: inside double quotes YAML reads the backslash as the start of an escape (\\u, \\t, \\n …); write the name without quotes or in single quotes: 'DOMAIN\\user'",
      ],
    ],
    [
      'two backslashes outside double quotes',
      change('CORP\\uccx', 'CORP\\\\uccx'),
      ['f:11:13 targets[0].mailbox.user: found two backslashes in a row; one is enough outside double quotes'],
    ],
    [
      'a merge key',
      change('imap: {', 'imap: { <<: {},'),
      ['f:13:13 targets[0].imap: merge keys (<<) are YAML 1.1; write the lines out'],
    ],
    ['YAML 1.1', `%YAML 1.1\n---\n${good}`, ['f:1:1 expected YAML 1.2; remove the %YAML line']],
    ['a tab', change('    desktop: cad', '\tdesktop: cad'), ['f:8:1 a tab indents this line; YAML wants spaces']],
    ['a quote that does not end', change('id: voice', "id: 'voice"), ['f:16:15 a quote was opened and not closed']],
    [
      'a colon too many',
      change('desktop: cad', 'desktop: cad: finesse'),
      ["f:8:14 a second «: » in one value: put the value in single quotes ('…'), or begin a new line"],
    ],
    [
      'an alias without an anchor',
      change('user: CORP\\uccx', 'user: *uccx'),
      [
        'f:11:13 a value that begins with * refers to an anchor, and there is none of that name above; put the value in quotes',
      ],
    ],
    ['a second document', `${good}---\nsites: []\n`, ['f:25:1 expected one document, found a second after ---']],
    ['an empty file', '', ['f:1:1 expected a mapping (lines of «key: value»), found nothing']],
    ['a list', '- a\n', ['f:1:1 expected a mapping (lines of «key: value»), found a list']],
    [
      'a login in the address of Redis',
      `${good}redis:\n  url: redis://app:geheim@redis:6379\n`,
      [
        'f:26:8 redis.url: expected redis://host:port, rediss://…, redis+unix:///path, redis+sentinel://host,host/name or redis+cluster://host,host without a login; that goes to user and passwordFrom',
      ],
    ],
    [
      'a password of the Sentinels in the address of Redis',
      `${good}redis:\n  url: redis+sentinel://one,two/mymaster?sentinelPassword=geheim\n`,
      ['f:26:8 redis.url: expected no password in the address; with Sentinels that want one, use UCCX_REDIS_URL'],
    ],
    [
      'two sorts of Redis',
      `${good}redis:\n  url: redis://redis:6379\n  folder: /data\n`,
      ['f:25:1 redis: expected either url (your own Redis) or folder (the embedded one), found both'],
    ],
    [
      'a page for everybody',
      `${good}console: { host: 0.0.0.0 }\n`,
      ['f:25:18 console.host: expected one of 127.0.0.1, ::1, localhost, found «0.0.0.0»'],
    ],
    [
      'a deadline of an hour',
      `${good}check: { deadlineSec: 3600 }\n`,
      ['f:25:23 check.deadlineSec: expected a number of at most 240, found 3600'],
    ],
    [
      'socket mode without its token',
      `${good}slack:\n  mode: socket\n  botToken: env:BOT\n`,
      ['f:25:1 slack.appToken: mode socket needs it: env:NAME of an xapp- token'],
    ],
    [
      'an address that is none',
      `${good}slack: { mode: socket, botToken: env:B, appToken: env:A, apiUrl: nonsense }\n`,
      ['f:25:66 slack.apiUrl: expected a URL'],
    ],
  ])('%s', (_, text, expected) => {
    expect(told(text)).toEqual(expected);
  });

  it('and all of them at once, also across parts that are wrong themselves', () => {
    const text = good
      .replace('id: hq', 'id: HQ')
      .replace('agents: 10', 'agents: many')
      .replace('env:MAIL_PASSWORD', 'geheim')
      .replace('id: voice', 'id: mail')
      .replace('users: [U1]', 'user: [U1]')
      .replace('targets: [mail]', 'targets: [mails]');
    expect(told(text)).toEqual([
      'f:2:9 sites[0].id: expected lower-case letters, digits and inner hyphens, at most 40 of them',
      'f:9:13 targets[0].agents: expected a number, found text',
      'f:12:17 targets[0].mailbox.password: expected env:NAME or file:/path, never the secret itself',
      'f:16:9 targets[1].id: there is a target of this id already, on line 6',
      'f:19:13 targets[1].sites[0]: no site has this id; did you mean HQ?',
      'f:21:5 access[0]: names nobody: expected at least one of users, groups, channels',
      'f:23:5 access[0]: unknown key «user»; did you mean users?',
      'f:24:15 access[0].targets[0]: no target has this id; did you mean mail?',
    ]);
  });
});

describe('a warning', () => {
  it.each([
    [
      'where no site stands right',
      change('[uccx-side, exchange-side]', '[cuc-side]'),
      [
        'f:5:11 targets[0].kind: no site stands at the uccx-side or the agent-side: what is seen of uccx-mail from elsewhere will not be conclusive',
        'f:15:11 targets[1].kind: no site stands at the exchange-side: what is seen of cuc-single-inbox from elsewhere will not be conclusive',
      ],
    ],
    [
      'where anybody gets the password',
      change('port: 143,', 'port: 143, trust: any,'),
      [
        'f:13:56 targets[0].imap.trust: the password goes to whoever answers; sha256:<fingerprint> or ca:/path.pem keeps it from somebody in between',
      ],
    ],
    [
      'where a version is left out',
      change(', version: 2010-sp3', ''),
      [
        expect.stringMatching(
          /^f:\d+:\d+ targets\[0\]\.exchange: no version: commands are printed once a server names its own, and 2019 and SE do so over HTTPS/,
        ),
      ],
    ],
    [
      'where nobody stands to see the web as Unity Connection does',
      good.replace(/^( *)cuc: /m, '$1web: { host: ex.test }\n$1cuc: '),
      [
        expect.stringMatching(
          /^f:\d+:\d+ targets\[1\]\.web: no site stands at the cuc-side: what is seen of web from elsewhere/,
        ),
      ],
    ],
    [
      'where Slack is set up and nobody may use it',
      `${good.slice(0, good.indexOf('access:'))}slack: { mode: socket, botToken: env:B, appToken: env:A }\n`,
      ['f:1:1 access: access grants nothing: everybody in Slack will be refused'],
    ],
    [
      'where a grant for Teams names people by their address',
      change('platform: slack\n    users: [U1]', 'platform: teams\n    users: [ann@corp.example]'),
      ['f:23:13 access[0].users[0]: is no Entra object id in lower case: in Teams it means nobody'],
    ],
  ])('%s', (_, text, expected) => {
    const read = readConfig(text);
    expect(read.is).toBe('good');
    expect(read.warnings.map(mistake => mistakeText('f', mistake))).toEqual(expected);
  });
});

describe('a hostile file', () => {
  it('may not be large', () => {
    expect(told(`# ${'x'.repeat(16_000_000)}\n${good}`)).toEqual([
      expect.stringMatching(/^f:1:1 expected at most 16000000 bytes/),
    ]);
  });
  it('may not multiply itself by aliases', () => {
    const bomb = ['a0: &a0 [x, x, x, x, x, x, x, x]'];
    for (let i = 1; i < 12; i++)
      bomb.push(
        `a${i}: &a${i} [${Array(8)
          .fill(`*a${i - 1}`)
          .join(', ')}]`,
      );
    expect(told(`${good}${bomb.join('\n')}\n`)).toEqual(['f:1:1 expected at most a few uses of one anchor']);
  });
  it('may hold itself, which is only a wrong type', () => {
    expect(told(change('users: [U1]', 'users: &a [*a]'))).toEqual([
      'f:23:15 access[0].users[0]: expected text, found a list',
    ]);
  });
  it.each([
    ['brackets', `a: ${'['.repeat(20_000)}`],
    ['brackets in lines', `a: ${'[\n'.repeat(20_000)}`],
    ['dashes', `${'- '.repeat(20_000)}x`],
    ['question marks', `${'? '.repeat(20_000)}x`],
    ['indentation', Array.from({ length: 1000 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')],
  ])('may not nest without end: %s', (_, text) => {
    expect(told(text)).toEqual(['f:1:1 expected at most 50 levels of nesting']);
  });
  it('is told about, and never thrown, whatever it holds', () => {
    const words = fc.constantFrom(
      ...good.split(/(?<=[\s:,[\]{}])/),
      '&a ',
      '*a',
      '"',
      "'",
      '|',
      '- ',
      '\t',
      '!x ',
      '%',
      '@',
      '\n',
      '<<: ',
      '? ',
    );
    fc.assert(
      fc.property(fc.array(words, { maxLength: 60 }), parts => void readConfig(parts.join(''))),
      { numRuns: 500 },
    );
  });
});

describe('a secret that was written into the file', () => {
  const canary = 'c4nary-Hunter2';
  const places: [string, string][] = [
    ['as the password', change('env:MAIL_PASSWORD', canary)],
    ['as the password, like a reference', change('env:MAIL_PASSWORD', `ENV:${canary}`)],
    ['as a mapping', change('env:MAIL_PASSWORD', `{ ${canary}: 1 }`)],
    ['behind a colon', change('env:MAIL_PASSWORD', `x: ${canary}`)],
    ['without the space', change('password: env:MAIL_PASSWORD', `password:${canary}`)],
    ['as an alias', change('env:MAIL_PASSWORD', `*${canary}`)],
    ['as an anchor', change('env:MAIL_PASSWORD', `&${canary}`)],
    ['as a tag', change('env:MAIL_PASSWORD', `!${canary}`)],
    ['with a percent sign', change('env:MAIL_PASSWORD', `%${canary}`)],
    ['behind a quotation', change('env:MAIL_PASSWORD', `"a"${canary}`)],
    ['with a bad escape', change('env:MAIL_PASSWORD', `"\\q${canary}"`)],
    ['as a block', change('env:MAIL_PASSWORD', `|${canary}`)],
    ['in place of the mailbox', change('mailbox:\n', `mailbox: ${canary}\n`)],
    ['as a key of the mailbox', change('password: env:MAIL_PASSWORD', `${canary}:`)],
    ['in the address of Redis', `${good}redis: { url: 'redis://x:${canary}@redis' }\n`],
    ['in a misspelt key', change('password: env:MAIL_PASSWORD', `pasword: ${canary}`)],
    ['in the host', change('host: mail.corp.example', `host: imap://x:${canary}@mail`)],
    ['as a token of Slack', `${good}slack: { mode: socket, botToken: ${canary}, appToken: [${canary}] }\n`],
    [
      'in the address of Slack',
      `${good}slack: { mode: socket, botToken: env:B, appToken: env:A, apiUrl: 'http://x:${canary}@slack' }\n`,
    ],
  ];
  it.each(places)('is told and not shown: %s', (_, text) => {
    expect(text).toContain(canary);
    const read = readConfig(text);
    expect(read.is).toBe('bad');
    expect(JSON.stringify(read)).not.toContain(canary);
  });
});
