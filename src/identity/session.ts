import { andThen, type MaybePromise } from '../lib/maybe-promise.ts'
import { sha256Hex } from '../lib/sha256.ts'
import type { Store } from '../store/store.ts'

export interface SessionOptions {
  /** How long an unused session stays bound. Default 86,400,000 (a day). */
  readonly ttlMs?: number | undefined
  /**
   * What a session id meets that was never seen going out: `deny` (default), or `pass` for servers that hand out sessions elsewhere.
   * `pass` leaves such sessions to whoever knows their id.
   */
  readonly unknown?: 'deny' | 'pass' | undefined
}

/** Whose a session is. The empty text stands for callers without identity. */
type Owner = string

/**
 * Binds MCP sessions to the principal that opened them (MCP security best practices: session hijacking). A session id is then no credential:
 * with another caller's token it does not exist.
 */
export class SessionBinding {
  readonly #store: Store
  readonly #ttlMs: number
  readonly #passUnknown: boolean

  constructor(store: Store, options: SessionOptions = {}) {
    this.#store = store
    this.#ttlMs = options.ttlMs ?? 86_400_000
    this.#passUnknown = options.unknown === 'pass'
  }

  /** Whether this caller may use this session. Rejects when the store does. */
  permits(sessionId: string, caller: Owner, now: number): MaybePromise<boolean> {
    const key = keyOf(sessionId)
    return andThen(this.#store.get(key), (text) => {
      const binding = read(text)
      if (binding === undefined) return this.#passUnknown
      // Opened before signing in: the first identity that continues it keeps it.
      const claims = binding.owner === '' && caller !== ''
      if (binding.owner !== caller && !claims) return false
      // One write per half of its life, not per request.
      if (!claims && binding.until - now > this.#ttlMs / 2) return true
      const renewed = this.#store.compareAndSet(key, text, this.#text(caller, now), this.#ttlMs)
      return andThen(renewed, (done) => done || !claims)
    })
  }

  /** Notes that the server gave this session to this caller. False when it is another's already. */
  bind(sessionId: string, caller: Owner, now: number): MaybePromise<boolean> {
    const key = keyOf(sessionId)
    return andThen(this.#store.compareAndSet(key, undefined, this.#text(caller, now), this.#ttlMs), (bound) =>
      bound ? true : andThen(this.#store.get(key), (text) => [undefined, '', caller].includes(read(text)?.owner)),
    )
  }

  #text(owner: Owner, now: number): string {
    return `${now + this.#ttlMs} ${owner}`
  }

  release(sessionId: string): MaybePromise<void> {
    return this.#store.delete(keyOf(sessionId))
  }
}

function read(text: string | undefined): { readonly until: number; readonly owner: Owner } | undefined {
  if (text === undefined) return undefined
  const space = text.indexOf(' ')
  return { until: Number(text.slice(0, space)), owner: text.slice(space + 1) }
}

/** Hashed: ids are the sender's choice in length and content, and a dump of the store must not hand out live sessions. */
function keyOf(sessionId: string): string {
  return `identity/session/${sha256Hex(sessionId)}`
}

/** Session ids are visible ASCII (MCP transports); longer ones than 512 characters are nobody's. */
export function isSessionId(text: string): boolean {
  if (text === '' || text.length > 512) return false
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i)
    if (code < 0x21 || code > 0x7e) return false
  }
  return true
}
