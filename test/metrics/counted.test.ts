import { describe, expect, it } from 'vitest';
import { Digest } from '../../src/domain/digest.js';
import { RunId } from '../../src/domain/ids.js';
import type { Report } from '../../src/domain/report.js';
import { type Messenger, MessengerBusyError, MessengerRefusedError } from '../../src/intake/ports.js';
import {
  countedDigests,
  countedHistory,
  countedIntake,
  countedMessenger,
  countedRefusals,
} from '../../src/metrics/counted.js';
import { type Meters, makeMeters } from '../../src/metrics/meters.js';
import { memoryStore } from '../../src/store/memory/memory-store.js';
import { refusalView } from '../../src/view/answers.js';
import { report, seen, silent } from '../view/build.js';

const problem = (rule: string) => ({
  is: 'problem',
  rule,
  findings: [
    { rule, severity: 'critical', certainty: 'proven', says: 'It is broken.', because: [], asks: [], remedies: [] },
  ],
});
const clock = { now: () => Date.parse('2026-11-21T08:01:00.000Z') };

/** Lines of one metric, as Prometheus reads them. */
const linesOf = async (meters: Meters, name: string): Promise<string[]> =>
  (await meters.text()).split('\n').filter(line => line.startsWith(`uccx_doctor_${name}`));

const login = (outcome: string, withheldFor: string | null = null) => ({
  kind: 'imap-login',
  target: 'branch',
  source: { by: 'probe', probe: 'imap-login', site: 'hq', vantages: ['uccx-side'] },
  at: '2026-11-21T08:00:01.000Z',
  outcome,
  mechanism: null,
  status: null,
  text: 'NO LOGIN failed on mail01.contoso.example for CONTOSO\\uccx',
  withheldFor,
  encrypted: true,
  tookMs: 5,
});
const broken = (run: string, more: object[] = [login('withheld', 'refused-before')]): Report => ({
  ...report({
    verdicts: [problem('imap-login')],
    observations: [
      seen('imap-login', [], { evidence: more }),
      seen('imap-service', [], { cut: true }),
      silent('imap-service', 'late', 'mail01.contoso.example did not answer', 'branch'),
    ],
  }),
  run: RunId.parse(run),
});

describe('a report', () => {
  const counted = async (...reports: Report[]) => {
    const meters = makeMeters('bot');
    const { history } = memoryStore(clock);
    const counting = countedHistory(history, meters);
    for (const each of reports) await counting.put(each);
    expect(await history.last(reports[0]?.target as Report['target'])).not.toBeNull();
    return meters;
  };

  it('is counted by target, rule, site and outcome', async () => {
    const meters = await counted(broken('sla-one-run'));
    expect(await linesOf(meters, 'checks_total')).toEqual([
      'uccx_doctor_checks_total{target="branch",state="problem"} 1',
    ]);
    expect(await linesOf(meters, 'verdicts_total')).toEqual([
      'uccx_doctor_verdicts_total{rule="imap-login",verdict="problem"} 1',
    ]);
    expect(await linesOf(meters, 'probe_orders_total')).toEqual([
      'uccx_doctor_probe_orders_total{site="hq",outcome="seen"} 1',
      'uccx_doctor_probe_orders_total{site="hq",outcome="cut"} 1',
      'uccx_doctor_probe_orders_total{site="branch",outcome="late"} 1',
    ]);
    expect(await linesOf(meters, 'probe_duration_seconds_sum')).toEqual([
      'uccx_doctor_probe_duration_seconds_sum{probe="imap-login",site="hq"} 1.234',
      'uccx_doctor_probe_duration_seconds_sum{probe="imap-service",site="hq"} 1.234',
    ]);
    expect(await linesOf(meters, 'logins')).toEqual([
      'uccx_doctor_logins_total{target="branch",outcome="withheld"} 1',
      'uccx_doctor_logins_withheld_total{target="branch",why="refused-before"} 1',
    ]);
  });

  it('is counted once, however often it is put', async () => {
    const meters = await counted(broken('sla-one-run'), broken('sla-one-run'), broken('sla-another'));
    expect(await linesOf(meters, 'checks_total')).toEqual([
      'uccx_doctor_checks_total{target="branch",state="problem"} 2',
    ]);
  });

  it('that the store did not take is not counted', async () => {
    const meters = makeMeters('bot');
    const { history } = memoryStore(clock);
    const counting = countedHistory({ ...history, put: () => Promise.reject(new Error('gone')) }, meters);
    await expect(counting.put(broken('sla-one-run'))).rejects.toThrow('gone');
    expect(await linesOf(meters, 'checks_total')).toEqual([]);
  });

  it.each([
    ['refused before', [login('withheld', 'refused-before')], 1],
    ['with an attempt that has no outcome', [login('withheld', 'attempt-unfinished')], 1],
    ['accepted now', [login('accepted')], 0],
    ['refused now', [login('refused')], 0],
    ['withheld for another reason', [login('withheld', 'old-tls')], 0],
  ])('tells whether an account is kept from its lock-out: %s', async (_, evidence, value) => {
    const meters = await counted(broken('sla-one-run', evidence));
    expect(await linesOf(meters, 'account_withheld')).toEqual([
      `uccx_doctor_account_withheld{target="branch"} ${value}`,
    ]);
  });

  it('without a login leaves that as it was', async () => {
    const meters = await counted(broken('sla-one-run'), broken('sla-another', []));
    expect(await linesOf(meters, 'account_withheld')).toEqual(['uccx_doctor_account_withheld{target="branch"} 1']);
  });

  it('leaves no name of a server, no account and no word of either in what is shown', async () => {
    const text = await (await counted(broken('sla-one-run'))).text();
    expect(text).not.toMatch(/contoso|mail01|sla-one-run|LOGIN failed/i);
  });

  it('of ten targets makes some hundreds of series and not thousands', async () => {
    const probes = ['imap-service', 'imap-login', 'smtp-service', 'smtp-login'];
    const many = Array.from({ length: 10 }, (_, n) => ({
      ...report({
        target: `target-${n}`,
        verdicts: Array.from({ length: 20 }, (_, rule) => problem(`rule-${rule}`)),
        observations: ['hq', 'branch'].flatMap(site =>
          probes.map(probe => seen(probe, [], { source: { by: 'probe', probe, site, vantages: ['uccx-side'] } })),
        ),
      }),
    }));
    const text = await (await counted(...many)).text();
    const ours = text.split('\n').filter(line => line.startsWith('uccx_doctor_'));
    expect(ours.length).toBeLessThan(250);
  });
});

describe('what is sent', () => {
  const sent = async (error: Error | null): Promise<string[]> => {
    const meters = makeMeters('bot');
    const end = async <T>(value: T): Promise<T> => {
      if (error) throw error;
      return value;
    };
    const plain: Messenger = {
      post: to => end(to),
      edit: to => end(to),
      tell: () => end(undefined),
      link: async () => 'https://chat.example/1',
    };
    const messenger = countedMessenger('slack', plain, meters);
    const view = refusalView(
      { platform: 'slack', user: 'U1', groups: [], channel: null },
      { needs: 'runner', has: null, targets: [] },
    );
    const to = { platform: 'slack', handle: 'C1' };
    for (const did of ['post', 'edit', 'tell'] as const)
      await messenger[did](to, view).catch(thrown => expect(thrown).toBe(error));
    expect(await messenger.link(to)).toBe('https://chat.example/1');
    return linesOf(meters, 'messages_total');
  };

  it.each([
    ['sent', null],
    ['rate-limited', new MessengerBusyError('wait', 3_000)],
    ['unreachable', new MessengerBusyError('nobody there', null)],
    ['refused', new MessengerRefusedError('no such channel')],
    ['failed', new TypeError('undefined is not a function')],
  ])('is counted as %s, and what was thrown goes on', async (outcome, error) => {
    expect(await sent(error)).toEqual(
      ['post', 'edit', 'tell'].map(
        did => `uccx_doctor_messages_total{platform="slack",did="${did}",outcome="${outcome}"} 1`,
      ),
    );
  });
});

it('counts questions by platform', async () => {
  const meters = makeMeters('bot');
  const asked: string[] = [];
  const intake = countedIntake(
    {
      ask: async ({ text }) => {
        asked.push(text);
        return 'done';
      },
    },
    meters,
  );
  const by = { platform: 'teams', user: 'U', groups: [], channel: null };
  await intake.ask({ run: RunId.parse('tea-question'), by, to: { platform: 'teams', handle: 1 }, text: 'help' });
  expect(asked).toEqual(['help']);
  expect(await linesOf(meters, 'questions_total')).toEqual(['uccx_doctor_questions_total{platform="teams"} 1']);
});

it('measures how late a digest was', async () => {
  const meters = makeMeters('bot');
  const { digests } = memoryStore(clock);
  const counting = countedDigests(digests, meters, clock);
  const { id } = Digest.shape;
  await counting.tell(id.parse('morning'), {
    slot: '2026-11-21T08:00:00.000Z',
    at: '2026-11-21T08:00:58.000Z',
    entries: [],
  });
  expect(await linesOf(meters, 'digest_lateness_seconds_sum')).toEqual(['uccx_doctor_digest_lateness_seconds_sum 60']);
  expect(await digests.told(id.parse('morning'))).not.toBeNull();
});

it('what does not count is counted by why, but for heartbeats, which every look reads again', async () => {
  const meters = makeMeters('bot');
  for (const what of ['probe answer', 'probe answer', 'beat']) countedRefusals(meters)(what, 'unsigned');
  expect(await linesOf(meters, 'refused')).toEqual(['uccx_doctor_refused_total{what="probe answer",why="unsigned"} 2']);
});
