import type { Clock } from '../../../src/core/clock.ts'
import { systemClock } from '../../../src/core/clock.ts'
import { SafeMcpConfigError } from '../../../src/core/config-error.ts'
import type { Store } from '../../../src/store/store.ts'

/** The part of a Workers KV binding that is used. */
export interface KvNamespaceLike {
  get(key: string): Promise<string | null>
  put(key: string, value: string, options: { expirationTtl: number }): Promise<void>
  delete(key: string): Promise<void>
}

export interface KvStoreOptions {
  /** Put before every key. Default `safe-mcp:`. */
  readonly prefix?: string | undefined
  readonly clock?: Clock | undefined
}

/** KV takes no shorter lifetime; ours stands in the value. */
const shortestTtlSeconds = 60
/** KV's own bound on keys. */
const maxKeyBytes = 512

/**
 * State in Workers KV: for lookups of your own that are written rarely and may be seen late, such as API keys by their hash
 * (`apiKey({ find })`), which are revoked by deleting them. A write reaches other places after up to a minute.
 *
 * KV cannot count or compare, so `increment` and `compareAndSet` reject: limits fall back to their local share; sessions, replay protection,
 * approvals, pins of first use and the registry refuse. Use `durableObjectStore` for those.
 */
export function kvStore(namespace: KvNamespaceLike, options: KvStoreOptions = {}): Store {
  const { prefix = 'safe-mcp:', clock = systemClock } = options
  if (typeof namespace?.get !== 'function' || typeof namespace.put !== 'function') {
    throw new SafeMcpConfigError({ code: 'invalid_option', path: 'kvStore.namespace', message: 'is not a KV binding.' })
  }
  const cannot = (what: string) => Promise.reject(new Error(`Workers KV cannot ${what}; use durableObjectStore.`))
  const keyOf = (key: string) => {
    const full = prefix + key
    if (new TextEncoder().encode(full).length > maxKeyBytes) throw new Error('The key is too long for Workers KV.')
    return full
  }
  return {
    shared: true,
    async get(key) {
      const held = await namespace.get(keyOf(key))
      if (held === null) return undefined
      const end = held.indexOf(':')
      return Number(held.slice(0, end)) > clock.now() ? held.slice(end + 1) : undefined
    },
    async set(key, value, ttlMs) {
      const expirationTtl = Math.max(shortestTtlSeconds, Math.ceil(ttlMs / 1000))
      await namespace.put(keyOf(key), `${clock.now() + ttlMs}:${value}`, { expirationTtl })
    },
    increment: () => cannot('count'),
    compareAndSet: () => cannot('compare'),
    async delete(key) {
      await namespace.delete(keyOf(key))
    },
  }
}
