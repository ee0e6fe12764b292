import { defineConfig } from 'vitest/config';
import { BaseSequencer, type TestSpecification } from 'vitest/node';

/** The tests that wait for whole processes go first, so that none of them is left over at the end, when the others are done. */
class SlowestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const isWhole = ({ moduleId }: TestSpecification) => moduleId.includes('/test/scenarios/');
    return [...files].sort((a, b) => Number(isWhole(b)) - Number(isWhole(a)) || (a.moduleId < b.moduleId ? -1 : 1));
  }
}

/** What is judged and written from data alone: these share one set of modules, since loading it costs more than the tests do. */
const PURE = ['config', 'diagnosis', 'domain', 'ems', 'fix', 'intake', 'remedies', 'rules', 'view'].map(
  room => `test/${room}/**/*.test.ts`,
);

export default defineConfig({
  test: {
    testTimeout: 30_000,
    hookTimeout: 120_000,
    reporters: ['default'],
    // Most tests wait for sockets and processes, not for the processor.
    maxWorkers: 4,
    sequence: { sequencer: SlowestFirst },
    projects: [
      { extends: true, test: { name: 'wholes', include: ['test/**/*.test.ts'], exclude: PURE } },
      { extends: true, test: { name: 'pure', include: PURE, isolate: false } },
    ],
  },
});
