import { describe, test } from 'vitest'
import { memoryStore } from '../../../src/store/index.ts'
import { storeConformance } from '../../../src/testing/index.ts'
import { ManualClock } from '../support/context.ts'

describe.each(['evict', 'reject'] as const)('the memory store that may %s', (onFull) => {
  const clock = new ManualClock()
  const store = memoryStore({ clock, onFull })
  for (const { name, run } of storeConformance({ store: () => store, wait: (ms) => clock.advance(ms) })) test(name, run)
})
