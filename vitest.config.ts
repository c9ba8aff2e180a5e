import { defineConfig } from 'vitest/config'

export default defineConfig({
  // Tests import `safe-mcp/...` by its public names; this condition makes those names mean the sources.
  resolve: { conditions: ['safe-mcp-source'] },
  ssr: { resolve: { conditions: ['safe-mcp-source'] } },
  test: {
    include: ['test/**/*.test.ts'],
    exclude: ['test/runtime/**', 'node_modules/**', 'dist/**'],
    testTimeout: 20_000,
    hookTimeout: 30_000,
    pool: 'threads',
    // Many tests wait for streams and time limits: more workers than cores, so that the waiting overlaps.
    maxWorkers: 4,
    reporters: ['default'],
  },
})
