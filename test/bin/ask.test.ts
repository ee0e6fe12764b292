import { describe, expect, it } from 'vitest';
import { exitOf } from '../../src/bin/ask.js';
import type { LadderOffer } from '../../src/domain/ladder.js';
import type { State } from '../../src/domain/report.js';
import { consentView } from '../../src/view/consent.js';
import { readView } from '../../src/view/read.js';
import { healthyReport } from '../intake/rig.js';

describe('what ask and demo --once end with', () => {
  const files = (...states: State[]) =>
    readView({
      files: [],
      judged: states.map(state => ({ report: healthyReport('prod'), asked: [], foreign: [], state })),
      meant: { is: 'named' },
      at: '2026-11-21T09:00:00.000Z',
      checkWith: target => `/uccx check ${target}`,
      nameWith: '/uccx read <target>',
    });

  it('files end as with read: 0 where they show nothing wrong, 2 where nothing was judged', () => {
    expect([files('healthy'), files('problem', 'healthy'), files('unknown'), files()].map(exitOf)).toEqual([
      0, 1, 2, 2,
    ]);
  });

  it('a deep check that waits for its asker has found no problem', () => {
    const offer: LadderOffer = {
      account: 'shared',
      user: 'CONTOSO\\uccx',
      most: 20,
      intervalMs: 250,
      budgetMs: 35_000,
      limit: null,
      keepFree: 2,
      heldAtWork: 54,
    };
    expect(exitOf(consentView('prod', offer, 'run-1'))).toBe(2);
  });
});
