import type { Store } from '../store/store.ts'
import { AztpError } from './identity-service.ts'

/** What the registry keeps of an identity. */
export interface Held {
  readonly aztpId: string
  readonly name: string
  readonly status: 'active' | 'revoked'
  readonly identityType: string
  readonly trustDomain: string
  readonly environment: string
  readonly parentIdentity?: string | undefined
  readonly isGlobalIdentity: boolean
  readonly createdAt: string
  readonly updatedAt: string
  /** Grows when the identity is revoked: tokens signed before never come back to life. */
  readonly serial: number
}

/** State that must not be forgotten: a century. */
const foreverMs = 100 * 365 * 86_400_000

/** Typed entries over a Store. */
export class RegistryState {
  readonly #store: Store

  constructor(store: Store) {
    this.#store = store
  }

  async read<T>(kind: string, key: string): Promise<T | undefined> {
    const text = await this.#store.get(`registry/${kind}/${key}`)
    return text === undefined ? undefined : (JSON.parse(text) as T)
  }

  async write(kind: string, key: string, value: unknown): Promise<void> {
    await this.#store.set(`registry/${kind}/${key}`, JSON.stringify(value), foreverMs)
  }

  /** False when there is one already. */
  async create(kind: string, key: string, value: unknown): Promise<boolean> {
    return this.#store.compareAndSet(`registry/${kind}/${key}`, undefined, JSON.stringify(value), foreverMs)
  }

  /** Changes an entry, again when somebody else changed it meanwhile. */
  async update<T>(kind: string, key: string, change: (value: T) => T): Promise<T | undefined> {
    for (let attempt = 0; attempt < 8; attempt++) {
      const text = await this.#store.get(`registry/${kind}/${key}`)
      if (text === undefined) return undefined
      const next = change(JSON.parse(text) as T)
      if (await this.#store.compareAndSet(`registry/${kind}/${key}`, text, JSON.stringify(next), foreverMs)) return next
    }
    throw new AztpError('unavailable', 'The registry is being changed by too many at once.')
  }

  /** Numbers an identity, since a Store cannot list its keys. */
  async list(aztpId: string): Promise<void> {
    const number = await this.#store.increment('registry/count', 1, foreverMs)
    await this.#store.set(`registry/number/${number}`, aztpId, foreverMs)
  }

  /** Ids of the identities numbered last, the newest first. */
  async newest(most: number): Promise<readonly string[]> {
    const count = Number((await this.#store.get('registry/count')) ?? 0)
    const numbers = Array.from({ length: Math.min(most, count) }, (_, i) => count - i)
    const ids = await Promise.all(numbers.map((number) => this.#store.get(`registry/number/${number}`)))
    return ids.filter((id) => id !== undefined)
  }

  async remove(kind: string, key: string): Promise<void> {
    await this.#store.delete(`registry/${kind}/${key}`)
  }
}

/** A Store of this process that never forgets and refuses to grow beyond its bound: forgetting a revocation would undo it. */
export function permanentStore(maxEntries: number): Store {
  const entries = new Map<string, string>()
  const put = (key: string, value: string) => {
    if (!entries.has(key) && entries.size >= maxEntries) throw new AztpError('full', 'The registry is full.')
    entries.set(key, value)
  }
  return {
    shared: false,
    get: (key) => entries.get(key),
    set: put,
    increment(key, by) {
      const sum = Number(entries.get(key) ?? 0) + by
      put(key, String(sum))
      return sum
    },
    compareAndSet(key, expected, value) {
      if (entries.get(key) !== expected) return false
      put(key, value)
      return true
    },
    delete: (key) => void entries.delete(key),
  }
}
