import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { createClient } from 'redis'
import { redisStore } from 'safe-mcp/redis'
import { storeConformance } from 'safe-mcp/testing'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { hasRedis, RedisServer } from './redis-server.ts'

describe.skipIf(!hasRedis)('the Redis store, on a real server', () => {
  let server: RedisServer
  let client: ReturnType<typeof createClient>
  beforeAll(async () => {
    server = await RedisServer.start()
    client = createClient({ url: server.url, socket: { reconnectStrategy: 50 } })
    client.on('error', () => {})
    await client.connect()
  })
  afterAll(async () => {
    client.destroy()
    await server.stop()
  })

  for (const { name, run } of storeConformance({ store: () => redisStore(client, { timeoutMs: 2000 }) })) test(name, run)

  test('a count without a lifetime gets one', async () => {
    const store = redisStore(client, { prefix: 'p:', timeoutMs: 2000 })
    await client.set('p:stuck', '7')
    expect(await store.increment('stuck', 1, 60_000)).toBe(8)
    expect(await client.pTTL('p:stuck')).toBeGreaterThan(0)
  })

  test('a key of another type rejects and harms nothing', async () => {
    const store = redisStore(client, { prefix: 'p:', timeoutMs: 2000 })
    await client.lPush('p:list', 'x')
    await expect(store.increment('list', 1, 1000)).rejects.toThrow()
    expect(await store.increment('other', 1, 1000)).toBe(1)
  })

  test('while the server is silent calls reject in time, and afterwards they are answered again', async () => {
    const store = redisStore(client, { timeoutMs: 100 })
    await server.signal('SIGSTOP')
    const start = performance.now()
    await expect(store.increment('k', 1, 1000)).rejects.toThrow('in time')
    expect(performance.now() - start).toBeLessThan(1000)
    await server.signal('SIGCONT')
    await expect.poll(async () => store.increment('again', 1, 10_000)).toBeGreaterThan(0)
  })

  test('while the server is gone calls reject at once, and it recovers by itself', async () => {
    const store = redisStore(client, { timeoutMs: 5000 })
    await server.signal('SIGKILL')
    await expect.poll(() => client.isReady).toBe(false)
    const start = performance.now()
    for (let i = 0; i < 100; i++) await expect(store.get('k')).rejects.toThrow('not connected')
    expect(performance.now() - start).toBeLessThan(1000)
    await server.start()
    await expect.poll(async () => store.increment('back', 1, 10_000), { timeout: 10_000 }).toBeGreaterThan(0)
  })

  test('what is no client is refused', () => {
    expect(() => redisStore({} as never)).toThrow(/createClient/)
  })
})

describe.skipIf(!hasRedis)('two server processes on one Redis', () => {
  let redis: RedisServer
  const processes: ChildProcess[] = []
  let urls: string[]
  const begin = async (timeoutMs: number) => {
    redis = await RedisServer.start()
    urls = await Promise.all([1, 2].map(() => startServer(redis.url, timeoutMs, processes)))
  }
  afterEach(async () => {
    for (const child of processes.splice(0)) {
      const exited = once(child, 'exit')
      child.kill('SIGKILL')
      await exited
    }
    await redis.stop()
  })

  test('a limit of 50 admits 50, not 100', async () => {
    // Patient: on a busy machine a slow answer would count as an outage, and each process would grant its local share.
    await begin(4000)
    const statuses = await Promise.all(Array.from({ length: 200 }, (_, i) => statusOf(urls[i % 2] as string)))
    expect(statuses.filter((status) => status === 200)).toHaveLength(50)
    expect(statuses.filter((status) => status === 429)).toHaveLength(150)
  })

  test('killing Redis under load neither hangs a request nor admits more than the local shares, and it recovers', async () => {
    await begin(250)
    const statuses: number[] = []
    const times: number[] = []
    const load = async () => {
      for (let i = 0; i < 60; i++) {
        const start = performance.now()
        statuses.push(await statusOf(urls[i % 2] as string))
        times.push(performance.now() - start)
        await new Promise((resolve) => setTimeout(resolve, 10))
      }
    }
    const running = Promise.all(Array.from({ length: 8 }, load))
    await new Promise((resolve) => setTimeout(resolve, 200))
    await redis.signal('SIGKILL')
    await running
    expect(statuses).toHaveLength(480)
    expect(new Set(statuses)).toEqual(new Set([200, 429]))
    // 50 by the shared count, and at most half of 50 by each of two processes on its own.
    expect(statuses.filter((status) => status === 200).length).toBeLessThanOrEqual(100)
    expect(Math.max(...times)).toBeLessThan(3000)
    // A new Redis knows nothing of old counts; the processes count there again.
    await redis.start()
    await expect.poll(async () => (await fetch(urls[0] as string)).status, { timeout: 10_000 }).toBe(200)
  })
})

async function startServer(redisUrl: string, timeoutMs: number, processes: ChildProcess[]): Promise<string> {
  const file = join(import.meta.dirname, 'limited-server.ts')
  const child = spawn(process.execPath, ['--import', 'tsx', '--conditions', 'safe-mcp-source', file, redisUrl, String(timeoutMs)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  processes.push(child)
  const [port] = (await once(child.stdout, 'data')) as [Buffer]
  return `http://127.0.0.1:${String(port).trim()}/`
}

async function statusOf(url: string): Promise<number> {
  const response = await fetch(url, { signal: AbortSignal.timeout(5000) })
  await response.arrayBuffer()
  return response.status
}
