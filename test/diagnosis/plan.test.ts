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

describe('what has a price', () => {
  const offer = (account: 'shared' | 'test') => ({
    account,
    user: 'contoso\\any',
    most: 12,
    intervalMs: 250,
    budgetMs: 27_000,
    limit: null,
    keepFree: 2,
    heldAtWork: 0,
  });
  const priced = [
    ...cards,
    card({ id: 'imap-ladder', impact: 'load', includes: ['imap-login', 'imap-service'], budgetMs: 1_000_000 }),
    card({
      id: 'mail-loop',
      leg: 'smtp',
      from: ['uccx-side'],
      impact: 'mail',
      includes: ['imap-login', 'imap-service', 'smtp-service'],
      budgetMs: 90_000,
      applies: target => target.id === 'looped',
    }),
  ];
  const withTest = {
    ...mailTarget(),
    ladder: { most: 20, keepFree: 2, testMailbox: { user: 'contoso\\probe', password: 'env:P' as never } },
  };

  it('is planned only when it was asked for, and a ladder only as it was agreed to', () => {
    expect(orders(planOf([mailTarget()], [hq], { cards: priced }))).toEqual([['imap-login@hq', 'smtp-service@hq']]);
    expect(orders(planOf([mailTarget()], [hq], { cards: priced, also: ['load'] }))).toEqual([
      ['imap-login@hq', 'smtp-service@hq'],
    ]);
    const mail = { cards: priced, also: ['mail'] };
    const plan = planOf([mailTarget({ id: 'looped' }), mailTarget({ user: 'x\\y' })], [hq], mail);
    expect(orders(plan)).toEqual([['mail-loop@hq'], ['imap-login@hq', 'smtp-service@hq']]);
    expect(plan.targets.flatMap(each => each.orders.map(({ sendsMail }) => sendsMail ?? false))).toEqual([
      true,
      false,
      false,
    ]);
    expect(plan.answerBy).toBe('2026-11-21T08:01:55.000Z');
    expect(Plan.parse(plan)).toEqual(plan);
  });

  it('takes the place of the login wherever that would have been, and is no reason for a remark', () => {
    const pc = { ...branch, vantages: ['agent-side'] as const };
    const beside = { ...hq, vantages: ['exchange-side'] as const };
    const plan = planOf([mailTarget({ id: 'looped' })], [beside, pc] as never, { cards: priced, also: ['mail'] });
    expect(
      orders(plan)
        .flat()
        .filter(order => /login|loop/.test(order)),
    ).toEqual(['mail-loop@hq']);
    expect(plan.targets[0]?.leftOut).toEqual([]);
  });

  it('on the shared account takes the place of the login, from one site, with the budget that was shown', () => {
    const plan = planOf([mailTarget()], [hq, branch], { cards: priced, also: ['load'], ladder: offer('shared') });
    expect(orders(plan)).toEqual([['imap-service@branch', 'smtp-service@hq', 'imap-ladder@hq']]);
    expect(plan.targets[0]?.orders[2]).toMatchObject({
      budgetMs: 27_000,
      ladder: { account: 'shared', most: 12, intervalMs: 250 },
    });
    expect(plan.answerBy).toBe('2026-11-21T08:00:52.000Z');
    expect(Plan.parse(plan)).toEqual(plan);
  });

  it('on a test mailbox stands beside the login', () => {
    const plan = planOf([withTest], [hq], { cards: priced, also: ['load'], ladder: offer('test') });
    expect(orders(plan)).toEqual([['imap-login@hq', 'smtp-service@hq', 'imap-ladder@hq']]);
    expect(plan.targets[0]?.leftOut).toEqual([]);
  });

  it('cannot be ordered closer together than a quarter of a second', () => {
    const plan = planOf([mailTarget()], [hq], {
      cards: priced,
      also: ['load'],
      ladder: { ...offer('shared'), intervalMs: 0 },
    });
    expect(Plan.safeParse(plan).success).toBe(false);
  });
});

it('grants further connections as the card says, and none to who must be sparing', () => {
  const granted = (more: object) =>
    planOf([mailTarget()], [hq], { cards: [{ ...cards[0], furtherConnects: 7 }], ...more }).targets[0]?.orders.map(
      ({ furtherConnects }) => furtherConnects,
    );
  expect(granted({})).toEqual([7]);
  expect(granted({ sparing: true })).toEqual([undefined]);
});
