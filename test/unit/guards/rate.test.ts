import { describe, expect, test } from 'vitest'
import { HeaderView } from '../../../src/core/http.ts'
import type { Verdict } from '../../../src/core/verdict.ts'
import { rateGuard } from '../../../src/guards/rate.ts'
import { memoryStore } from '../../../src/store/memory.ts'
import type { Store } from '../../../src/store/store.ts'
import { ManualClock, principal, testContext, toolCall } from '../support/context.ts'

const denialOf = (verdict: unknown) => (verdict as (Verdict & { action: 'deny' }) | undefined)?.denial

test('the request after the limit is refused with Retry-After, and the next window is free again', async () => {
  const clock = new ManualClock()
  const guard = rateGuard({ limit: 3, windowMs: 10_000 })
  for (let i = 0; i < 3; i++) {
    const ctx = testContext({ clock })
    expect(await guard.onRequest?.(ctx)).toBeUndefined()
    expect(ctx.responseHeaders.get('ratelimit')).toBe(`"default";r=${2 - i};t=10`)
    expect(ctx.responseHeaders.get('ratelimit-policy')).toBe('"default";q=3;w=10')
  }
  clock.advance(4000)
  const denial = denialOf(await guard.onRequest?.(testContext({ clock })))
  expect(denial?.code).toBe('rate_limited')
  expect(denial?.headers).toEqual({ 'ratelimit-policy': '"default";q=3;w=10', ratelimit: '"default";r=0;t=6', 'retry-after': '6' })
  clock.advance(6000)
  expect(await guard.onRequest?.(testContext({ clock }))).toBeUndefined()
})

test('callers are counted apart: by principal, by address without one, IPv6 by prefix', async () => {
  const clock = new ManualClock()
  const guard = rateGuard({ limit: 1 })
  const ask = async (more: Parameters<typeof testContext>[0]) => denialOf(await guard.onRequest?.(testContext({ clock, ...more })))?.code
  expect(await ask({ principal: principal('a') })).toBeUndefined()
  expect(await ask({ principal: principal('b') })).toBeUndefined()
  expect(await ask({ principal: principal('a'), request: { remoteAddress: '203.0.113.9' } })).toBe('rate_limited')
  expect(await ask({ request: { remoteAddress: '203.0.113.9' } })).toBeUndefined()
  expect(await ask({ request: { remoteAddress: '::ffff:203.0.113.9' } })).toBe('rate_limited')
  expect(await ask({ request: { remoteAddress: '2001:db8::1' } })).toBeUndefined()
  expect(await ask({ request: { remoteAddress: '2001:db8::2' } })).toBe('rate_limited')
})

test('a forged X-Forwarded-For changes nothing, and behind a known proxy only its own entry counts', async () => {
  const clock = new ManualClock()
  const ctx = (forwarded: string) => testContext({ clock, request: { headers: new HeaderView([['X-Forwarded-For', forwarded]]) } })
  const direct = rateGuard({ limit: 1, by: 'ip' })
  expect(await direct.onRequest?.(ctx('1.1.1.1'))).toBeUndefined()
  expect(denialOf(await direct.onRequest?.(ctx('2.2.2.2')))?.code).toBe('rate_limited')
  const proxied = rateGuard({ limit: 1, by: 'ip', trustedProxies: 1 })
  expect(await proxied.onRequest?.(ctx('9.9.9.9, 1.1.1.1'))).toBeUndefined()
  expect(denialOf(await proxied.onRequest?.(ctx('8.8.8.8, 1.1.1.1')))?.code).toBe('rate_limited')
  expect(await proxied.onRequest?.(ctx('9.9.9.9, 2.2.2.2'))).toBeUndefined()
})

test('by tool, each tool has its own count and other messages have none', async () => {
  const clock = new ManualClock()
  const guard = rateGuard({ limit: 1, by: ['principal', 'tool'] })
  const ctx = testContext({ clock, principal: principal('a') })
  expect(guard.onRequest?.(ctx)).toBeUndefined()
  expect(await guard.onMessage?.(toolCall('search'), ctx)).toBeUndefined()
  expect(await guard.onMessage?.(toolCall('fetch'), ctx)).toBeUndefined()
  expect(denialOf(await guard.onMessage?.(toolCall('search'), ctx))?.code).toBe('rate_limited')
  const list = { ...toolCall('x'), method: 'tools/list', tool: undefined }
  for (let i = 0; i < 5; i++) expect(await guard.onMessage?.(list, ctx)).toBeUndefined()
})

test('a batch counts each of its messages', async () => {
  const clock = new ManualClock()
  const guard = rateGuard({ limit: 3 })
  const ctx = testContext({ clock })
  expect(await guard.onRequest?.(ctx)).toBeUndefined()
  const verdicts = []
  for (let i = 0; i < 4; i++) verdicts.push(denialOf(await guard.onMessage?.(toolCall('t', {}, i), ctx))?.code)
  expect(verdicts).toEqual([undefined, undefined, undefined, 'rate_limited'])
})

test('server/discover is not refused before its message is known', async () => {
  const clock = new ManualClock()
  const guard = rateGuard({ limit: 1 })
  await guard.onRequest?.(testContext({ clock }))
  const ctx = testContext({ clock, request: { headers: new HeaderView([['Mcp-Method', 'server/discover']]) } })
  expect(await guard.onRequest?.(ctx)).toBeUndefined()
  const discover = { ...toolCall('x'), method: 'server/discover', tool: undefined }
  expect(denialOf(await guard.onMessage?.(discover, ctx))?.code).toBe('rate_limited')
  // On a GET there would be no message to refuse, so the header excuses nothing.
  const get = testContext({ clock, request: { method: 'GET', headers: new HeaderView([['Mcp-Method', 'server/discover']]) } })
  expect(denialOf(await guard.onRequest?.(get))?.code).toBe('rate_limited')
})

describe('while the store is down', () => {
  const broken = (): Store & { calls: number } => ({
    ...memoryStore(),
    shared: true,
    calls: 0,
    increment() {
      this.calls++
      return Promise.reject(new Error('down'))
    },
  })

  test('this process grants its share of the limit and leaves the store alone for a while', async () => {
    const clock = new ManualClock()
    const store = broken()
    const guard = rateGuard({ limit: 4, localShare: 0.5, store })
    const codes = []
    for (let i = 0; i < 3; i++) codes.push(denialOf(await guard.onRequest?.(testContext({ clock })))?.code)
    expect(codes).toEqual([undefined, undefined, 'rate_limited'])
    expect(store.calls).toBe(1)
    clock.advance(1001)
    await guard.onRequest?.(testContext({ clock }))
    expect(store.calls).toBe(2)
  })

  test('onOutage chooses to let pass or to refuse with store_unavailable', async () => {
    const open = rateGuard({ limit: 1, store: broken(), onOutage: 'allow' })
    for (let i = 0; i < 3; i++) expect(await open.onRequest?.(testContext())).toBeUndefined()
    const closed = rateGuard({ limit: 1, store: broken(), onOutage: 'deny' })
    expect(denialOf(await closed.onRequest?.(testContext()))?.code).toBe('store_unavailable')
  })

  test('a store that hangs costs the timeout once', async () => {
    const hanging: Store = { ...memoryStore(), shared: true, increment: () => new Promise(() => {}) }
    const guard = rateGuard({ limit: 10, store: hanging, timeoutMs: 30 })
    const clock = new ManualClock()
    const start = performance.now()
    for (let i = 0; i < 5; i++) await guard.onRequest?.(testContext({ clock }))
    expect(performance.now() - start).toBeLessThan(500)
  })
})

test('two processes on one store share one limit and agree on when it ends', async () => {
  const clock = new ManualClock()
  const inner = memoryStore({ clock })
  const shared: Store = {
    shared: true,
    get: async (key) => inner.get(key),
    set: async (key, value, ttl) => inner.set(key, value, ttl),
    increment: async (key, by, ttl) => inner.increment(key, by, ttl),
    compareAndSet: async (key, expected, value, ttl) => inner.compareAndSet(key, expected, value, ttl),
    delete: async (key) => inner.delete(key),
  }
  const [a, b] = [rateGuard({ limit: 2, store: shared }), rateGuard({ limit: 2, store: shared })]
  expect(await a.onRequest?.(testContext({ clock }))).toBeUndefined()
  clock.advance(20_000)
  const second = testContext({ clock })
  expect(await b.onRequest?.(second)).toBeUndefined()
  expect(second.responseHeaders.get('ratelimit')).toBe('"default";r=0;t=40')
  expect(denialOf(await a.onRequest?.(testContext({ clock })))?.headers?.['retry-after']).toBe('40')
})

test.each([{ limit: 0 }, { limit: -1 }, { limit: 1.5 }, { limit: Number.NaN }, { limit: 1, windowMs: 0 }, { limit: 1, by: [] }])(
  'options %j are refused',
  (options) => {
    expect(() => rateGuard(options)).toThrow(expect.objectContaining({ name: 'SafeMcpConfigError' }))
  },
)
