/** The part of a Durable Object's state that is used. */
interface DurableObjectStateLike {
  readonly storage: {
    get(key: string): Promise<unknown>
    put(key: string, value: unknown): Promise<void>
    delete(keys: string | string[]): Promise<unknown>
    list(options: { limit: number; startAfter?: string }): Promise<Map<string, unknown>>
    getAlarm(): Promise<number | null>
    setAlarm(time: number): Promise<void>
  }
}

interface Held {
  readonly value: string
  readonly expiresAt: number
}

/** What `durableObjectStore` asks. */
export type StoreCall =
  | { readonly op: 'get' | 'delete'; readonly key: string }
  | { readonly op: 'set'; readonly key: string; readonly value: string; readonly ttlMs: number }
  | { readonly op: 'increment'; readonly key: string; readonly by: number; readonly ttlMs: number }
  | {
      readonly op: 'compareAndSet'
      readonly key: string
      readonly expected?: string | undefined
      readonly value: string
      readonly ttlMs: number
    }

/** Keys of a Durable Object may have 2048 bytes; longer ones are refused rather than cut. */
const maxKeyLength = 2048
const sweepMs = 60_000
const sweepBatch = 128

/**
 * The Durable Object class behind `durableObjectStore`. Export it from your Worker and bind it:
 *
 * ```toml
 * durable_objects.bindings = [{ name = "SAFE_MCP", class_name = "SafeMcpStore" }]
 * migrations = [{ tag = "v1", new_sqlite_classes = ["SafeMcpStore"] }]
 * ```
 *
 * While it waits for its storage, the runtime lets no other request in, so each operation is atomic.
 */
export class SafeMcpStore {
  readonly #state: DurableObjectStateLike

  constructor(state: DurableObjectStateLike) {
    this.#state = state
  }

  async fetch(request: Request): Promise<Response> {
    const call = (await request.json()) as StoreCall
    if (typeof call.key !== 'string' || call.key.length > maxKeyLength) return new Response('key', { status: 400 })
    return Response.json({ result: (await this.#answer(call, Date.now())) ?? null })
  }

  /** Deletes what has run out, a batch at a time. */
  async alarm(): Promise<void> {
    const now = Date.now()
    let startAfter: string | undefined
    let left = false
    for (;;) {
      const entries: Map<string, unknown> = await this.#state.storage.list({
        limit: sweepBatch,
        ...(startAfter === undefined ? {} : { startAfter }),
      })
      const dead: string[] = []
      for (const [key, held] of entries) {
        if ((held as Held).expiresAt <= now) dead.push(key)
        else left = true
        startAfter = key
      }
      if (dead.length > 0) await this.#state.storage.delete(dead)
      if (entries.size < sweepBatch) break
    }
    if (left) await this.#state.storage.setAlarm(now + sweepMs)
  }

  async #answer(call: StoreCall, now: number): Promise<string | number | boolean | undefined> {
    const { storage } = this.#state
    if (call.op === 'delete') {
      await storage.delete(call.key)
      return undefined
    }
    const held = (await storage.get(call.key)) as Held | undefined
    const present = held !== undefined && held.expiresAt > now ? held : undefined
    switch (call.op) {
      case 'get':
        return present?.value
      case 'set':
        return this.#put(call.key, { value: call.value, expiresAt: now + call.ttlMs }, now)
      case 'increment': {
        const sum = Number(present?.value ?? 0) + call.by
        await this.#put(call.key, { value: String(sum), expiresAt: present?.expiresAt ?? now + call.ttlMs }, now)
        return sum
      }
      case 'compareAndSet':
        if (present?.value !== call.expected) return false
        await this.#put(call.key, { value: call.value, expiresAt: now + call.ttlMs }, now)
        return true
    }
  }

  async #put(key: string, held: Held, now: number): Promise<undefined> {
    await this.#state.storage.put(key, held)
    if ((await this.#state.storage.getAlarm()) === null) await this.#state.storage.setAlarm(now + sweepMs)
  }
}
