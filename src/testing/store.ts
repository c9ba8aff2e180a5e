import type { MaybePromise } from '../lib/maybe-promise.ts'
import type { Store } from '../store/store.ts'
import { assert, assertEqual, type ConformanceCase, conformanceCase, sleep } from './conformance.ts'

export interface StoreConformanceOptions {
  /** A store for one case. Cases use keys of their own, so the same one may be given every time. */
  readonly store: () => MaybePromise<Store>
  /** Lets time pass. Default: waits. Give your clock's `advance` to be quick. */
  readonly wait?: ((ms: number) => MaybePromise<void>) | undefined
  /** The shortest lifetime the store keeps to, in milliseconds. Default 400. */
  readonly shortestTtlMs?: number | undefined
  /** Set to false for stores that cannot count or compare atomically; those cases are left out. Default true. */
  readonly atomic?: boolean | undefined
}

/**
 * What every `Store` must do.
 *
 * ```ts
 * for (const { name, run } of storeConformance({ store: () => myStore() })) test(name, run)
 * ```
 */
export function storeConformance(options: StoreConformanceOptions): ConformanceCase[] {
  const { wait = sleep, shortestTtlMs: ttl = 400, atomic = true } = options
  const long = Math.max(60_000, ttl * 10)
  const mark = `conformance:${crypto.randomUUID()}:`
  let keys = 0
  const nextKey = () => `${mark}${++keys}`
  const check = (name: string, body: (store: Store, key: string) => Promise<void>) =>
    conformanceCase(name, async () => body(await options.store(), nextKey()))

  const basic = [
    check('a key that was never set is undefined', async (store, key) => {
      assertEqual(await store.get(key), undefined, 'get')
    }),
    check('a value comes back as it was set, whatever is in it', async (store, key) => {
      for (const value of ['v', '', '0', 'caf\u00e9 \u{1f600}', '{"a":[1]}', 'line\nfeed\u0000', 'x'.repeat(10_000)]) {
        await store.set(key, value, long)
        assertEqual(await store.get(key), value, 'get')
      }
    }),
    check('a key may hold anything', async (store, key) => {
      for (const odd of ['__proto__', 'constructor', 'a b', 'caf\u00e9', 'a/b:c*?[d]', 'n\nl']) {
        await store.set(`${key}${odd}`, odd, long)
        assertEqual(await store.get(`${key}${odd}`), odd, 'get')
      }
    }),
    check('a deleted key is undefined, and deleting it again is no fault', async (store, key) => {
      await store.set(key, 'v', long)
      await store.delete(key)
      assertEqual(await store.get(key), undefined, 'get')
      await store.delete(key)
    }),
    check('a value is gone after its lifetime', async (store, key) => {
      await store.set(key, 'v', ttl)
      await wait(ttl + ttl / 2)
      assertEqual(await store.get(key), undefined, 'get')
    }),
    check('setting again begins a new lifetime', async (store, key) => {
      await store.set(key, 'a', ttl)
      await store.set(key, 'b', long)
      await wait(ttl + ttl / 2)
      assertEqual(await store.get(key), 'b', 'get')
    }),
    check('shared says whether other processes see the same', async (store) => {
      assert(typeof store.shared === 'boolean', 'shared must be a boolean')
    }),
  ]
  if (!atomic) return basic
  return [
    ...basic,
    check('increment begins at zero and gives the new sum', async (store, key) => {
      assertEqual(await store.increment(key, 1, long), 1, 'first')
      assertEqual(await store.increment(key, 5, long), 6, 'second')
      assertEqual(await store.increment(key, -2, long), 4, 'negative')
      assertEqual(await store.increment(key, 0, long), 4, 'zero')
      assertEqual(await store.get(key), '4', 'get')
    }),
    check('the first increment starts the lifetime and later ones do not extend it', async (store, key) => {
      await store.increment(key, 1, ttl)
      await wait(ttl / 2)
      assertEqual(await store.increment(key, 1, ttl), 2, 'within the lifetime')
      await wait(ttl * 0.6)
      assertEqual(await store.increment(key, 1, ttl), 1, 'after it')
    }),
    check('concurrent increments are all counted, each seen once', async (store, key) => {
      const sums = await Promise.all(Array.from({ length: 100 }, () => store.increment(key, 1, long)))
      assertEqual(
        sums.toSorted((a, b) => a - b),
        Array.from({ length: 100 }, (_, i) => i + 1),
        'sums',
      )
    }),
    check('compareAndSet sets only what it expected', async (store, key) => {
      assertEqual(await store.compareAndSet(key, 'a', 'b', long), false, 'absent, expected a')
      assertEqual(await store.compareAndSet(key, undefined, 'a', long), true, 'absent, expected absent')
      assertEqual(await store.compareAndSet(key, undefined, 'b', long), false, 'present, expected absent')
      assertEqual(await store.compareAndSet(key, '', 'b', long), false, 'present, expected empty')
      assertEqual(await store.compareAndSet(key, 'a', 'b', long), true, 'present, expected it')
      assertEqual(await store.get(key), 'b', 'get')
    }),
    check('an empty value is not an absent one', async (store, key) => {
      await store.set(key, '', long)
      assertEqual(await store.compareAndSet(key, undefined, 'b', long), false, 'expected absent')
      assertEqual(await store.compareAndSet(key, '', 'b', long), true, 'expected empty')
    }),
    check('of many that expect the key to be absent exactly one succeeds', async (store, key) => {
      const wins = await Promise.all(Array.from({ length: 50 }, (_, i) => store.compareAndSet(key, undefined, String(i), long)))
      assertEqual(wins.filter(Boolean).length, 1, 'winners')
    }),
    check('a value set by compareAndSet has a lifetime, after which the key is absent', async (store, key) => {
      await store.compareAndSet(key, undefined, 'a', ttl)
      await wait(ttl + ttl / 2)
      assertEqual(await store.compareAndSet(key, undefined, 'b', long), true, 'after the lifetime')
    }),
  ]
}
