import { describe, expect, it } from 'vitest';
import { jobFacts, logDone, loggedIntake } from '../../src/bin/run-log.js';
import type { Question } from '../../src/intake/ports.js';

const logTo = (lines: unknown[]) => {
  const note = (facts: object, says: string) => void lines.push({ ...facts, says });
  return { info: note, warn: note, error: note };
};

describe('a run can be followed by its id', () => {
  it('from the question, whose words are not logged', async () => {
    const lines: unknown[] = [];
    const asked: string[] = [];
    const intake = loggedIntake(
      {
        ask: async ({ run }) => {
          asked.push(run);
          return 'done';
        },
      },
      logTo(lines),
    );
    const by = { platform: 'slack', user: 'U1', groups: [], channel: 'C1' };
    await intake.ask({
      run: 'sla-1',
      by,
      text: 'check prod',
      to: { platform: 'slack', handle: {} },
    } as unknown as Question);
    expect(asked).toEqual(['sla-1']);
    expect(lines).toEqual([{ run: 'sla-1', platform: 'slack', says: 'a question came in' }]);
  });

  it.each([
    ['a probe', 'sla-1.prod.imap-login.hq', 'sla-1'],
    ['a reply', 'sla-1', 'sla-1'],
  ])('through %s', (_, id, run) => {
    const lines: unknown[] = [];
    logDone(logTo(lines))({ queue: 'probe-hq', id, tookMs: 12 });
    expect(lines).toEqual([{ run, job: id, queue: 'probe-hq', tookMs: 12, says: 'a job is done' }]);
  });

  it('and where a job has no id, nothing is made up', () => {
    expect(jobFacts({ queue: 'reply', id: undefined })).toEqual({ queue: 'reply' });
  });
});
