import { describe, expect, it } from 'vitest';
import { NotInThisVersionError } from '../../src/domain/errors.js';
import { Remedy, type Step } from '../../src/domain/remedy.js';
import type { ShellCommand, ShellValue } from '../../src/domain/shell-command.js';
import { EXCHANGE_VERSIONS, type ExchangeVersion } from '../../src/domain/target.js';
import { catalogue, faultOf } from '../../src/ems/catalogue.js';
import { ON_PREMISES } from '../../src/ems/parameter.js';
import { toShell } from '../../src/ems/to-shell.js';
import { remedies } from '../../src/remedies/index.js';
import { inboxTarget, mailTarget } from '../support/build.js';
import { shellLines } from '../support/rule-table.js';
import { remediesOf } from './every-remedy.js';

const stepsOf = ({ read, apply, verify, undo }: Remedy): Step[] => [...read, ...apply, ...verify, ...undo];
const textsIn = (command: ShellCommand): string[] => [
  ...command.args.flatMap(({ value }) => textsOf(value)),
  ...(command.pipe ? textsIn(command.pipe) : []),
];
const textsOf = (value: ShellValue): string[] => {
  switch (value.is) {
    case 'text':
      return [value.text];
    case 'list':
      return value.items.flatMap(textsOf);
    case 'block':
      return value.commands.flatMap(textsIn);
    case 'choice':
      return [...textsOf(value.if), ...value.yes.flatMap(textsIn), ...value.no.flatMap(textsIn)];
    case 'member':
      return textsIn(value.of);
    default:
      return [];
  }
};
/** A word of its own in capitals, which no name and no word of Exchange here is. */
const placeholdersIn = (texts: readonly string[]) => [
  ...new Set(texts.flatMap(text => text.match(/(?<![A-Za-z])[A-Z]{2,}(?:-[A-Z]{2,})+(?![A-Za-z])|^[A-Z]{6,}$/g) ?? [])),
];

/** It is whole, and its lines belong to this version. */
const isWhole = (remedy: Remedy, version: ExchangeVersion) => {
  expect(Remedy.parse(remedy)).toEqual(remedy);
  for (const part of [remedy.read, remedy.apply, remedy.verify, remedy.undo]) expect(part.length).toBeGreaterThan(0);
  for (const step of stepsOf(remedy)) {
    if (step.do !== 'shell') continue;
    expect(faultOf(step.command, version)).toBeNull();
    expect(catalogue.has(step.command.cmdlet)).toBe(true);
    const line = toShell(step.command);
    expect(line).not.toMatch(/[\r\n]|<[^>]*>|""/);
    if (/Restart-Service|Stop-Service/.test(line)) expect(step.drops).toMatch(/every/);
  }
  expect(JSON.stringify(remedy)).not.toMatch(/undefined|NaN|<[a-z]/);
};

/** It says which values are missing, and wants a window where it drops something. */
const saysWhatIsMissing = (remedy: Remedy) => {
  const texts = stepsOf(remedy).flatMap(step => (step.do === 'shell' ? textsIn(step.command) : []));
  expect(placeholdersIn(texts).sort()).toEqual(remedy.placeholders.map(({ name }) => name).sort());
  expect(remedy.complete).toBe(remedy.placeholders.length === 0);
  for (const { where } of remedy.placeholders) expect(where.length).toBeGreaterThan(20);
  if (remedy.apply.some(({ drops }) => drops)) expect(remedy.when).toBe('window');
};

/** It sets in its lines what it says that it sets. */
const setsWhatItSays = (remedy: Remedy) => {
  const applied = remedy.apply.flatMap(step => (step.do === 'shell' ? [toShell(step.command)] : []));
  for (const { name, to } of remedy.settings.filter(({ to }) => /^\d+$/.test(to)))
    expect(
      applied.some(
        line =>
          line.includes(` -${name} ${to}`) || (line.includes(` -Name '${name}' `) && line.includes(` -Value ${to} `)),
      ),
    ).toBe(true);
};

describe.each(EXCHANGE_VERSIONS)('every remedy for Exchange %s', version => {
  const made = remediesOf(version);
  const listed = remedies.filter(({ versions }) => versions.includes(version));

  it('is there', () => {
    expect([...new Set(made.map(([, { id }]) => id))].sort()).toEqual(listed.map(({ id }) => id).sort());
  });

  it.each(made)('%s is whole and right for it', (_, remedy) => {
    isWhole(remedy, version);
    saysWhatIsMissing(remedy);
    setsWhatItSays(remedy);
  });

  it('reads and keeps a file before each change that it can take back from one', () => {
    for (const [, remedy] of made) {
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

  it('reads a kept file only where a missing one ends the line, and nothing back that may come back as another kind', () => {
    for (const [name, remedy] of made)
      for (const line of shellLines(remedy).filter(each => each.includes('Import-Clixml'))) {
        expect({ name, line }).toEqual({
          name,
          line: expect.stringMatching(/Import-Clixml -Path '[^']+' -ErrorAction 'Stop'\)\./),
        });
        expect({ name, line }).not.toEqual({
          name,
          line: expect.stringMatching(/\)\.(?:ThrottlingPolicy|MessageRate|MaxInbound)/),
        });
      }
  });

  it('never prints what we refuse to print', () => {
    for (const [name, remedy] of made) {
      const lines = shellLines(remedy).join('\n');
      expect({ name, lines }).not.toMatchObject({
        lines: expect.stringMatching(
          /iisreset|MSEExchangeIS|MaxConnectionsFromSingleIP|Default (?!Web Site)\w+'|DefaultThrottlingPolicy|GlobalThrottlingPolicy|-MessageRateLimit 'Unlimited'|Add-ADPermission.*Get-OrganizationConfig|-CPUStartPercent/,
        ),
      });
      if (remedy.id !== 'raise-imap-command-size') expect(lines).not.toMatch(/-MaxCommandSize/);
      if (remedy.id !== 'allow-plain-imap-login') expect(lines).not.toMatch(/PlainText/);
      if (remedy.id !== 'grant-view-store-status') expect(lines).not.toMatch(/View Information Store/);
    }
  });
});

describe('a version that does not have a remedy', () => {
  const beside = remedies.flatMap(listed =>
    EXCHANGE_VERSIONS.filter(version => !listed.versions.includes(version)).map(
      version => [`${listed.id} in ${version}`, listed, version] as const,
    ),
  );
  it.each(beside)('%s cannot be made, and something else is said', (_, listed, version) => {
    expect(() =>
      listed.for === 'uccx-mail'
        ? (listed.make(mailTarget({ version, clientAddress: '10.4.4.95' }), {
            imapPerAddress: () => 1,
            imapInAll: () => 1,
            imapCommandBytes: () => 1024,
            storeObject: { type: 'objtFolder', present: () => null },
            connectors: [],
          }) ?? refuse())
        : listed.make(inboxTarget({ version }), {}),
    ).toThrow(NotInThisVersionError);
    expect(listed.otherwise.length).toBeGreaterThan(10);
  });
  /** The two that need the limits of a connector have nothing to refuse where nobody could read any. */
  const refuse = (): never => {
    throw new NotInThisVersionError('no connectors there');
  };

  it('lets IMAP of one mailbox be turned on in Exchange Online', () => {
    const listed = remedies.find(({ id }) => id === 'enable-imap-for-mailbox');
    const remedy = listed?.for === 'uccx-mail' ? listed.make(mailTarget({ version: 'online' }), {}) : null;
    expect(remedy && shellLines(remedy)).toContain("Set-CASMailbox -Identity 'contoso\\uccxemail' -ImapEnabled $true");
  });
});

describe('the list', () => {
  it('names each remedy once, with what it needs, and gives it under its own id', () => {
    expect(new Set(remedies.map(({ id }) => id)).size).toBe(remedies.length);
    for (const { id, needs, title } of remedies) {
      expect(id).toMatch(/^[a-z0-9]+(?:-[a-z0-9]+)+$/);
      expect(needs.length).toBeGreaterThan(5);
      expect(title.length).toBeGreaterThan(10);
    }
    for (const version of ON_PREMISES)
      for (const [name, remedy] of remediesOf(version)) expect(name.startsWith(`${remedy.id}, `)).toBe(true);
  });
});
