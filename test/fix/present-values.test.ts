import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/domain/errors.js';
import { presentValues } from '../../src/fix/present-values.js';
import { inboxTarget, mailTarget } from '../support/build.js';
import { processorMs } from '../support/processor.js';

const AT = '2026-11-21T08:00:00.000Z';
const target = mailTarget({ servers: ['EX16'], smtp: { connector: 'Client Frontend EX16' } });
const pastedFile = (name: string) => readFileSync(new URL(`../fixtures/exchange/${name}.txt`, import.meta.url), 'utf8');
const read = (pasted: string, of = target) => presentValues(pasted, of, 'pasted.txt', AT);

describe('pasted output', () => {
  it('of Get-ImapSettings gives the limit of that server', () =>
    expect(read(pastedFile('get-imapsettings-2016'))).toMatchObject([
      {
        kind: 'imap-limits',
        server: 'EX16',
        maxConnectionsPerUser: 16,
        source: { by: 'artifact', artifact: 'pasted.txt' },
      },
    ]));

  it('of Get-ReceiveConnector gives each connector, ours as the configuration spells it', () =>
    expect(read(pastedFile('get-receiveconnector-2016'))).toMatchObject([
      { kind: 'connector-limits', connector: 'EX16\\Default Frontend EX16', messagesPerMinute: 'unlimited' },
      {
        connector: 'Client Frontend EX16',
        connections: 5000,
        connectionsPerSource: 20,
        connectionsPercentPerSource: 2,
        messagesPerMinute: 5,
      },
      ...read(pastedFile('get-receiveconnector-2016')).slice(2),
    ]));

  it.each<[string, string, object]>([
    [
      'indented and with Windows line ends',
      '  Server : ex16\r\n  MaxConnectionsPerUser : 40\r\n',
      { maxConnectionsPerUser: 40 },
    ],
    ['with the full name of the server', 'Server : EX16.contoso.test\nMaxConnectionsPerUser : 40', { server: 'EX16' }],
    ['without a server', 'MaxConnectionsPerUser : 40', { server: null }],
    [
      'of the registry',
      'PSComputerName : EX16\nMaximum Allowed Service Sessions Per User : 64',
      { kind: 'store-limits', serviceSessionsPerUser: 64 },
    ],
    [
      'after the line that was typed',
      '[PS] C:\\> Get-ImapSettings | fl\n\nServer : EX16\nMaxConnectionsPerUser : 7',
      { maxConnectionsPerUser: 7 },
    ],
  ])('%s', (_, pasted, expected) => expect(read(pasted)).toMatchObject([expected]));

  const builds = (pasted: string, servers = ['EX01', 'EX02']) =>
    read(pasted, mailTarget({ servers })).map(fact =>
      fact.kind === 'exchange-server' ? `${fact.server} ${fact.build}` : fact.kind,
    );

  it('of a connector that bears our name on another server is not of ours', () => {
    const identity = (server: string) =>
      `Identity : ${server}\\Client Frontend EX16\nMaxInboundConnectionPerSource : 20`;
    expect(read(identity('EX16'))).toMatchObject([{ connector: 'Client Frontend EX16' }]);
    expect(() => read(identity('EX99'))).toThrow(/is about EX99; the servers of paris-mail are EX16/);
    // A remote shell adds the server to which it is connected, whatever it tells of.
    expect(() => read(`${identity('EX99')}\nPSComputerName : ex16.contoso.test`)).toThrow(/is about EX99/);
  });

  it('is read in time however it goes on behind half a version', () => {
    const before = processorMs();
    expect(() => read(`AdminDisplayVersion : Version\n${'x\n'.repeat(100_000)}`)).toThrow(/holds no output of/);
    expect(processorMs() - before).toBeLessThan(5_000);
  });

  it('of Get-ExchangeServer gives the build of each server of the target, and of no other', () =>
    expect(
      builds(
        [
          'Name                : EX01',
          'AdminDisplayVersion : Version 15.1 (Build 2507.6)',
          '',
          'Name                : EX02',
          'AdminDisplayVersion : Version 15.2 (Build 2562.17)',
          '',
          'Name                : EDGE',
          'AdminDisplayVersion : Version 15.0 (Build 1497.2)',
        ].join('\r\n'),
      ),
    ).toEqual(['EX01 15.1.2507.6', 'EX02 15.2.2562.17']));

  /** What Windows PowerShell makes of a list at a width: long names are cut, long values go on below their beginning. */
  const listAt = (width: number, objects: readonly Record<string, string>[]): string =>
    objects
      .map(object => {
        const label = Math.min(Math.max(...Object.keys(object).map(name => name.length)), width - 3 - 10);
        return Object.entries(object)
          .flatMap(([name, value]) =>
            (value.match(new RegExp(`.{1,${width - label - 3}}`, 'g')) ?? ['']).map((part, at) =>
              `${at === 0 ? `${name.slice(0, label).padEnd(label)} : ` : ' '.repeat(label + 3)}${part}`.trimEnd(),
            ),
          )
          .join('\r\n');
      })
      .join('\r\n\r\n');

  it.each(Array.from({ length: 68 }, (_, at) => at + 20))(
    'of Get-ExchangeServer is understood at a width of %i',
    width =>
      expect(
        builds(
          listAt(width, [
            { Name: 'EX01', AdminDisplayVersion: 'Version 15.1 (Build 2507.6)' },
            { Name: 'EX02', AdminDisplayVersion: 'Version 15.1 (Build 2507.39)' },
          ]),
        ),
      ).toEqual(['EX01 15.1.2507.6', 'EX02 15.1.2507.39']),
  );

  it('of a connector whose name was broken is of that connector still', () =>
    expect(
      read(listAt(54, [{ Identity: 'EX16\\Client Frontend EX16', MaxInboundConnectionPerSource: '20' }])),
    ).toMatchObject([{ connector: 'Client Frontend EX16', connectionsPerSource: 20 }]));

  it.each([
    ['words wrapped at blanks, the blanks lost', 'Name : EX01\nAdminDisplayVersion : Version 15.1 (Build\n2507.6)'],
    ['a fence of a chat around it', '```\nName : EX01\nAdminDisplayVersion : Version 15.1 (Build 2507.6)\n```'],
    ['a fence on the first line', '```Name : EX01\nAdminDisplayVersion : Version 15.1 (Build 2507.6)```'],
    ['a table', 'Name AdminDisplayVersion\n---- -------------------\nEX01 Version 15.1 (Build 2507.6)'],
    ['the full name', 'Name : ex01.contoso.test\nAdminDisplayVersion : Version 15.1 (Build 2507.6)'],
  ])('of Get-ExchangeServer with %s', (_, pasted) => expect(builds(pasted)).toEqual(['EX01 15.1.2507.6']));

  it.each([
    ['half a version', 'Name : EX01\nAdminDisplayVersion : Version 15.1 (Build 25'],
    ['a table that was cut', 'Name AdminDisplayVersion\n---- ----\nEX01 Version 15.1 (Bu...'],
    ['a version without a server', 'AdminDisplayVersion : Version 15.1 (Build 2507.6)'],
  ])('%s says nothing', (_, pasted) => expect(() => builds(pasted)).toThrow(/holds no output of/));

  it('of Get-ExchangeServer is read for single inbox too, and limits are not', () => {
    const pasted =
      'Name : EX01\nAdminDisplayVersion : Version 14.3 (Build 123.4)\n\nServer : EX01\nMaxConnectionsPerUser : 16';
    expect(presentValues(pasted, inboxTarget(), 'x', AT)).toMatchObject([
      { kind: 'exchange-server', build: '14.3.123.4' },
    ]);
  });

  it('of two servers without a blank line between them is of two servers', () => {
    const two = mailTarget({ servers: ['EX01', 'EX02'] });
    const pasted = 'Server : EX01\nMaxConnectionsPerUser : 16\nServer : EX02\nMaxConnectionsPerUser : 32';
    expect(read(pasted, two)).toMatchObject([
      { server: 'EX01', maxConnectionsPerUser: 16 },
      { server: 'EX02', maxConnectionsPerUser: 32 },
    ]);
  });

  it.each([
    [
      'of another server',
      'Server : EX99\nMaxConnectionsPerUser : 16',
      /is about EX99; the servers of paris-mail are EX16/,
    ],
    [
      'of the version of another server',
      'Name : EX99\nAdminDisplayVersion : Version 15.1 (Build 2507.6)',
      /is about EX99; the servers of paris-mail are EX16/,
    ],
    ['of something else', 'Name : x\n\nhello', /holds no output of Get-ImapSettings/],
    ['a table', 'Server MaxConnectionsPerUser\n------ ---\nEX16 16', /pipe them into Format-List/],
    ['a number that is none', 'Server : EX16\nMaxConnectionsPerUser : 1e3', /holds no output of/],
  ])('%s is refused', (_, pasted, why) => {
    expect(() => read(pasted)).toThrow(UsageError);
    expect(() => read(pasted)).toThrow(why);
  });

  it('cut or mangled anywhere is of this target or refused, and never breaks off otherwise', () => {
    const whole = pastedFile('get-imapsettings-2016');
    fc.assert(
      fc.property(fc.nat(whole.length), fc.nat(whole.length), fc.string(), (from, to, noise) => {
        try {
          for (const fact of read(whole.slice(0, from) + noise + whole.slice(to))) expect(fact.target).toBe(target.id);
        } catch (error) {
          expect(error).toBeInstanceOf(UsageError);
        }
      }),
    );
  });
});
