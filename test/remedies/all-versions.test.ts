import { describe, expect, it } from 'vitest';
import { NotInThisVersionError } from '../../src/domain/errors.js';
import { Remedy } from '../../src/domain/remedy.js';
import { ExchangeVersion } from '../../src/domain/target.js';
import { catalogue, faultOf } from '../../src/ems/catalogue.js';
import { toShell } from '../../src/ems/to-shell.js';
import { inboxTarget, mailTarget } from '../support/build.js';
import { shellLines } from '../support/rule-table.js';
import { inboxRemedies, mailRemedies } from './every-remedy.js';

const onPremises = ExchangeVersion.options.filter(version => version !== 'online');
const hostile = "EX’1'; Stop-Computer #";
const targetsOf = (version: ExchangeVersion) => [
  mailTarget({ version, servers: ['EX01', 'EX02'], clientAddress: '10.4.4.95', agents: 25 }),
  mailTarget({
    version,
    servers: [hostile],
    user: 'uccx(*)@contoso.test',
    identity: "Mail $(x) 'q'",
    clientAddress: 'fd00::5',
    agents: 10_000,
    serverSessions: 1000,
    smtp: { security: 'plain', port: 25 },
  }),
];
const given = (version: ExchangeVersion): [string, Remedy][] =>
  [
    ...targetsOf(version).flatMap(target =>
      Object.entries(mailRemedies).map(([name, make]) => [name, make(target)] as const),
    ),
    ...['cuc.contoso.test'].flatMap(host =>
      Object.entries(inboxRemedies).map(
        ([name, make]) => [name, make(inboxTarget({ version, cuc: { host } }))] as const,
      ),
    ),
  ].flatMap(([name, remedy]) => (remedy ? [[name, remedy] as [string, Remedy]] : []));

describe.each(onPremises)('every remedy for Exchange %s', version => {
  const remedies = given(version);

  it('is there', () =>
    expect(new Set(remedies.map(([name]) => name)).size).toBe(
      Object.keys(mailRemedies).length + Object.keys(inboxRemedies).length,
    ));

  it.each(remedies)('%s is whole, and its lines belong to this version', (_, remedy) => {
    expect(Remedy.parse(remedy)).toEqual(remedy);
    for (const part of [remedy.read, remedy.apply, remedy.verify, remedy.undo]) expect(part.length).toBeGreaterThan(0);
    const steps = [...remedy.read, ...remedy.apply, ...remedy.verify, ...remedy.undo];
    for (const step of steps) {
      if (step.do !== 'shell') continue;
      expect(faultOf(step.command, version)).toBeNull();
      expect(catalogue.has(step.command.cmdlet)).toBe(true);
      const line = toShell(step.command);
      expect(line).not.toMatch(/[\r\n]|<[^>]*>|""/);
      if (/Restart-Service|Stop-Service/.test(line)) expect(step.drops).toMatch(/every/);
    }
    expect(JSON.stringify(remedy)).not.toMatch(/undefined|NaN|<[a-z]/);
  });

  it('reads and keeps a file before each change that it can take back from one', () => {
    for (const [, remedy] of remedies) {
      const kept = remedy.read
        .flatMap(step =>
          step.do === 'shell' ? [...toShell(step.command).matchAll(/Export-Clixml -Path '([^']+)'/g)] : [],
        )
        .map(match => match[1]);
      const used = shellLines(remedy)
        .flatMap(line => [...line.matchAll(/Import-Clixml -Path '([^']+)'/g)])
        .map(match => match[1]);
      expect(kept).toEqual(expect.arrayContaining(used));
    }
  });

  it('never prints what we refuse to print', () => {
    const lines = remedies.flatMap(([, remedy]) => shellLines(remedy)).join('\n');
    expect(lines).not.toMatch(
      /MaxCommandSize|View Information Store|iisreset|MSEExchangeIS|MaxConnectionsFromSingleIP|MaxConnections \d|-MaxConnectionFromSingleIP|Default \w+'|DefaultThrottlingPolicy|GlobalThrottlingPolicy|-MessageRateLimit 'Unlimited'/,
    );
  });
});

describe('remedies and Exchange Online', () => {
  const online = mailTarget({ version: 'online', clientAddress: '10.4.4.95' });
  it.each(Object.entries(mailRemedies).filter(([name]) => name !== 'enable-imap-for-mailbox'))(
    '%s cannot be made',
    (_, make) => {
      expect(() => make(online)).toThrow(NotInThisVersionError);
    },
  );
  it.each(Object.entries(inboxRemedies))('%s cannot be made', (_, make) => {
    expect(() => make(inboxTarget({ version: 'online' }))).toThrow(NotInThisVersionError);
  });
  it('lets IMAP of one mailbox be turned on', () => {
    const remedy = mailRemedies['enable-imap-for-mailbox']?.(online);
    expect(remedy && shellLines(remedy)).toContain("Set-CASMailbox -Identity 'contoso\\uccxemail' -ImapEnabled $true");
  });
});
