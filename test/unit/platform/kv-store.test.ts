import { describe, expect, test } from 'vitest'
import { type KvNamespaceLike, kvStore } from '../../../adapters/platform/workers.ts'
import { storeConformance } from '../../../src/testing/index.ts'
import { ManualClock } from '../support/context.ts'

/** The binding's contract: no lifetime below a minute, no key above 512 bytes. */
function namespace(clock: ManualClock): KvNamespaceLike & { readonly ttls: number[] } {
  const held = new Map<string, { value: string; until: number }>()
  const ttls: number[] = []
  const check = (key: string) => {
    if (new TextEncoder().encode(key).length > 512) throw new Error('414 UTF-8 encoded length of key exceeds key length limit of 512.')
  }
  return {
    ttls,
    async get(key) {
      check(key)
      const entry = held.get(key)
      return entry === undefined || entry.until <= clock.now() ? null : entry.value
    },
    async put(key, value, { expirationTtl }) {
      check(key)
      if (!Number.isInteger(expirationTtl) || expirationTtl < 60) throw new Error('400 Invalid expiration_ttl.')
      ttls.push(expirationTtl)
      held.set(key, { value, until: clock.now() + expirationTtl * 1000 })
    },
    async delete(key) {
      held.delete(key)
    },
  }
}

describe('the KV store', () => {
  const clock = new ManualClock()
  const store = kvStore(namespace(clock), { clock })
  for (const { name, run } of storeConformance({ store: () => store, wait: (ms) => clock.advance(ms), atomic: false })) test(name, run)

  test('what KV cannot do rejects instead of pretending', async () => {
    await expect(store.increment('k', 1, 1000)).rejects.toThrow('cannot count')
    await expect(store.compareAndSet('k', undefined, 'v', 1000)).rejects.toThrow('cannot compare')
  })

  test('a key that is too long rejects instead of being cut', async () => {
    await expect(store.set('x'.repeat(600), 'v', 1000)).rejects.toThrow('too long')
  })
})
