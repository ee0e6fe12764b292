import { expect, it } from 'vitest';
import { flowOf } from '../../jobs/flow.js';
import { makePlan } from '../../src/diagnosis/plan.js';
import { RunId } from '../../src/domain/ids.js';
import { Site } from '../../src/domain/target.js';
import { probes } from '../../src/probes/index.js';
import { inboxTarget, mailTarget } from '../support/build.js';

it('lays the whole future of a run: reply ← diagnose ← probes, and a deadline for each target', () => {
  const plan = makePlan({
    run: RunId.parse('run-1234'),
    at: '2026-11-21T08:00:00.000Z',
    targets: [mailTarget({ id: 'prod' }), inboxTarget({ id: 'inbox' })],
    sites: [
      Site.parse({ id: 'hq', vantages: ['uccx-side', 'exchange-side'] }),
      Site.parse({ id: 'branch', vantages: ['agent-side'] }),
    ],
    cards: probes,
    only: [],
    loginAnyway: false,
    deadlineMs: 25_000,
    remarks: ['other is being checked already.'],
  });
  type Node = { queueName: string; opts?: { jobId?: string; delay?: number; attempts?: number }; children?: Node[] };
  const drawn = (node: Node, depth = 0): string[] => [
    `${'  '.repeat(depth)}${node.queueName} ${node.opts?.jobId}${node.opts?.delay ? ` in ${node.opts.delay} ms` : ''} (${node.opts?.attempts})`,
    ...(node.children ?? []).flatMap(child => drawn(child, depth + 1)),
  ];
  expect(flowOf(plan, { platform: 'console', handle: null }).flatMap(node => drawn(node as Node))).toEqual([
    'reply run-1234 (200)',
    '  diagnose run-1234.prod (5)',
    '    probe-branch run-1234.prod.imap-service.branch (1)',
    '    probe-hq run-1234.prod.imap-login.hq (1)',
    '    probe-hq run-1234.prod.smtp-service.hq (1)',
    '  diagnose run-1234.inbox (5)',
    '    probe-hq run-1234.inbox.cuc-notify.hq (1)',
    'deadline run-1234.prod in 25000 ms (10)',
    'deadline run-1234.inbox in 25000 ms (10)',
  ]);
});
