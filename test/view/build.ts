import { renderText } from '../../src/cli/render-text.js';
import { ProbeOrder } from '../../src/domain/plan.js';
import { Remedy } from '../../src/domain/remedy.js';
import { Report } from '../../src/domain/report.js';
import type { View } from '../../src/view/view.js';

/** A view as a person reads it in a terminal, details folded away unless told. What it offers to do next has tests of its own. */
export const read = (view: View, { details = false } = {}): string =>
  renderText(view, { width: 100, color: false, details }).replace(/^Next: .*\n\n/gm, '');

type Words = {
  target?: string;
  verdicts: object[];
  observations?: object[];
  uncovered?: object[];
  leftOut?: string[];
  orders?: object[];
  tookMs?: number;
};

const STARTED = '2026-11-21T08:00:00.000Z';

export const orderOf = (probe: string, target = 'branch', site = 'hq'): ProbeOrder =>
  ProbeOrder.parse({
    run: 'sla-some-question',
    probe,
    site,
    vantages: ['uccx-side'],
    target,
    budgetMs: 15_000,
    loginAnyway: false,
  });

const source = (probe: string, site = 'hq') => ({ by: 'probe', probe, site, vantages: ['uccx-side'] });

export const seen = (probe: string, transcript: object[] = [], more: object = {}) => ({
  is: 'seen',
  source: source(probe),
  tookMs: 1_234,
  cut: false,
  evidence: [],
  transcript,
  ...more,
});
export const silent = (probe: string, why: string, says: string, site = 'hq') => ({
  is: 'silent',
  source: source(probe, site),
  why,
  says,
});

export const report = (words: Words): Report =>
  Report.parse({
    schema: 1,
    run: 'sla-some-question',
    target: words.target ?? 'branch',
    startedAt: STARTED,
    finishedAt: new Date(Date.parse(STARTED) + (words.tookMs ?? 3_400)).toISOString(),
    plan: {
      target: words.target ?? 'branch',
      orders: words.orders ?? [],
      uncovered: words.uncovered ?? [],
      leftOut: words.leftOut ?? [],
      legs: ['imap', 'smtp'],
    },
    verdicts: words.verdicts,
    observations: words.observations ?? [seen('imap-login'), seen('smtp-service')],
  });

export const healthy = (rule: string, says: string) => ({ is: 'healthy', rule, says });

export const shell = (cmdlet: string, server: string, drops: string | null = null) => ({
  do: 'shell',
  drops,
  command: { cmdlet, args: [{ name: 'Server', value: { is: 'text', text: server } }], pipe: null },
});

export const raiseLimit = Remedy.parse({
  id: 'raise-imap-user-limit',
  title: 'Let one account hold 35 IMAP connections on EX01',
  scope: 'server',
  formula: '2 × 12 agents + 4 sessions = 28, + 25 % = 35',
  read: [shell('Get-ImapSettings', 'EX01')],
  apply: [shell('Set-ImapSettings', 'EX01', 'every IMAP connection to EX01 for some seconds')],
  verify: [shell('Get-ImapSettings', 'EX01')],
  undo: [{ do: 'by-hand', text: 'Set the value that was read first.', drops: null }],
  risk: 'Leave out a server that already shows as much or more.',
  when: 'window',
  source: 'https://learn.microsoft.com/powershell/module/exchangepowershell/set-imapsettings',
});
