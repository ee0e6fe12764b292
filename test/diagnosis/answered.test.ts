import { describe, expect, it } from 'vitest';
import { diagnose } from '../../src/diagnosis/diagnose.js';
import type { Evidence } from '../../src/domain/evidence/index.js';
import { RunId } from '../../src/domain/ids.js';
import type { Target } from '../../src/domain/target.js';
import { rules } from '../../src/rules/index.js';
import { fact, inboxTarget, mailTarget } from '../support/build.js';

const AT = '2026-11-21T08:00:00.000Z';
const ID = '0a37d81c-bc62-47b3-a3d9-30b3c7384211';

/** What a rule asks about its problems. */
const asksOf = (rule: string, given: readonly Evidence[], target: Target = inboxTarget()): string => {
  const onCrash = (error: unknown) => {
    throw error;
  };
  const { verdicts } = diagnose(
    { rules, onCrash },
    {
      run: RunId.parse('run-0001'),
      target,
      plan: { target: target.id, orders: [], uncovered: [], leftOut: [], legs: ['imap', 'smtp', 'notify'] },
      observations: [],
      pasted: given,
      startedAt: AT,
      finishedAt: AT,
    },
  );
  return verdicts
    .flatMap(verdict => (verdict.rule === rule && verdict.is === 'problem' ? verdict.findings : []))
    .flatMap(({ asks }) => asks.map(({ says }) => says))
    .join('\n');
};

describe('a question that was answered is not asked again', () => {
  it('by what the directory, the mailbox and the services say', () => {
    const refused = fact('imap-login', { outcome: 'refused', status: 'NO', text: 'AUTHENTICATE failed.' });
    const answered = [fact('ad-user'), fact('cas-mailbox'), fact('service-state')];
    const target = mailTarget({ user: 'CONTOSO\\uccxemail' });
    expect(asksOf('imap-login', [refused], target)).toMatch(/account itself[\s\S]*IMAP turned off/);
    expect(asksOf('imap-login', [refused, ...answered], target)).toMatch(/^Do others work on this account.*$/);
  });

  const stale = fact('push-subscriptions', {
    stale: { min15: 1, min20: 1, min60: 1 },
    staleRows: [{ id: ID, at: '2026-11-21T06:00:00.000Z', user: null }],
  });
  it.each([
    ['the log of Mailbox Sync', fact('sync-log'), false],
    ['one without a line of it', fact('sync-log', { lines: 0 }), true],
    ['one that was read hours ago', { ...fact('sync-log'), at: '2026-11-21T05:00:00.000Z' }, true],
  ])('of subscriptions that are stale for hours, by %s', (_, log, isAsked) => {
    expect(asksOf('push-subscriptions', [stale])).toMatch(/does the log of Mailbox Sync show calls that failed/);
    expect(/log of Mailbox Sync/.test(asksOf('push-subscriptions', [stale, log]))).toBe(isAsked);
  });

  it('of notifications that fall silent, by the table of subscriptions', () => {
    const silent = fact('notify-log', {
      silentAtEnd: 1,
      silent: [{ id: ID, last: '2026-11-21T07:00:00.000Z' }],
    });
    expect(asksOf('notify-flow', [silent])).toMatch(/The table has the time/);
    expect(asksOf('notify-flow', [silent, stale])).not.toMatch(/The table has the time/);
    const chosen = { ...stale, isNarrowed: true };
    expect(asksOf('notify-flow', [silent, chosen])).toMatch(/The table has the time/);
  });
});
