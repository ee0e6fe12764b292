import { describe, expect, it } from 'vitest';
import { ConfigError } from '../../src/domain/errors.js';
import { RunId, SiteId } from '../../src/domain/ids.js';
import { accountOf } from '../../src/domain/target.js';
import type { LoginMemory } from '../../src/intake/ports.js';
import { loginDoor } from '../../src/probes/login-door.js';
import { inboxTarget, mailTarget } from './looking.js';
import { memoryLogins } from './memory-logins.js';

const target = mailTarget({ user: 'CORP\\Uccx' });
const order = (loginAnyway = false) => ({
  run: RunId.parse('run-of-a-test'),
  probe: 'imap-login',
  site: SiteId.parse('hq'),
  vantages: [],
  target: target.id,
  budgetMs: 1000,
  loginAnyway,
});
const clock = { now: () => Date.UTC(2026, 10, 21, 8) };
const door = (memory: LoginMemory, password: string) => loginDoor({ secrets: async () => password, memory, clock });

describe('the door to a password', () => {
  it('opens for an account of which nothing is remembered, and notes the attempt before it does', async () => {
    const memory = memoryLogins();
    const grant = await door(memory, 'Ag3nt-Mail')(order(), target);
    expect(grant).toMatchObject({ is: 'granted', user: 'CORP\\Uccx', password: 'Ag3nt-Mail' });
    expect(memory.kept.get('uccx@corp')?.state).toEqual({ is: 'running' });
    expect(await door(memory, 'Ag3nt-Mail')(order(true), target)).toMatchObject({
      is: 'withheld',
      why: 'attempt-unfinished',
    });
  });

  it('stays shut after a refusal until the password changes or somebody says anyway', async () => {
    const memory = memoryLogins();
    const first = await door(memory, 'old')(order(), target);
    if (first.is === 'granted') await first.settle('refused');
    expect(await door(memory, 'old')(order(), target)).toEqual({
      is: 'withheld',
      why: 'refused-before',
      says: 'this very password was refused at 2026-11-21T08:00:00.000Z and is not tried again',
    });
    const anyway = await door(memory, 'old')(order(true), target);
    expect(anyway.is).toBe('granted');
    if (anyway.is === 'granted') await anyway.settle('refused');
    expect((await door(memory, 'new')(order(), target)).is).toBe('granted');
  });

  it('keeps nothing of a password but sixteen bits that also depend on the account', async () => {
    const prints = new Set<string>();
    for (const user of ['a', 'b', 'c']) {
      const memory = memoryLogins();
      await door(memory, 'Ag3nt-Mail')(order(), mailTarget({ user }));
      const print = memory.kept.get(accountOf(mailTarget({ user })))?.fingerprint ?? '';
      expect(print).toMatch(/^[0-9a-f]{4}$/);
      prints.add(print);
    }
    expect(prints.size).toBeGreaterThan(1);
  });

  it.each([
    { name: 'empty', password: '' },
    { name: 'with a line break', password: 'a\r\nA2 DELETE INBOX' },
    { name: 'with a zero byte', password: 'a\0b' },
  ])('does not hand out a password that is $name', async ({ password }) => {
    const memory = memoryLogins();
    const grant = await door(memory, password)(order(), target);
    expect(grant).toMatchObject({ is: 'withheld', why: 'secret-missing' });
    expect(memory.kept.size).toBe(0);
  });

  it('names no more than the reference when the secret cannot be read', async () => {
    const secrets = () => Promise.reject(new ConfigError('no such thing: /very/secret', { value: 'Ag3nt-Mail' }));
    expect(await loginDoor({ secrets, memory: memoryLogins(), clock })(order(), target)).toEqual({
      is: 'withheld',
      why: 'secret-missing',
      says: 'the password env:TEST_PASSWORD cannot be read here',
    });
  });

  it('stays shut when it cannot ask, and unsettled when it cannot tell', async () => {
    const down = () => Promise.reject(new Error('connection lost'));
    expect(await door({ begin: down, settle: down }, 'x')(order(), target)).toMatchObject({ why: 'guard-unreachable' });
    const grant = await door({ begin: async () => ({ is: 'free' }), settle: down }, 'x')(order(), target);
    if (grant.is !== 'granted') throw new Error('expected a password');
    await expect(grant.settle('accepted')).resolves.toBeUndefined();
  });

  it('is a fault of ours to ask it for a target that has no login', async () => {
    await expect(door(memoryLogins(), 'x')(order(), inboxTarget(7080))).rejects.toThrow('has no login');
  });
});
