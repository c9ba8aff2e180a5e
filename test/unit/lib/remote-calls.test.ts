import { describe, expect, it } from 'vitest'
import { BoundedMap } from '../../../src/lib/bounded-map.ts'
import { CircuitBreaker } from '../../../src/lib/circuit-breaker.ts'
import { DeadlineError, withDeadline } from '../../../src/lib/deadline.ts'
import { type Fetch, fetchJson, isTrustworthyUrl } from '../../../src/lib/fetch-json.ts'
import { SingleFlight } from '../../../src/lib/single-flight.ts'
import { timingSafeEqual } from '../../../src/lib/timing-safe-equal.ts'

describe('BoundedMap', () => {
  it('never holds more than its bounds and keeps what is used', () => {
    const map = new BoundedMap<number>({ maxEntries: 10, maxChars: 10_000 })
    for (let i = 0; i < 1000; i++) {
      map.set(`key-${i}`, i)
      expect(map.get('key-0')).toBe(0)
      expect(map.size).toBeLessThanOrEqual(10)
    }
  })

  it('counts characters, so that long keys cannot make it large', () => {
    const map = new BoundedMap<number>({ maxEntries: 1000, maxChars: 1000 })
    for (let i = 0; i < 100; i++) map.set(`${i}`.padEnd(100, 'x'), i)
    expect(map.size).toBeLessThanOrEqual(10)
    map.set('y'.repeat(5000), 1)
    expect(map.get('y'.repeat(5000))).toBeUndefined()
  })

  it('forgets what it is told to', () => {
    const map = new BoundedMap<number>({ maxEntries: 4, maxChars: 100 })
    for (const key of ['a', 'b', 'c']) map.set(key, 1)
    map.delete('a')
    map.delete('c')
    expect([map.get('a'), map.get('b'), map.get('c')]).toEqual([undefined, 1, undefined])
    map.clear()
    expect(map.size).toBe(0)
  })
})

describe('SingleFlight', () => {
  it('does overlapping work once per key, and again afterwards', async () => {
    const flight = new SingleFlight<number>()
    let runs = 0
    const work = async () => ++runs
    expect(await Promise.all([flight.run('a', work), flight.run('a', work), flight.run('b', work)])).toEqual([1, 1, 2])
    expect(await flight.run('a', work)).toBe(3)
  })

  it('shares a failure and then tries again', async () => {
    const flight = new SingleFlight<number>()
    const fail = () => Promise.reject(new Error('no'))
    const results = await Promise.allSettled([flight.run('a', fail), flight.run('a', fail)])
    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected'])
    expect(await flight.run('a', async () => 1)).toBe(1)
  })
})

describe('CircuitBreaker', () => {
  it('opens after failures in a row, lets one try after a while, and closes on success', () => {
    const breaker = new CircuitBreaker({ failures: 3, openMs: 1000 })
    for (let i = 0; i < 2; i++) breaker.failed(0)
    expect(breaker.waitMs(0)).toBe(0)
    breaker.failed(0)
    expect(breaker.waitMs(1)).toBe(999)
    expect(breaker.waitMs(1000)).toBe(0)
    // The others wait while that one tries.
    expect(breaker.waitMs(1001)).toBe(999)
    breaker.succeeded()
    expect(breaker.waitMs(1001)).toBe(0)
  })

  it('does not stay open when the clock goes back', () => {
    const breaker = new CircuitBreaker({ failures: 1, openMs: 1000 })
    breaker.failed(1_000_000)
    expect(breaker.waitMs(0)).toBe(0)
  })
})

describe('withDeadline', () => {
  it('gives up on work that ignores its signal', async () => {
    await expect(withDeadline(10, () => new Promise(() => {}))).rejects.toBeInstanceOf(DeadlineError)
  })

  it('ends with the outer signal', async () => {
    const outer = new AbortController()
    const work = withDeadline(10_000, () => new Promise(() => {}), outer.signal)
    outer.abort()
    await expect(work).rejects.toBeInstanceOf(DeadlineError)
    await expect(withDeadline(10_000, () => new Promise(() => {}), outer.signal)).rejects.toBeInstanceOf(DeadlineError)
  })
})

describe('fetchJson', () => {
  const ask = (fetch: Fetch, url = 'https://a.test/x') => fetchJson({ url, timeoutMs: 50, maxBytes: 100, fetch })

  it.each<[string, () => Promise<Response>, object]>([
    ['an answer', async () => Response.json({ a: 1 }), { ok: true, status: 200, value: { a: 1 } }],
    ['an answer with another status', async () => Response.json({ a: 1 }, { status: 500 }), { ok: true, status: 500 }],
    [
      'a redirect',
      async () => new Response(null, { status: 302, headers: { location: 'https://b.test' } }),
      { ok: false, fault: 'redirect' },
    ],
    ['too much', async () => new Response('"'.padEnd(101)), { ok: false, fault: 'too-large' }],
    [
      'too much by its own account',
      async () => new Response('1', { headers: { 'content-length': '101' } }),
      { ok: false, fault: 'too-large' },
    ],
    ['no JSON', async () => new Response('<p>'), { ok: false, fault: 'not-json' }],
    ['not UTF-8', async () => new Response(Uint8Array.of(0x22, 0xff, 0x22)), { ok: false, fault: 'network' }],
    ['nothing', () => new Promise(() => {}), { ok: false, fault: 'timeout' }],
    ['an error', async () => Promise.reject(new Error('https://user:secret@a.test')), { ok: false, fault: 'network' }],
  ])('reads %s', async (_, fetch, expected) => {
    expect(await ask(fetch)).toMatchObject(expected)
  })

  it('asks nobody it must not', async () => {
    let asked = 0
    const fetch = async () => {
      asked++
      return Response.json({})
    }
    for (const url of [
      'http://a.test',
      'ftp://a.test',
      'file:///etc/passwd',
      'https://u:p@a.test',
      'http://127.0.0.1.attacker.test',
      'http://[::2]',
      '',
      'x',
    ]) {
      expect(await ask(fetch, url)).toEqual({ ok: false, fault: 'url' })
    }
    expect(asked).toBe(0)
    for (const url of ['https://a.test', 'http://127.0.0.1:1', 'http://localhost', 'http://[::1]:1/x', 'http://127.9.9.9'])
      expect(isTrustworthyUrl(url)).toBe(true)
  })
})

describe('timingSafeEqual', () => {
  it('compares bytes', () => {
    expect(timingSafeEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 2))).toBe(true)
    expect(timingSafeEqual(Uint8Array.of(1, 2), Uint8Array.of(1, 3))).toBe(false)
    expect(timingSafeEqual(Uint8Array.of(1), Uint8Array.of(1, 2))).toBe(false)
  })
})
