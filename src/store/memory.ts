import { type Clock, systemClock } from '../core/clock.ts'
import { SafeMcpConfigError } from '../core/config-error.ts'
import type { Store } from './store.ts'

export interface MemoryStoreOptions {
  /** Entries held at once. Default 100,000. */
  readonly maxEntries?: number | undefined
  /**
   * What a new key meets when the store is full. `evict` (default) gives up the entries that were used least recently;
   * `reject` throws, so that the caller fails closed: for nonces, replay marks and approvals, where forgetting opens a door.
   */
  readonly onFull?: 'evict' | 'reject' | undefined
  readonly clock?: Clock | undefined
}

interface Entry {
  value: string
  expiresAt: number
}

/** Thrown by a store that is full and may not forget. */
export class StoreFullError extends Error {
  override readonly name = 'StoreFullError'
  readonly code = 'store_full'
}

/**
 * State of one process, bounded in entries, with lifetimes. Nothing is shared: `n` processes hold `n` separate states.
 *
 * Two generations take turns: an entry that is used moves to the young one; when the young one has grown to half the bound, the old one
 * is dropped. Eviction therefore costs the same under a flood of new keys as in calm, where ordered deletion from a Map does not.
 */
export function memoryStore(options: MemoryStoreOptions = {}): Store & { readonly size: number } {
  const { maxEntries = 100_000, onFull = 'evict', clock = systemClock } = options
  if (!Number.isSafeInteger(maxEntries) || maxEntries < 2) {
    throw new SafeMcpConfigError({ code: 'invalid_option', path: 'memoryStore.maxEntries', message: 'must be an integer of at least 2.' })
  }
  // A store that may not forget has one generation.
  const generation = onFull === 'reject' ? maxEntries : Math.ceil(maxEntries / 2)
  let young = new Map<string, Entry>()
  let old = new Map<string, Entry>()
  let sweptAt = Number.NEGATIVE_INFINITY

  function find(key: string, now: number): Entry | undefined {
    const entry = young.get(key) ?? old.get(key)
    if (entry === undefined) return undefined
    if (entry.expiresAt <= now) {
      young.delete(key)
      old.delete(key)
      return undefined
    }
    if (!young.has(key)) put(key, entry, now)
    return entry
  }

  function put(key: string, entry: Entry, now: number): void {
    if (young.size >= generation && !young.has(key)) makeRoom(now)
    old.delete(key)
    young.set(key, entry)
  }

  function makeRoom(now: number): void {
    if (onFull === 'evict') {
      old = young
      young = new Map()
      return
    }
    // A sweep looks at every entry: at most one a second, whatever is asked of a full store.
    if (now - sweptAt >= 1000 || now < sweptAt) {
      sweptAt = now
      for (const [key, entry] of young) if (entry.expiresAt <= now) young.delete(key)
    }
    if (young.size >= generation) throw new StoreFullError('The store is full.')
  }

  function write(key: string, value: string, ttlMs: number): void {
    const now = clock.now()
    put(key, { value, expiresAt: now + ttlMs }, now)
  }

  return {
    shared: false,
    get size() {
      return young.size + old.size
    },
    get(key) {
      return find(key, clock.now())?.value
    },
    set: write,
    increment(key, by, ttlMs) {
      const now = clock.now()
      const entry = find(key, now)
      if (entry === undefined) {
        write(key, String(by), ttlMs)
        return by
      }
      const sum = Number(entry.value) + by
      entry.value = String(sum)
      return sum
    },
    compareAndSet(key, expected, value, ttlMs) {
      if (find(key, clock.now())?.value !== expected) return false
      write(key, value, ttlMs)
      return true
    },
    delete(key) {
      young.delete(key)
      old.delete(key)
    },
  }
}
