import { expect, it } from 'vitest';
import { makePlan } from '../../src/diagnosis/plan.js';
import type { Leg } from '../../src/domain/evidence/evidence.js';
import { RunId, SiteId } from '../../src/domain/ids.js';
import { Site } from '../../src/domain/target.js';
import { probes } from '../../src/probes/index.js';
import { mailTarget } from '../probes/looking.js';

const sites = [Site.parse({ id: 'hq', vantages: ['uccx-side', 'agent-side'] })];
const planned = (login: boolean | undefined, only: Leg[] = []) => {
  const target = mailTarget({ smtp: { port: 587, ...(login === undefined ? {} : { login }) } });
  const plan = makePlan({
    run: RunId.parse('run-of-a-test'),
    at: '2026-11-21T08:00:00.000Z',
    targets: [target],
    sites,
    from: [SiteId.parse('hq')],
    cards: probes,
    only,
    loginAnyway: false,
    deadlineMs: 25_000,
  });
  const [of] = plan.targets;
  return { probes: of?.orders.map(({ probe }) => probe), leftOut: of?.leftOut };
};

it.each([
  { login: undefined, only: [], probes: ['imap-login', 'smtp-service'], leftOut: [] },
  { login: false, only: ['smtp' as const], probes: ['smtp-service'], leftOut: [] },
  { login: true, only: ['smtp' as const], probes: ['smtp-login'], leftOut: [] },
  { login: true, only: ['imap' as const], probes: ['imap-login'], leftOut: [] },
  {
    login: true,
    only: [],
    probes: ['imap-login', 'smtp-service'],
    leftOut: ['smtp-login: the account logs in once in this run already; --only smtp logs in here instead'],
  },
])('one login at most in a run: smtp.login $login, only $only', ({ login, only, ...expected }) => {
  expect(planned(login, only)).toEqual(expected);
});
