import type { MaybePromise } from '../lib/maybe-promise.ts'

/**
 * Keyed state with a lifetime. Values are strings; every call names a TTL in milliseconds.
 *
 * A store that cannot answer rejects; callers decide whether that opens or closes (docs/storage.md).
 */
export interface Store {
  /** True when several processes see the same state. */
  readonly shared: boolean
  get(key: string): MaybePromise<string | undefined>
  set(key: string, value: string, ttlMs: number): MaybePromise<void>
  /** Adds `by` and gives the new sum. The first increment starts the lifetime; later ones do not extend it. Atomic. */
  increment(key: string, by: number, ttlMs: number): MaybePromise<number>
  /** Sets only when the present value is `expected` (`undefined`: absent). True when it did. Atomic. */
  compareAndSet(key: string, expected: string | undefined, value: string, ttlMs: number): MaybePromise<boolean>
  delete(key: string): MaybePromise<void>
}
