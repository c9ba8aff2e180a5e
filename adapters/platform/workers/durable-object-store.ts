import { SafeMcpConfigError } from '../../../src/core/config-error.ts'
import type { Store } from '../../../src/store/store.ts'
import type { StoreCall } from './safe-mcp-store.ts'

/** The part of a Durable Object binding that is used. */
export interface DurableObjectNamespaceLike {
  idFromName(name: string): unknown
  get(id: never): { fetch(input: string, init: { method: string; body: string; signal?: AbortSignal }): Promise<Response> }
}

export interface DurableObjectStoreOptions {
  /** Name of the objects; stores with different names are apart. Default `safe-mcp`. */
  readonly name?: string | undefined
  /** Objects that share the keys. One takes about a thousand requests a second; a key always lives in the same one. Default 1. */
  readonly shards?: number | undefined
  /** The longest wait for an answer. Default 1000: the object may live on another continent. */
  readonly timeoutMs?: number | undefined
}

/**
 * State that every isolate shares, atomic, in Durable Objects of the class `SafeMcpStore`.
 *
 * ```ts
 * export { SafeMcpStore } from 'safe-mcp/workers'
 * export default { fetch: safeMcp((env) => ({ store: durableObjectStore(env.SAFE_MCP), rate: { limit: 100 } }), handler) }
 * ```
 */
export function durableObjectStore(namespace: DurableObjectNamespaceLike, options: DurableObjectStoreOptions = {}): Store {
  const { name = 'safe-mcp', shards = 1, timeoutMs = 1000 } = options
  if (typeof namespace?.idFromName !== 'function') {
    throw new SafeMcpConfigError({
      code: 'invalid_option',
      path: 'durableObjectStore.namespace',
      message: 'is not a Durable Object binding.',
    })
  }
  if (!Number.isInteger(shards) || shards < 1) {
    throw new SafeMcpConfigError({ code: 'invalid_option', path: 'durableObjectStore.shards', message: 'must be a positive integer.' })
  }

  async function ask<T>(call: StoreCall): Promise<T> {
    const id = namespace.idFromName(`${name}:${shardOf(call.key, shards)}`)
    const response = await namespace.get(id as never).fetch('https://safe-mcp.store/', {
      method: 'POST',
      body: JSON.stringify(call),
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (!response.ok) throw new Error(`The store answered ${response.status}.`)
    return ((await response.json()) as { result: T }).result
  }

  return {
    shared: true,
    get: async (key) => (await ask<string | null>({ op: 'get', key })) ?? undefined,
    set: async (key, value, ttlMs) => {
      await ask({ op: 'set', key, value, ttlMs })
    },
    increment: (key, by, ttlMs) => ask<number>({ op: 'increment', key, by, ttlMs }),
    compareAndSet: (key, expected, value, ttlMs) => ask<boolean>({ op: 'compareAndSet', key, expected, value, ttlMs }),
    delete: async (key) => {
      await ask({ op: 'delete', key })
    },
  }
}

/** FNV-1a: spreads keys evenly, needs no secret. */
function shardOf(key: string, shards: number): number {
  let hash = 0x811c9dc5
  for (let i = 0; i < key.length; i++) hash = Math.imul(hash ^ key.charCodeAt(i), 0x01000193)
  return (hash >>> 0) % shards
}
