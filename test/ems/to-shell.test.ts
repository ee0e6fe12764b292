import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { ShellCommand } from '../../src/domain/shell-command.js';
import { memberOf, piped } from '../../src/ems/cmdlet.js';
import { getCasMailbox, setCasMailbox, setMailbox } from '../../src/ems/exchange-cmdlets.js';
import { toShell, UnprintableError } from '../../src/ems/to-shell.js';
import { formatList, invokeCommand, removeItemProperty } from '../../src/ems/windows-cmdlets.js';

/**
 * How PowerShell reads a single-quoted string, written from its language specification and not from our code: any of five characters
 * opens and closes, two of them in a row stand for the second, nothing else is special.
 */
const readQuoted = (line: string): { value: string; rest: string } => {
  const isQuote = (char: string | undefined) => char !== undefined && ["'", '‘', '’', '‚', '‛'].includes(char);
  if (!isQuote(line[0])) throw new Error('no quote opens');
  let value = '';
  for (let at = 1; at < line.length; at += 1) {
    if (!isQuote(line[at])) value += line[at];
    else if (isQuote(line[at + 1])) {
      at += 1;
      value += line[at];
    } else return { value, rest: line.slice(at + 1) };
  }
  throw new Error('no quote closes');
};

const nasty = fc.constantFrom(
  "'",
  '‘',
  '’',
  '‚',
  '‛',
  '"',
  '$',
  '`',
  ';',
  '|',
  '&',
  '(',
  ')',
  '{',
  '}',
  '@',
  '#',
  ' ',
  '-',
  '–',
  'é',
  '😀',
  "''",
  '$(',
  '\n',
  '\t',
  '\u2028',
  '\u0085',
  '\u202e',
  '\0',
);
const anyText = fc.oneof(
  fc.string({ unit: 'binary' }),
  fc.string({ unit: 'grapheme' }),
  fc.array(nasty, { maxLength: 40 }).map(parts => parts.join('')),
);
const UNPASTEABLE = /[\0-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]/;
const isPasteable = (text: string) => !UNPASTEABLE.test(text) && !/\p{Cs}/u.test(text);

describe('toShell', () => {
  it('gives any name back unchanged with nothing spilt outside the quotes, or refuses it', () => {
    fc.assert(
      fc.property(anyText, name => {
        const command = getCasMailbox('2016', { Identity: name });
        if (!isPasteable(name)) {
          expect(() => toShell(command)).toThrow(UnprintableError);
          return;
        }
        const line = toShell(command);
        expect(line).not.toMatch(/[\r\n]/);
        expect(readQuoted(line.slice('Get-CASMailbox -Identity '.length))).toEqual({ value: name, rest: '' });
      }),
      { numRuns: 10_000 },
    );
  });

  it('keeps every item of a list apart', () => {
    fc.assert(
      fc.property(fc.array(anyText.filter(isPasteable), { minLength: 1, maxLength: 5 }), names => {
        let rest = `,${toShell(formatList({ Property: names })).slice('Format-List -Property '.length)}`;
        for (const name of names) {
          expect(rest[0]).toBe(',');
          const read = readQuoted(rest.slice(1));
          expect(read.value).toBe(name);
          rest = read.rest;
        }
        expect(rest).toBe('');
      }),
      { numRuns: 2000 },
    );
  });

  it('names the field that cannot be pasted, and not what stands in it', () => {
    expect(() => toShell(setCasMailbox('2016', { Identity: 'secret\nRemove-Mailbox' }))).toThrow(
      'Set-CASMailbox -Identity: holds U+000A, which cannot stand in one pasted line',
    );
  });

  it.each(['\u0085', '\u2028', '\u2029', '\t', '\u001b', '\ud800', '\u202e'])('refuses %j', char => {
    expect(() => toShell(getCasMailbox('2016', { Identity: `a${char}b` }))).toThrow(UnprintableError);
  });

  it('writes each sort of value', () => {
    expect(toShell(setCasMailbox('2016', { Identity: "O'Brien", ImapEnabled: true }))).toBe(
      "Set-CASMailbox -Identity 'O''Brien' -ImapEnabled $true",
    );
    expect(toShell(setMailbox('2010-sp3', { Identity: 'a’b', ThrottlingPolicy: null }))).toBe(
      "Set-Mailbox -Identity 'a’’b' -ThrottlingPolicy $null",
    );
    expect(
      toShell(piped(getCasMailbox('se', { Identity: '$env:x' }), formatList({ Property: ['Name', 'Imap*'] }))),
    ).toBe("Get-CASMailbox -Identity '$env:x' | Format-List -Property 'Name','Imap*'");
    const remote = invokeCommand({
      ComputerName: 'EX01',
      ScriptBlock: {
        is: 'choice',
        if: { is: 'argument' },
        yes: [getCasMailbox('2016', {})],
        no: [removeItemProperty({ Path: 'P', Name: 'N' })],
      },
      ArgumentList: memberOf(getCasMailbox('2016', { Identity: 'x' }), 'A value'),
    });
    expect(toShell(remote)).toBe(
      "Invoke-Command -ComputerName 'EX01' -ScriptBlock { if ($args[0]) { Get-CASMailbox } else { Remove-ItemProperty -Path 'P' -Name 'N' } } -ArgumentList (Get-CASMailbox -Identity 'x').'A value'",
    );
  });

  it.each<[string, ShellCommand]>([
    ['a cmdlet that is not in the catalogue', { cmdlet: 'Remove-Mailbox', args: [], pipe: null }],
    ['a cmdlet that is none', { cmdlet: 'x; y', args: [], pipe: null }],
    [
      'a parameter that is not in the catalogue',
      { cmdlet: 'Get-Mailbox', args: [{ name: 'Filter', value: { is: 'text', text: '*' } }], pipe: null },
    ],
    [
      'a parameter with a name from the prototype',
      { cmdlet: 'Get-Mailbox', args: [{ name: 'constructor', value: { is: 'null' } }], pipe: null },
    ],
    [
      'such a cmdlet behind a pipe',
      { cmdlet: 'Get-Mailbox', args: [], pipe: { cmdlet: 'Remove-Mailbox', args: [], pipe: null } },
    ],
    [
      'such a cmdlet in a block',
      {
        cmdlet: 'Invoke-Command',
        args: [
          {
            name: 'ScriptBlock',
            value: { is: 'block', commands: [{ cmdlet: 'Stop-Computer', args: [], pipe: null }] },
          },
        ],
        pipe: null,
      },
    ],
    [
      'a number that is none',
      {
        cmdlet: 'Set-ImapSettings',
        args: [{ name: 'MaxConnectionsPerUser', value: { is: 'number', number: Number.NaN } }],
        pipe: null,
      },
    ],
    [
      'an empty list',
      { cmdlet: 'Format-List', args: [{ name: 'Property', value: { is: 'list', items: [] } }], pipe: null },
    ],
  ])('refuses %s', (_, command) => {
    expect(() => toShell(command)).toThrow(UnprintableError);
  });
});
