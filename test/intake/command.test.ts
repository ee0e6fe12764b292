import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { TargetId } from '../../src/domain/ids.js';
import type { Target } from '../../src/domain/target.js';
import { parseCommand } from '../../src/intake/command.js';

const known = {
  targets: ['prod', 'branch'].map(id => ({ id: TargetId.parse(id) }) as Target),
  rules: ['imap-login', 'imap-port'],
};
const check = (more: object = {}) => ({
  is: 'wants',
  wants: { do: 'check', targets: [], only: [], loginAnyway: false, deep: false, loop: false, ...more },
});

describe('what people type', () => {
  it.each([
    ['check', check()],
    ['/uccx check', check()],
    ['CHECK Prod', check({ targets: ['prod'] })],
    ['check prod branch prod', check({ targets: ['prod', 'branch'] })],
    ['check prod --only imap,smtp', check({ targets: ['prod'], only: ['imap', 'smtp'] })],
    ['check --only=notify prod', check({ targets: ['prod'], only: ['notify'] })],
    ['check prod —only imap', check({ targets: ['prod'], only: ['imap'] })],
    ['check prod –login-anyway', check({ targets: ['prod'], loginAnyway: true })],
    ['check prod —deep', check({ targets: ['prod'], deep: true })],
    ['check prod --loop', check({ targets: ['prod'], loop: true })],
    ['stop Prod', { is: 'wants', wants: { do: 'stop', what: 'prod' } }],
    ['stop sla-Abc_12', { is: 'wants', wants: { do: 'stop', what: 'sla-Abc_12' } }],
    ['confirm prod sla-Abc_12', { is: 'wants', wants: { do: 'confirm', target: 'prod', consent: 'sla-Abc_12' } }],
    ['cancel prod sla-Abc_12', { is: 'wants', wants: { do: 'cancel', target: 'prod', consent: 'sla-Abc_12' } }],
    ['check\u00a0prod', check({ targets: ['prod'] })],
    ['', { is: 'wants', wants: { do: 'help' } }],
    ['/uccx', { is: 'wants', wants: { do: 'help' } }],
    ['help', { is: 'wants', wants: { do: 'help' } }],
    ['targets', { is: 'wants', wants: { do: 'targets' } }],
    ['last prod', { is: 'wants', wants: { do: 'last', target: 'prod' } }],
    ['last --transcript prod', { is: 'wants', wants: { do: 'last', target: 'prod', transcript: true } }],
    ['explain imap-login', { is: 'wants', wants: { do: 'explain', rule: 'imap-login' } }],
  ])('%j', (text, expected) => expect(parseCommand(text, known)).toEqual(expected));
});

describe('what cannot be understood says what would be right', () => {
  it.each([
    ['last prod --transcirpt', /Did you mean `--transcript`/],
    ['chekc prod', /no command `chekc`.*Did you mean `check`/],
    ['check prdo', /no target `prdo`.*Did you mean `prod`.*never a host name/],
    ['check mail.example.com', /no target `mail.example.com`.*You may name prod, branch/],
    ['check --onyl imap', /no flag `--onyl`.*Did you mean `--only`/],
    ['check --only', /`--only` wants one or more of imap, smtp, notify, web/],
    ['check --only pop', /knows imap, smtp, notify, web, not `pop`/],
    ['last', /`last` wants one target/],
    ['last prod branch', /`last` wants one target/],
    ['explain imap-logn', /no rule `imap-logn`.*Did you mean `imap-login`/],
    ['targets all', /takes nothing behind it/],
    ['x'.repeat(501), /at most 500 characters/],
    ['check <!channel> *prod*', /no target `·!channel·`/],
    ['check prod;ls', /no target `prod;ls`/],
    ['watch prod every 5m;ls', /not `5m;ls`/],
  ])('%j', (text, says) => {
    const parsed = parseCommand(text, known);
    expect(parsed.is).toBe('mistake');
    expect(parsed.is === 'mistake' && parsed.says).toMatch(says);
  });
});

it('never throws and never gives a target that was not handed in', () =>
  fc.assert(
    fc.property(fc.string({ unit: 'binary', maxLength: 600 }), text => {
      for (const command of [text, `check ${text}`]) {
        const parsed = parseCommand(command, known);
        if (parsed.is === 'wants' && parsed.wants.do === 'check') {
          expect(parsed.wants.targets.every(id => ['prod', 'branch'].includes(id))).toBe(true);
        }
      }
    }),
    { numRuns: 2_000 },
  ));
