import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/**
 * First those that get a worker of their own: one of them in the middle ends a worker that the others share, with all that it has
 * loaded. Then what waits for whole processes, so that none of it is left over when the rest is done.
 */
const FIRST = [
  '-browser.',
  '/test/lab/lab.test.ts',
  '/test/scenarios/slack-restart.',
  '/test/scenarios/',
  '/test/jobs/',
  '/real-',
  '/test/corpus/',
  '/test/contract/',
  '/test/store/',
];
const rankOf = ({ moduleId }: TestSpecification): number => {
  const rank = FIRST.findIndex(part => moduleId.includes(part));
  return rank < 0 ? FIRST.length : rank;
};
class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].sort((a, b) => rankOf(a) - rankOf(b) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/** These count what lies open in their own process, or drive a browser from it. */
const ALONE = ['test/**/*-browser.test.ts', 'test/lab/lab.test.ts'];

export default defineConfig({
  test: {
    // What is waited for ends a wait; the rest is patience with a busy machine.
    testTimeout: 180_000,
    hookTimeout: 300_000,
    expect: { poll: { timeout: 120_000, interval: 20 } },
    reporters: ['default'],
    // Most tests wait for sockets and processes, not for the processor; but each worker loads all modules once.
    maxWorkers: 5,
    sequence: { sequencer: SlowestFirst },
    projects: [
      // Loading the modules costs more than most files do: the files of one worker share them, and leave nothing behind.
      { extends: true, test: { name: 'shared', include: ['test/**/*.test.ts'], exclude: ALONE, isolate: false } },
      { extends: true, test: { name: 'alone', include: ALONE } },
    ],
  },
});
