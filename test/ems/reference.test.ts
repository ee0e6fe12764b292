import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EXCHANGE_VERSIONS } from '../../src/domain/target.js';
import { catalogue } from '../../src/ems/catalogue.js';
import reference from '../fixtures/exchange/cmdlet-reference.json' with { type: 'json' };

/*
 * Our catalogue against the copy of the cmdlet reference: it may know less, never more. A name stands twice in the catalogue where 2010
 * and later versions take different values under it; to Exchange it is one, since case does not count.
 */
type Known = { versions?: string[]; range?: string; ranges?: Record<string, string>; values?: string[] };
const cmdlets = reference.cmdlets as Record<
  string,
  { home: string; versions?: string[]; parameters: Record<string, Known> }
>;
const entries = [...catalogue.values()].flatMap(card =>
  Object.entries(card.parameters).map(([name, parameter]) => ({ card, name, parameter })),
);
const knownOf = (cmdlet: string, name: string): Known | undefined =>
  Object.entries(cmdlets[cmdlet]?.parameters ?? {}).find(([key]) => key.toLowerCase() === name.toLowerCase())?.[1];

describe('the catalogue and the reference', () => {
  it.each([...catalogue.values()])('$cmdlet exists in the same versions', card => {
    const known = cmdlets[card.cmdlet];
    expect(known?.home).toBe(card.home);
    if (known?.versions) expect([...card.versions].sort()).toEqual([...known.versions].sort());
  });

  it.each(entries.map(entry => [`${entry.card.cmdlet} -${entry.name}`, entry] as const))(
    '%s exists, in no version that lacks it, and takes nothing out of range',
    (_, { card, name, parameter }) => {
      const known = knownOf(card.cmdlet, name);
      expect(known).toBeDefined();
      const versions = EXCHANGE_VERSIONS.filter(
        version => card.versions.includes(version) && parameter.versions.includes(version),
      );
      if (known?.versions) expect(known.versions).toEqual(expect.arrayContaining(versions));
      for (const version of card.home === 'exchange' ? versions : []) {
        const range = known?.ranges?.[version] ?? known?.range;
        const [low, high] = (/^\d+\.\.\d+$/.test(range ?? '') ? (range ?? '') : '').split('..').map(Number);
        if (low === undefined || high === undefined) continue;
        const faultOf = (number: number) => parameter.fault({ is: 'number', number }, version);
        expect({ version, over: faultOf(high + 1) }).not.toEqual({ version, over: null });
        // a 32-bit number without its sign is as far as ours go
        expect({ version, at: faultOf(Math.min(high, 2 ** 31 - 1)) }).toEqual({ version, at: null });
        if (low > 0) expect({ version, under: faultOf(low - 1) }).not.toEqual({ version, under: null });
      }
    },
  );
});

/** The reference is of Exchange. */
const OF_WINDOWS = ['Get-ADUser', 'Get-EventLog', 'Get-ItemProperty', 'Get-Service', 'Get-WinEvent', 'Restart-Service'];
const collecting = readFileSync(new URL('../../docs/collecting.md', import.meta.url), 'utf8');
const collected = [...collecting.matchAll(/\b((?:Get|Set)-[A-Z][A-Za-z0-9]+)\b(?=[^`\n]*$)([^|\n`]*)/gm)].map(
  ([, cmdlet = '', rest = '']) => [cmdlet, [...rest.matchAll(/ -([A-Za-z]+)/g)].map(([, name = '']) => name)] as const,
);

describe('what docs/collecting.md tells to run', () => {
  it.each(collected.filter(([cmdlet]) => !OF_WINDOWS.includes(cmdlet)))('%s %j exists', (cmdlet, names) => {
    expect(Object.keys(cmdlets)).toContain(cmdlet);
    for (const name of names) expect(knownOf(cmdlet, name)).toBeDefined();
  });

  it('is all that an administrator is asked for', () =>
    expect(new Set(collected.map(([cmdlet]) => cmdlet))).toEqual(
      new Set([
        ...[
          'ImapSettings',
          'ReceiveConnector',
          'ThrottlingPolicy',
          'ThrottlingPolicyAssociation',
          'Mailbox',
          'CASMailbox',
          'MailboxDatabase',
          'ServerComponentState',
        ].map(noun => `Get-${noun}`),
        ...['Get-ExchangeServer', 'Get-ManagementRoleAssignment', 'Set-ImapSettings', 'Set-ReceiveConnector'],
        ...['Get-ADUser', 'Get-EventLog', 'Get-ItemProperty', 'Get-Service', 'Get-WinEvent'],
      ]),
    ));
});
