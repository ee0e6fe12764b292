import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 30_000,
    hookTimeout: 120_000,
    reporters: ['default'],
    // Most tests wait for sockets and processes, not for the processor.
    maxWorkers: 3,
  },
});
