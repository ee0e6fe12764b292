import { describe, expect, it } from 'vitest';
import { conversationLimits } from '../../../src/lab/teams/limits.js';

describe('the limits of one conversation', () => {
  it.each([
    { passes: 7, kind: 'writes', everyMs: 0, waitSec: 1 },
    { passes: 8, kind: 'writes', everyMs: 240, waitSec: 1 },
    { passes: 60, kind: 'writes', everyMs: 400, waitSec: 6 },
    { passes: 1_800, kind: 'writes', everyMs: 1_900, waitSec: 180 },
    { passes: 14, kind: 'reads', everyMs: 0, waitSec: 1 },
    { passes: 120, kind: 'reads', everyMs: 200, waitSec: 6 },
  ] as const)('let $passes $kind pass, one each $everyMs ms', ({ passes, kind, everyMs, waitSec }) => {
    let time = 1_000_000_000_000;
    const limits = conversationLimits(() => time);
    for (let count = 0; count < passes; count += 1) {
      expect(limits.take('a', kind)).toBeNull();
      time += everyMs;
    }
    expect(limits.take('a', kind)).toBe(waitSec);
    expect(limits.take('b', kind)).toBeNull();
    expect(limits.take('a', kind === 'reads' ? 'writes' : 'reads')).toBeNull();
    time += waitSec * 1_000;
    expect(limits.take('a', kind)).toBeNull();
  });
});
