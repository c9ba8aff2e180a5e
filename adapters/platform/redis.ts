import { SafeMcpConfigError } from '../../src/core/config-error.ts'
import type { Store } from '../../src/store/store.ts'

/** The part of a client of the official `redis` package (4 or 5) that is used. */
export interface RedisClient {
  readonly isOpen: boolean
  readonly isReady: boolean
  connect(): Promise<unknown>
  get(key: string): Promise<unknown>
  set(key: string, value: string, options: { PX: number }): Promise<unknown>
  del(key: string): Promise<unknown>
  eval(script: string, options: { keys: string[]; arguments: string[] }): Promise<unknown>
  on(event: 'error', listener: (error: Error) => void): unknown
}

export interface RedisStoreOptions {
  /** Put before every key. Default `safe-mcp:`. */
  readonly prefix?: string | undefined
  /** The longest wait for an answer; what comes later is not awaited. Default 100. */
  readonly timeoutMs?: number | undefined
  /** Told when the connection fails. The client reconnects by itself. */
  readonly onError?: ((error: Error) => void) | undefined
}

/** Clients that have a listener: without one, their "error" event would end the process. */
const heard = new WeakSet<RedisClient>()

/** A lifetime starts with the key, and also with a key that for any reason has none: a count must never stay for ever. */
const incrementScript = `
local sum = redis.call('INCRBY', KEYS[1], ARGV[1])
if redis.call('PTTL', KEYS[1]) < 0 then redis.call('PEXPIRE', KEYS[1], ARGV[2]) end
return sum`

const compareAndSetScript = `
local present = redis.call('GET', KEYS[1])
if ARGV[1] == '0' then
  if present then return 0 end
elseif present ~= ARGV[2] then
  return 0
end
redis.call('SET', KEYS[1], ARGV[3], 'PX', ARGV[4])
return 1`

/**
 * State that several processes share, in Redis or Valkey. Counting and comparing run as Lua scripts inside the server, so they are atomic
 * whatever the number of processes.
 *
 * While the server does not answer every call rejects at once or after `timeoutMs`; nothing waits for a reconnection. A client that was
 * not connected yet is connected.
 *
 * ```ts
 * import { createClient } from 'redis'
 * app.use(safeMcp({ store: redisStore(createClient({ url })), rate: { limit: 100 } }))
 * ```
 */
export function redisStore(client: RedisClient, options: RedisStoreOptions = {}): Store {
  const { prefix = 'safe-mcp:', timeoutMs = 100, onError } = options
  if (typeof client?.eval !== 'function' || typeof client.on !== 'function') {
    throw new SafeMcpConfigError({
      code: 'invalid_option',
      path: 'redisStore.client',
      message: 'is not a client of the `redis` package.',
      suggestion: 'Pass what createClient() returns.',
    })
  }
  if (onError !== undefined) client.on('error', onError)
  else if (!heard.has(client)) client.on('error', () => {})
  heard.add(client)
  // Why it fails is told by the "error" event; the client tries again by itself.
  if (!client.isOpen) client.connect().catch(() => {})

  function ask<T>(call: () => Promise<unknown>): Promise<T> {
    // The client would queue commands until it is connected again, and requests would wait with them.
    if (!client.isReady) return Promise.reject(new Error('Redis is not connected.'))
    return timeLimited(call() as Promise<T>, timeoutMs)
  }

  return {
    shared: true,
    async get(key) {
      return (await ask<string | null>(() => client.get(prefix + key))) ?? undefined
    },
    async set(key, value, ttlMs) {
      await ask(() => client.set(prefix + key, value, { PX: lifetime(ttlMs) }))
    },
    async increment(key, by, ttlMs) {
      return Number(
        await ask(() => client.eval(incrementScript, { keys: [prefix + key], arguments: [String(by), String(lifetime(ttlMs))] })),
      )
    },
    async compareAndSet(key, expected, value, ttlMs) {
      const wanted = [expected === undefined ? '0' : '1', expected ?? '', value, String(lifetime(ttlMs))]
      return Number(await ask(() => client.eval(compareAndSetScript, { keys: [prefix + key], arguments: wanted }))) === 1
    },
    async delete(key) {
      await ask(() => client.del(prefix + key))
    },
  }
}

function lifetime(ttlMs: number): number {
  return Math.max(1, Math.ceil(ttlMs))
}

async function timeLimited<T>(answer: Promise<T>, ms: number): Promise<T> {
  let timer: ReturnType<typeof setTimeout> | undefined
  // An answer that comes too late may also be a failure; nobody listens then, and it must not end the process.
  answer.catch(() => {})
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error('Redis did not answer in time.')), ms)
  })
  try {
    return await Promise.race([answer, late])
  } finally {
    clearTimeout(timer)
  }
}
