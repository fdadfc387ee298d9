import { availableParallelism } from 'node:os'
import { defineConfig } from 'vitest/config'

// How long a test may take says when one hangs, not how fast the machine is.
const withRedis = { globalSetup: ['test/support/redis-for-all.ts'] }

export default defineConfig({
  test: {
    projects: [
      {
        test: {
          name: 'unit',
          include: ['test/unit/**/*.test.ts', 'test/architecture.test.ts'],
          testTimeout: 60_000,
        },
      },
      {
        test: {
          ...withRedis,
          name: 'integration',
          include: ['test/integration/**/*.test.ts'],
          maxWorkers: Math.min(4, availableParallelism() + 1),
          testTimeout: 90_000,
          hookTimeout: 90_000,
        },
      },
      {
        // They mostly wait: for time-outs, for what was killed to come back.
        test: {
          ...withRedis,
          name: 'faults',
          include: ['test/faults/**/*.test.ts'],
          maxWorkers: 3,
          testTimeout: 240_000,
          hookTimeout: 120_000,
        },
      },
      {
        test: {
          ...withRedis,
          name: 'browser',
          include: ['test/browser/**/*.test.ts'],
          maxWorkers: 2,
          testTimeout: 120_000,
          hookTimeout: 120_000,
        },
      },
    ],
  },
})
