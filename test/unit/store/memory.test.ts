import { describe, expect, test } from 'vitest'
import { memoryStore } from '../../../src/store/index.ts'
import { ManualClock } from '../support/context.ts'

test('an increment starts the lifetime and later ones do not extend it', () => {
  const clock = new ManualClock()
  const store = memoryStore({ clock })
  expect(store.increment('k', 1, 100)).toBe(1)
  clock.advance(99)
  expect(store.increment('k', 2, 100)).toBe(3)
  clock.advance(1)
  expect(store.get('k')).toBeUndefined()
  expect(store.increment('k', 1, 100)).toBe(1)
})

test('compareAndSet sets only what it expected', () => {
  const store = memoryStore()
  expect(store.compareAndSet('k', 'a', 'b', 1000)).toBe(false)
  expect(store.compareAndSet('k', undefined, 'a', 1000)).toBe(true)
  expect(store.compareAndSet('k', undefined, 'b', 1000)).toBe(false)
  expect(store.compareAndSet('k', 'a', 'b', 1000)).toBe(true)
  expect(store.get('k')).toBe('b')
})

test('keys of the prototype are ordinary keys', () => {
  const store = memoryStore()
  for (const key of ['__proto__', 'constructor', 'toString', '']) {
    expect(store.get(key)).toBeUndefined()
    store.set(key, 'v', 1000)
    expect(store.get(key)).toBe('v')
    store.delete(key)
    expect(store.get(key)).toBeUndefined()
  }
})

describe('when it is full', () => {
  test('it stays within its bound whatever the number of keys, and keeps what is used', () => {
    const store = memoryStore({ maxEntries: 100 })
    store.set('hot', 'v', 60_000)
    for (let i = 0; i < 10_000; i++) {
      store.increment(`k${i}`, 1, 60_000)
      if (i % 10 === 0) expect(store.get('hot')).toBe('v')
      expect(store.size).toBeLessThanOrEqual(100)
    }
  })

  test('a store that may not forget throws, keeps everything it has, and takes new keys once old ones ran out', () => {
    const clock = new ManualClock()
    const store = memoryStore({ maxEntries: 10, onFull: 'reject', clock })
    for (let i = 0; i < 10; i++) store.set(`k${i}`, 'v', 5000)
    expect(() => store.set('one more', 'v', 5000)).toThrow(expect.objectContaining({ code: 'store_full' }))
    expect(() => store.compareAndSet('nonce', undefined, '1', 5000)).toThrow()
    for (let i = 0; i < 10; i++) expect(store.get(`k${i}`)).toBe('v')
    store.set('k3', 'w', 5000)
    clock.advance(5001)
    store.set('one more', 'v', 5000)
    expect(store.get('one more')).toBe('v')
  })
})

test('a bound that is no bound is refused', () => {
  for (const maxEntries of [0, 1, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY])
    expect(() => memoryStore({ maxEntries })).toThrow(/maxEntries/)
})
