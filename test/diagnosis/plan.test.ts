import { describe, expect, it } from 'vitest';
import { makePlan } from '../../src/diagnosis/plan.js';
import { RunId } from '../../src/domain/ids.js';
import { Plan } from '../../src/domain/plan.js';
import { Site, type Target } from '../../src/domain/target.js';
import type { ProbeCard } from '../../src/probes/probe.js';
import { inboxTarget, mailTarget } from '../support/build.js';

const card = (more: Partial<ProbeCard> & Pick<ProbeCard, 'id'>): ProbeCard => ({
  for: 'uccx-mail',
  leg: 'imap',
  from: ['uccx-side', 'agent-side'],
  impact: 'touch',
  includes: [],
  budgetMs: 1000,
  yields: [],
  ...more,
});
const cards = [
  card({ id: 'imap-service' }),
  card({ id: 'imap-login', impact: 'login', includes: ['imap-service'] }),
  card({ id: 'smtp-service', leg: 'smtp', from: ['uccx-side'] }),
  card({ id: 'cuc-notify', for: 'cuc-single-inbox', leg: 'notify', from: ['exchange-side'] }),
];
const site = (id: string, ...vantages: string[]) => Site.parse({ id, vantages });
const hq = site('hq', 'uccx-side', 'exchange-side');
const branch = site('branch', 'agent-side');

const planOf = (targets: Target[], sites: Site[], more: object = {}) =>
  makePlan({
    run: RunId.parse('test-run-1'),
    at: '2026-11-21T08:00:00.000Z',
    targets,
    sites,
    cards,
    only: [],
    loginAnyway: false,
    deadlineMs: 25_000,
    ...more,
  });
const orders = (plan: ReturnType<typeof planOf>) =>
  plan.targets.map(({ orders }) => orders.map(({ probe, site }) => `${probe}@${site}`));

describe('the plan', () => {
  it('looks from every conclusive site and logs in from one', () => {
    const plan = planOf([mailTarget()], [hq, branch]);
    expect(orders(plan)).toEqual([['imap-service@branch', 'imap-login@hq', 'smtp-service@hq']]);
    expect(plan.answerBy).toBe('2026-11-21T08:00:25.000Z');
    expect(Plan.parse(plan)).toEqual(plan);
  });

  it('logs in once to an account that two targets share, however it is spelt', () => {
    const plan = planOf(
      [
        mailTarget({ id: 'one' }),
        mailTarget({ id: 'two', user: 'CONTOSO\\UccxEmail' }),
        mailTarget({ id: 'three', user: 'uccxemail@contoso.com' }),
      ],
      [hq],
    );
    expect(orders(plan)).toEqual([
      ['imap-login@hq', 'smtp-service@hq'],
      ['imap-service@hq', 'smtp-service@hq'],
      ['imap-service@hq', 'smtp-service@hq'],
    ]);
    expect(plan.targets[1]?.leftOut).toEqual([
      'no login: one logs in to the same account in this run, and one login is enough',
    ]);
  });

  it('names the vantage that no site offers', () => {
    expect(planOf([mailTarget()], [hq]).targets[0]?.uncovered).toEqual([
      { vantage: 'agent-side', probe: 'imap-login' },
    ]);
    expect(planOf([inboxTarget()], [branch]).targets[0]?.uncovered).toEqual([
      { vantage: 'exchange-side', probe: 'cuc-notify' },
    ]);
  });

  it('looks from elsewhere where nobody stands at the right side', () =>
    expect(orders(planOf([inboxTarget()], [branch]))).toEqual([['cuc-notify@branch']]));

  it('does not care for agents with the Finesse family', () => {
    const plan = planOf([mailTarget({ desktop: 'finesse' })], [hq, branch]);
    expect(orders(plan)).toEqual([['imap-login@hq', 'smtp-service@hq']]);
    expect(plan.targets[0]?.uncovered).toEqual([]);
  });

  it('says what was left out because one site alone was asked to look, which is not the same as nobody standing there', () => {
    const {
      orders: only,
      uncovered,
      leftOut,
    } = planOf([mailTarget()], [hq, branch], { from: ['hq'] }).targets[0] ?? {};
    expect(only?.map(({ probe, site }) => `${probe}@${site}`)).toEqual(['imap-login@hq', 'smtp-service@hq']);
    expect(uncovered).toEqual([]);
    expect(leftOut).toEqual(['imap-login at the agent-side: this check is from hq only']);
  });

  it('keeps to the conversations and sites that were named', () => {
    expect(orders(planOf([mailTarget()], [hq, branch], { only: ['smtp'] }))).toEqual([['smtp-service@hq']]);
    expect(orders(planOf([mailTarget({ sites: ['branch'] })], [hq, branch]))).toEqual([
      ['imap-login@branch', 'smtp-service@branch'],
    ]);
    expect(orders(planOf([mailTarget()], [hq], { only: ['notify'] }))).toEqual([[]]);
  });
});
