import type { Clock } from '../core/clock.ts'
import { withDeadline } from '../lib/deadline.ts'
import { isPromise, type MaybePromise } from '../lib/maybe-promise.ts'
import { memoryStore } from './memory.ts'
import type { Store } from './store.ts'

/** What a counter says after counting. */
export interface Count {
  /** Sum in the window, this one included. */
  readonly used: number
  /** Unix time in milliseconds at which the window is over. */
  readonly resetAt: number
  /** The store did not answer; this is the local count. */
  readonly local: boolean
}

/** What happens while a store does not answer. */
export type OnOutage = 'local' | 'allow' | 'deny'

export interface CounterOptions {
  readonly store: Store | undefined
  readonly windowMs: number
  /** The longest wait for the store. */
  readonly timeoutMs: number
  /** After a failure the store is left alone for this long. */
  readonly retryMs: number
  /** Keys remembered locally. */
  readonly maxKeys: number
}

/**
 * Counts per key in windows that begin with their first event, through a `Store`, so that processes share one sum.
 *
 * A store that fails or is slow is left alone for `retryMs`, and the local sum stands in: a limit that waits for a dead store is a
 * way to bring everything down.
 */
export class WindowCounter {
  readonly #options: CounterOptions
  #local: Store | undefined
  #resets: Store | undefined
  #brokenUntil = 0

  constructor(options: CounterOptions) {
    this.#options = options
  }

  /** Adds `by` for the key. Rejects never; `by` may be 0 or negative. */
  add(key: string, by: number, clock: Clock): MaybePromise<Count> {
    const { store, windowMs } = this.#options
    const now = clock.now()
    this.#local ??= memoryStore({ maxEntries: this.#options.maxKeys, clock })
    this.#resets ??= memoryStore({ maxEntries: this.#options.maxKeys, clock })
    if (store === undefined) return this.#count(key, by, now, this.#local, false)
    if (now < this.#brokenUntil) return this.#count(key, by, now, this.#local, true)
    let used: MaybePromise<number>
    try {
      used = store.increment(key, by, windowMs)
    } catch {
      return this.#fallBack(key, by, clock)
    }
    if (!isPromise(used)) return { used, resetAt: this.#resetOf(key, used <= by, now), local: false }
    return this.#shared(used, store, key, by, clock)
  }

  async #shared(pending: Promise<number>, store: Store, key: string, by: number, clock: Clock): Promise<Count> {
    try {
      const used = await withDeadline(this.#options.timeoutMs, () => pending)
      const opened = used <= by
      if (!opened && this.#resets?.get(key) === undefined) await this.#learnReset(store, key, clock)
      const resetAt = this.#resetOf(key, opened, clock.now())
      // The process that opens a window tells the others when it ends. Nothing but a header depends on it.
      if (opened) Promise.resolve(store.set(`${key}|reset`, String(resetAt), this.#options.windowMs)).catch(() => {})
      return { used, resetAt, local: false }
    } catch {
      return this.#fallBack(key, by, clock)
    }
  }

  async #learnReset(store: Store, key: string, clock: Clock): Promise<void> {
    const known = Number(await withDeadline(this.#options.timeoutMs, async () => store.get(`${key}|reset`)))
    const restMs = known - clock.now()
    if (restMs > 0 && restMs <= this.#options.windowMs) this.#resets?.set(key, String(known), restMs)
  }

  /** When the window ends: as we saw it begin, as another process said, or else at the latest. */
  #resetOf(key: string, opened: boolean, now: number): number {
    const known = opened ? undefined : (this.#resets?.get(key) as string | undefined)
    if (known !== undefined) return Number(known)
    const resetAt = now + this.#options.windowMs
    this.#resets?.set(key, String(resetAt), this.#options.windowMs)
    return resetAt
  }

  #fallBack(key: string, by: number, clock: Clock): MaybePromise<Count> {
    const now = clock.now()
    this.#brokenUntil = now + this.#options.retryMs
    return this.#count(key, by, now, this.#local as Store, true)
  }

  #count(key: string, by: number, now: number, store: Store, local: boolean): Count {
    const used = store.increment(key, by, this.#options.windowMs) as number
    return { used, resetAt: this.#resetOf(key, used <= by, now), local }
  }
}
