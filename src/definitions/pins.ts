import { type Clock, systemClock } from '../core/clock.ts'
import { own } from '../lib/json-object.ts'
import type { MaybePromise } from '../lib/maybe-promise.ts'
import type { Store } from '../store/store.ts'
import { formatLock, hashDefinition, type PinLock, parseLock } from './lock.ts'

/** Where a lock is kept. `filePins` (safe-mcp/node) keeps it in a file, `storePins` in a store. */
export interface PinSource {
  /** The text of the lock; undefined when there is none yet. A source that cannot tell rejects. */
  read(): MaybePromise<string | undefined>
  /** Replaces the lock if it still is `expected`. False when somebody else was faster. Absent: the lock is never written. */
  write?(expected: string | undefined, text: string): MaybePromise<boolean>
}

const maxAttempts = 6

/** What a pin says about a definition. */
export type PinVerdict = 'approved' | 'changed' | 'unknown' | 'unreadable'

export interface PinsOptions {
  readonly source: PinSource
  /** Puts changed definitions aside in the lock as `held`. */
  readonly hold: boolean
  /** How long a lock is used before it is read again, in milliseconds. Default 30,000. */
  readonly refreshMs?: number | undefined
  readonly clock?: Clock | undefined
}

/** A lock in a store, shared by all processes, kept for a year after its last change. */
export function storePins(store: Store, key = 'safe-mcp:pins'): PinSource {
  const ttlMs = 365 * 24 * 3_600_000
  return {
    read: () => store.get(key),
    write: (expected, text) => store.compareAndSet(key, expected, text, ttlMs),
  }
}

/** A lock given in code or imported from JSON. It never changes. */
export function fixedPins(lock: PinLock): PinSource {
  return { read: () => formatLock(parseLock(lock)) }
}

/**
 * Compares definitions with a lock. It fails closed: a lock that cannot be read approves nothing, and one that is corrupt is never
 * replaced by a new baseline.
 */
export class Pins {
  readonly #options: PinsOptions
  readonly #clock: Clock
  #text: string | undefined
  #lock: PinLock | undefined
  #readAt: number | undefined
  /** Changed names seen by this process, whether or not the lock could be written. */
  readonly #suspect = new Set<string>()

  constructor(options: PinsOptions) {
    this.#options = options
    this.#clock = options.clock ?? systemClock
  }

  /** Judges the tools of a list, and pins or holds what has to be. One verdict for each. */
  async judge(tools: readonly unknown[]): Promise<readonly PinVerdict[]> {
    const seen = await Promise.all(tools.map(async (tool) => ({ name: own(tool, 'name'), hash: await hashOf(tool) })))
    for (let attempt = 0; attempt < maxAttempts; attempt++) {
      if (attempt > 0) await pause(5 * attempt) // somebody else is writing
      if (!(await this.#load(attempt > 0))) return seen.map(() => 'unreadable')
      // Of two definitions with one name nobody knows which the model goes by.
      const verdicts = seen.map(({ name, hash }): PinVerdict => {
        const twin = seen.some((other) => other.name === name && other.hash !== hash)
        return twin ? 'changed' : this.#compare(name, hash)
      })
      if (await this.#save(seen, verdicts)) {
        for (const [i, { name }] of seen.entries()) this.#remember(name, verdicts[i] as PinVerdict)
        return verdicts
      }
    }
    return seen.map(() => 'unreadable')
  }

  /** Whether a tool may be called as far as its definition was ever seen. */
  async callable(name: string): Promise<PinVerdict> {
    if (!(await this.#load(false))) return 'unreadable'
    if (this.#suspect.has(name)) return 'changed'
    const lock = this.#lock
    if (lock?.held !== undefined && Object.hasOwn(lock.held, name)) return 'changed'
    if (lock === undefined || !lock.complete) return 'approved'
    return Object.hasOwn(lock.tools, name) ? 'approved' : 'unknown'
  }

  #compare(name: unknown, hash: string | undefined): PinVerdict {
    if (typeof name !== 'string' || name === '' || hash === undefined) return 'unknown'
    const lock = this.#lock
    if (lock !== undefined && Object.hasOwn(lock.tools, name)) return lock.tools[name] === hash ? 'approved' : 'changed'
    if (lock?.complete === true || this.#options.source.write === undefined) return 'unknown'
    return 'approved' // first use: pinned by #save
  }

  #remember(name: unknown, verdict: PinVerdict): void {
    if (typeof name !== 'string') return
    if (verdict === 'approved') this.#suspect.delete(name)
    else if (this.#suspect.size < 10_000) this.#suspect.add(name)
  }

  /** Writes what is new: pins of first use, definitions on hold. True when nothing had to be written or it was. */
  async #save(
    seen: readonly { readonly name: unknown; readonly hash: string | undefined }[],
    verdicts: readonly PinVerdict[],
  ): Promise<boolean> {
    const { source, hold } = this.#options
    if (source.write === undefined) return true
    const lock = this.#lock ?? { version: 1, complete: false, tools: {} }
    const tools: Record<string, string> = Object.assign(Object.create(null), lock.tools)
    const held: Record<string, string> = Object.assign(Object.create(null), lock.held)
    for (const [i, { name, hash }] of seen.entries()) {
      if (typeof name !== 'string' || hash === undefined) continue
      if (verdicts[i] === 'approved') {
        tools[name] = hash
        delete held[name]
      } else if (hold) held[name] = hash
    }
    const text = formatLock({ ...lock, tools, held })
    if (text === this.#text || (this.#text !== undefined && text === formatLock(lock))) return true
    if (!(await source.write(this.#text, text))) return false
    this.#text = text
    this.#lock = parseLock(text)
    return true
  }

  /** True when a lock, or the certainty that there is none, is at hand. */
  async #load(fresh: boolean): Promise<boolean> {
    const now = this.#clock.now()
    const { source, refreshMs = 30_000 } = this.#options
    if (!fresh && this.#readAt !== undefined && now - this.#readAt < refreshMs) return true
    try {
      const text = await source.read()
      // A lock that was there and is gone is no reason to start a new baseline.
      if (text === undefined && this.#text !== undefined) return false
      if (text !== this.#text) {
        this.#lock = text === undefined ? undefined : parseLock(text)
        this.#text = text
        this.#suspect.clear()
      }
      this.#readAt = now
      return true
    } catch {
      this.#readAt = undefined
      return false
    }
  }
}

async function hashOf(tool: unknown): Promise<string | undefined> {
  try {
    return await hashDefinition(tool)
  } catch {
    return undefined
  }
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms))
}
