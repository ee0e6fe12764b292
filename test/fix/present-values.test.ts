import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { UsageError } from '../../src/domain/errors.js';
import { presentValues } from '../../src/fix/present-values.js';
import { mailTarget } from '../support/build.js';

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
    ['of something else', 'Name : x\n\nhello', /holds no output of Get-ImapSettings/],
    ['a table', 'Server MaxConnectionsPerUser\n------ ---\nEX16 16', /pipe them into Format-List/],
    ['a number that is none', 'Server : EX16\nMaxConnectionsPerUser : 1e3', /holds no output of/],
  ])('%s is refused', (_, pasted, why) => {
    expect(() => read(pasted)).toThrow(UsageError);
    expect(() => read(pasted)).toThrow(why);
  });

  it('cut or mangled anywhere gives true values or none, and never breaks off otherwise', () => {
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
